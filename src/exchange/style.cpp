#include "exchange/style.hpp"

#include <string>

namespace holdfast::exchange {
namespace {

// Series colours keep at least 3:1 against their ground in both themes; levels are told by word and
// sign too, never by colour alone.
constexpr std::string_view kTokens = R"css(
:root{color-scheme:light dark;--ground:#f5f6f8;--card:#fff;--ink:#172033;--soft:#566176;--line:#dfe3ea;
--faint:#eceff4;--accent:#1d5fd1;--accent-soft:#e6effd;--c1:#1d5fd1;--c2:#c2620a;--c3:#0b7f76;--c4:#8a3ec9;
--c5:#b92c6b;--c6:#5b7512;--leaver:#c2410c;--stayer:#4673b0;--red:#c3211c;--orange:#c75f00;--yellow:#8a6a00;--red-fill:#d3352d;--orange-fill:#ec8a1c;--yellow-fill:#e3bd1f;
--red-soft:#fde9e7;--orange-soft:#fdf0e0;--yellow-soft:#fbf5d9;--up:#b4261f;--down:#177245;
--h0:#fdf1e7;--h1:#fad9bd;--h2:#f5b285;--h3:#ea8048;--h4:#d4501e;--k0:#eaf1fb;--k1:#c6d9f3;--k2:#94b8e6;--k3:#5b8fd2;--k4:#2f68b3;--good:#dff1e6;--watch:#fbe8b8;--bad:#f7c3bb}
@media (prefers-color-scheme:dark){:root{--ground:#10141c;--card:#181e29;--ink:#e6eaf2;--soft:#9aa6ba;
--line:#2c3546;--faint:#222a38;--accent:#7fb0ff;--accent-soft:#1c2c4a;--c1:#6ea6ff;--c2:#f0a050;--c3:#45c4b8;
--c4:#c293f5;--c5:#f585b5;--c6:#aac75a;--leaver:#fb8b5c;--stayer:#7ea9e6;--red:#ff7a72;--orange:#ffa64d;
--yellow:#e8c84a;--red-fill:#e5534b;--orange-fill:#e8913a;--yellow-fill:#d9b72f;--red-soft:#40201f;--orange-soft:#402c17;--yellow-soft:#3a3315;--up:#ff8a80;--down:#6fd39b;
--h0:#3b2a20;--h1:#5b3a26;--h2:#85502d;--h3:#94512a;--h4:#a9542a;--k0:#1e2a3a;--k1:#263e5c;--k2:#2f5582;--k3:#376aa5;--k4:#3f7dc4;--good:#1d3a2b;--watch:#4b3d14;--bad:#5a2723}}
)css";

constexpr std::string_view kLayout = R"css(
*{box-sizing:border-box}html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",
Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
[lang=zh]{font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif}
.wrap{max-width:1240px;margin:0 auto;padding:0 24px}
#lang-en:checked~* [lang=zh],#lang-zh:checked~* [lang=en]{display:none}
.switch-input{position:absolute;opacity:0;width:1px;height:1px}
header.top{background:var(--card);border-bottom:1px solid var(--line);padding:26px 0 20px}
header.top .wrap{display:flex;flex-wrap:wrap;gap:12px 24px;align-items:flex-end;justify-content:space-between}
h1{font-size:26px;line-height:1.25;margin:0;letter-spacing:-.01em}
header p{margin:4px 0 0;color:var(--soft)}
.switch{display:flex;border:1px solid var(--line);border-radius:8px;overflow:hidden}
.switch label{padding:5px 14px;cursor:pointer;color:var(--soft);font-size:14px}
#lang-en:checked~header label[for=lang-en],#lang-zh:checked~header label[for=lang-zh]{background:var(--accent-soft);
color:var(--accent);font-weight:600}
#lang-en:focus-visible~header label[for=lang-en],#lang-zh:focus-visible~header label[for=lang-zh]{
outline:2px solid var(--accent);outline-offset:-2px}
nav{position:sticky;top:0;z-index:5;background:var(--card);border-bottom:1px solid var(--line)}
nav ul{display:flex;gap:4px 22px;list-style:none;margin:0;padding:0;overflow-x:auto}
nav a{display:block;padding:10px 0;color:var(--soft);text-decoration:none;white-space:nowrap;font-size:14px}
nav a:hover,nav a:focus{color:var(--accent)}
section{padding:34px 0 6px;scroll-margin-top:40px}h2{font-size:21px;margin:0 0 4px;letter-spacing:-.01em}
h3{font-size:16px;margin:0}.lead{color:var(--soft);margin:0 0 18px;max-width:75ch}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:18px;margin:18px 0}
.grid.three{grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px;margin:0;min-width:0}
.card+.card{margin-top:14px}.grid>.card+.card,.kpis>.card+.card{margin-top:0}.findings li{margin:4px 0;font-size:15px}
.wide{grid-column:1/-1}figcaption p{margin:2px 0 8px;color:var(--soft);font-size:13.5px}
.kpis{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,215px),1fr));gap:14px;margin:18px 0}
.kpi .name{color:var(--soft);font-size:13.5px}.kpi .big{font-size:31px;font-weight:650;line-height:1.2;
letter-spacing:-.02em;font-variant-numeric:tabular-nums}.kpi .sub{color:var(--soft);font-size:13px}
.verdict{font-size:18px;line-height:1.5;max-width:70ch;margin:6px 0 0}
.split-bar{display:flex;height:12px;border-radius:6px;overflow:hidden;gap:2px;margin:10px 0 6px}
.split-bar i{display:block;min-width:3px}
.levels{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;color:var(--soft);margin:0;padding:0;list-style:none}
.levels b{color:var(--ink)}
.versus{display:grid;gap:6px;margin:8px 0 2px}.versus div{display:grid;grid-template-columns:9em 1fr auto;
gap:10px;align-items:center;font-size:13.5px}.versus i{display:block;height:12px;border-radius:6px}
.bg-1{background:var(--c1)}.bg-muted{background:var(--line)}
footer{color:var(--soft);font-size:13px;padding:28px 0 40px;border-top:1px solid var(--line);margin-top:34px}
dl.terms{display:grid;grid-template-columns:minmax(9em,max-content) 1fr;gap:8px 22px;margin:0}
dl.terms dt{font-weight:600}dl.terms dd{margin:0;color:var(--soft)}
ul.plain{margin:6px 0;padding-left:18px}ul.plain li{margin:3px 0}
details{margin-top:8px;font-size:13.5px}summary{cursor:pointer;color:var(--accent);font-size:13px}
a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
)css";

