#include <algorithm>

#include <fmt/format.h>

#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/report_sections.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kRowsMax = 60;

Text level_of(const selection::Kpi& kpi) {
  if (kpi.is_computed) return {"computed", "计算因素"};
  if (kpi.is_found) return {"found", "影响因素"};
  if (kpi.is_named) return {"named", "参考属性"};
  return {"–", "–"};
}

std::string or_nothing(double value, int digits) { return value == 0 ? "–" : fixed(value, digits); }

std::vector<std::string> row_of(const ReportContext& context, const selection::Kpi& kpi) {
  return {both(context.name_of(kpi.name)),
          both(level_of(kpi)),
          kpi.contribution > 0 ? percent(kpi.contribution) : "–",
          fixed(kpi.measures.information_value, 3),
          fixed(kpi.measures.cramers_v, 3),
          kpi.measures.p_value < 1e-4 ? "&lt; 0.0001" : fixed(kpi.measures.p_value, 4),
          fixed(kpi.measures.gain_ratio, 4),
          kpi.mrmr_rank > 0 ? std::to_string(kpi.mrmr_rank) : "–",
          or_nothing(kpi.lasso, 3),
          or_nothing(kpi.permutation, 4)};
}

}  // namespace

std::string selection_card(const ReportContext& context) {
  const auto& kpis = context.results.kpis;
  if (kpis.empty()) return {};
  HtmlTable table;
  table.columns = {
      {{"Column", "特征"}, Align::Left, {}},
      {{"Level", "级别"}, Align::Left, {}},
      {{"Contribution", "贡献率"}, Align::Right,
       {"Share of the change of the answer where each input is changed", "敏感度分析的贡献率"}},
      {{"Information value", "信息值 IV"}, Align::Right, {}},
      {{"Cramér's V", "Cramér V"}, Align::Right, {}},
      {{"p value (χ²)", "p 值(χ²)"}, Align::Right, {}},
      {{"Gain ratio", "增益率"}, Align::Right, {}},
      {{"mRMR rank", "mRMR 名次"}, Align::Right, {}},
      {{"Lasso", "Lasso"}, Align::Right, {"Size of its coefficients; –: left out", "系数大小;–:被剔除"}},
      {{"Fall of the AUC", "AUC 下降"}, Align::Right,
       {"Where the column is permuted", "打乱该特征后 AUC 的下降"}}};
  for (std::size_t i = 0; i < std::min(kpis.size(), kRowsMax); ++i) {
    table.rows.push_back(row_of(context, kpis[i]));
  }
  const auto named = std::ranges::count_if(kpis, &selection::Kpi::is_named);
  const auto found = std::ranges::count_if(kpis, &selection::Kpi::is_found);
  const auto computed = std::ranges::count_if(kpis, &selection::Kpi::is_computed);
  return fmt::format(
      "<div class=\"card\"><h3>{}</h3><p class=\"quiet\">{}</p><div class=\"scroll\">{}</div></div>\n",
      both({"Columns on three levels", "三级 KPI 选择"}),
      both({fmt::format("Of {} columns the business names {}, {} differ between leavers and stayers, "
                        "{} carry the model. On training rows only; the first {} are shown.",
                        kpis.size(), named, found, computed, table.rows.size()),
            fmt::format("共 {} 个特征:业务提名 {} 个,OLAP 初选 {} 个,计算因素 {} 个。只用训练样本;"
                        "此处列出前 {} 个。",
                        kpis.size(), named, found, computed, table.rows.size())}),
      render(table));
}

}  // namespace holdfast::exchange