constexpr std::string_view kTables = R"css(
.scroll{overflow-x:auto;margin:8px 0 0}table{border-collapse:collapse;width:100%;font-size:13.5px;
font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--soft);padding:0 0 6px;font-size:13.5px}
th,td{padding:7px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--faint)}
thead th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--line);white-space:nowrap;font-size:12.5px}
tbody th{font-weight:500}.right{text-align:right}.center{text-align:center}tbody tr:hover{background:var(--faint)}
td.right,th.right,.whole{white-space:nowrap}.sheet thead th{white-space:normal;vertical-align:bottom}
#lang-zh:checked~* .sheet thead th{white-space:nowrap}
.best{font-weight:700}.is-champion{background:var(--accent-soft)}
.tag{display:inline-block;border-radius:5px;padding:1px 7px;font-size:12px;font-weight:600;white-space:nowrap;
background:var(--accent-soft);color:var(--accent)}
.level{display:inline-flex;align-items:center;gap:6px;border-radius:5px;padding:2px 9px;font-weight:600;
font-size:12.5px;white-space:nowrap}.level svg{width:10px;height:10px}
.level.red{background:var(--red-soft);color:var(--red)}.level.orange{background:var(--orange-soft);color:var(--orange)}
.level.yellow{background:var(--yellow-soft);color:var(--yellow)}
.prob{display:inline-grid;grid-template-columns:44px 3.4em;gap:8px;align-items:center}
.prob i{display:block;height:7px;border-radius:4px;background:var(--faint);overflow:hidden}
.prob i b{display:block;height:100%;background:var(--c1)}
.reasons{list-style:none;margin:0;padding:0}.reasons li{padding-left:15px;position:relative;line-height:1.45}
.reasons li::before{position:absolute;left:0;font-size:9px;top:3px}
.chips{display:flex;flex-wrap:wrap;gap:3px;margin-top:4px}.chip{font-size:11px;line-height:1.3;padding:1px 6px;
border:1px solid var(--line);border-radius:9px;color:var(--soft);max-width:100%}
.reasons .up::before{content:"▲";color:var(--up)}.reasons .down::before{content:"▼";color:var(--down)}
.key{font-weight:600;overflow-wrap:anywhere}.quiet{color:var(--soft);font-size:12.5px}
.watch{table-layout:fixed;min-width:1000px}.watch thead th{white-space:normal;vertical-align:bottom;width:96px}
.watch thead th:first-child{width:52px}.watch thead th:nth-child(2){width:140px}
.watch thead th:nth-child(3){width:142px}.watch thead th:nth-child(4){width:122px}
.watch thead th:last-child{width:auto}.watch td:last-child{font-size:13px}.days td,.days th{white-space:nowrap}
@media (max-width:760px){.wrap{padding:0 14px}h1{font-size:22px}.card{padding:14px}
.watch,.watch tbody,.watch caption{display:block;min-width:0}.watch thead{display:none}
.watch tr{display:grid;grid-template-columns:2em 1fr auto auto;gap:4px 12px;align-items:start;
border-bottom:1px solid var(--line);padding:12px 0}
.watch th[scope=row],.watch td{border:0;padding:0;text-align:left}.watch th[scope=row]{grid-area:1/1}
.watch td:nth-child(2){grid-area:2/2/3/4;display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}.watch .chips{margin:0}
.watch td:nth-child(3){grid-area:1/2}.watch td:nth-child(4){grid-area:1/3/2/5}
.watch td:nth-child(5){display:none}.watch td:nth-child(6){grid-area:2/4}
.watch td:last-child{grid-area:3/1/4/5}.versus div{grid-template-columns:5.5em 1fr auto}
dl.terms{grid-template-columns:1fr;gap:2px}dl.terms dd{margin-bottom:8px}}
)css";

constexpr std::string_view kCharts = R"css(
svg{display:block;width:100%;height:auto;overflow:visible}svg text{font-size:12px;fill:var(--ink)}
svg .tick{fill:var(--soft);font-size:11.5px;font-variant-numeric:tabular-nums}svg .label{fill:var(--soft);font-size:12px}
.grid-line,svg .grid{stroke:var(--line);stroke-width:1}svg .grid.faint{stroke:var(--faint)}
svg .axis{stroke:var(--soft);stroke-width:1}
svg .series{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}svg .series.bold{stroke-width:3}
svg .reference{fill:none;stroke:var(--soft);stroke-width:1.3;stroke-dasharray:5 4}
svg .whisker{stroke-width:1.3}svg .whisker.ink{stroke:var(--ink);stroke-width:1.6}
svg .mark{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:2 3}
svg .mark-dot{fill:var(--card);stroke:var(--ink);stroke-width:2.2}
svg .note{font-size:12px;font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:4px}
svg .target{fill:transparent}svg .target:hover{fill:var(--ink);fill-opacity:.25}svg .dot:hover{stroke:var(--ink)}
svg .area{fill-opacity:.13}svg .track{fill:var(--faint)}svg .bar:hover{opacity:.8}
svg .bar-label{font-size:12.5px}svg .value{font-size:12px;font-weight:600;font-variant-numeric:tabular-nums}
svg .cell{font-size:11.5px;font-variant-numeric:tabular-nums}svg .on-dark{fill:#fff;font-weight:600}
svg rect.calm{fill:var(--good)}svg rect.watch{fill:var(--watch)}svg rect.alarm{fill:var(--bad)}
svg .branch{fill:none;stroke:var(--line);stroke-linecap:round}
svg .branch-label{font-size:11px;fill:var(--ink);paint-order:stroke;stroke:var(--card);stroke-width:4px}
svg .node{stroke:var(--line);stroke-width:1}svg .node.split{fill:var(--card);stroke:var(--soft)}
svg .node-name{font-size:11.5px;font-weight:600}svg .node-line{font-size:10.5px;fill:var(--soft)}
svg .node-rate{font-size:12px;font-weight:700}svg .heat0{fill:var(--h0)}svg .heat1{fill:var(--h1)}
svg .heat2{fill:var(--h2)}svg .heat3{fill:var(--h3)}svg .heat4{fill:var(--h4)}
svg .node-line.leaf{fill:var(--ink)}
svg .cool0{fill:var(--k0)}svg .cool1{fill:var(--k1)}svg .cool2{fill:var(--k2)}svg .cool3{fill:var(--k3)}svg .cool4{fill:var(--k4)}
svg .empty-cell{fill:var(--faint)}svg .flow{fill:currentColor;fill-opacity:.26}svg .flow:hover{fill-opacity:.5}
svg .flow-label{font-size:12px;paint-order:stroke;stroke:var(--card);stroke-width:4px}svg .series.dashed{stroke-dasharray:6 4}
svg .arc path{fill:none;stroke:var(--soft);stroke-linecap:round}svg .arc polygon{fill:var(--soft)}
svg .arc.of-target path{stroke:var(--accent);stroke-opacity:.45}svg .arc.of-target polygon{fill:var(--accent)}
svg .arc:hover path{stroke:var(--ink);stroke-opacity:1}svg .target-node{fill:var(--accent-soft);stroke:var(--accent);stroke-width:2}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:2px 0 6px;padding:0;font-size:13px}
.legend li{display:flex;align-items:center;gap:7px}
.key-line{width:20px;height:0;border-top:3px solid}.key-box{width:12px;height:12px;border-radius:3px;background:currentColor}
.key-line.ref{border-top:2px dashed var(--soft)}
.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}
.leaver{color:var(--leaver)}.stayer{color:var(--stayer)}.l-red{color:var(--red-fill)}.l-orange{color:var(--orange-fill)}
.l-yellow{color:var(--yellow-fill)}.muted{color:var(--line)}.other-input{color:var(--soft)}
svg .series,svg .whisker:not(.ink){stroke:currentColor}svg .bar,svg .dot,svg .area{fill:currentColor}
.split-bar i{background:currentColor}.legend li>span+span{color:var(--ink)}
)css";

// Drawings shrink with the page: on a phone the letters of the wide ones would be too small to read.
constexpr std::string_view kPrint = R"css(
@media (max-width:760px){svg .tick,svg .label{font-size:14px}.three svg .tick,.three svg .label{font-size:12px}
svg .bar-label,svg .value{font-size:15px}.three svg .bar-label,.three svg .value{font-size:13px}
.scroll svg .tick,.scroll svg .label{font-size:11.5px}.scroll svg .bar-label{font-size:12.5px}}
@page{size:A4;margin:14mm 13mm}
@media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--faint:#eee;
--accent:#1d5fd1;--accent-soft:#e6effd}
nav,.switch,details{display:none}body{font-size:11px}.wrap{max-width:none;padding:0}section{padding:14px 0 0}
header.top{padding:0 0 10px}h1{font-size:20px}h2{font-size:16px}h3{font-size:12.5px}.verdict{font-size:14px}
.card{break-inside:avoid;border-radius:0;padding:10px}.grid{grid-template-columns:1fr 1fr;gap:10px;margin:10px 0}
.grid.three{grid-template-columns:1fr 1fr 1fr}.kpis{grid-template-columns:repeat(4,1fr);gap:10px;margin:10px 0}
.kpi .big{font-size:21px}.kpi .name,.kpi .sub,.levels,.legend,.versus div,figcaption p,table,.quiet{font-size:10.5px}
.card:has(.watch){break-inside:auto;border:0;padding:0}.scroll{overflow:visible}.scroll>div{min-width:0!important}
th,td{padding:4px 6px}thead th{font-size:10px}.watch{min-width:0}.watch thead th{width:56px}
.watch thead th:first-child{width:32px}.watch thead th:nth-child(2){width:84px}.watch thead th:nth-child(3){width:94px}
.watch thead th:nth-child(4){width:60px}.watch td:last-child{font-size:10px}.level{font-size:10.5px}.prob{display:block}
.chip{font-size:9px;border:0;padding:0}.prob i{display:none}tr{break-inside:avoid}thead{display:table-header-group}h2,h3,.lead{break-after:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace

std::string_view style_sheet() {
  static const std::string all = std::string(kTokens) + std::string(kLayout) +
                                 std::string(kTables) + std::string(kCharts) + std::string(kPrint);
  return all;
}

}  // namespace holdfast::exchange
