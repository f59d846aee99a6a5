#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "analyses/figures.hpp"
#include "analyses/movement_parts.hpp"
#include "core/distributions.hpp"
#include "migration/chain.hpp"
#include "migration/stability.hpp"
#include "models/markov/counts.hpp"

namespace holdfast::analyses::movement {
namespace {

constexpr std::size_t kForecastPeriods = 12;
constexpr std::size_t kFlowPeriods = 5;

std::vector<double> shares_now(const States& states) {
  std::vector<double> shares(states.states.size());
  double all = 0;
  for (const auto state : states.now) {
    if (state == States::kNowhere) continue;
    ++shares[state];
    ++all;
  }
  for (auto& share : shares) share /= std::max(all, 1.0);
  return shares;
}

FlowChart flow_of(const States& states, const forms::StateTransitions& form) {
  const auto k = states.states.size();
  const auto counts = markov::counts_of(form);
  const auto shown = std::min(kFlowPeriods, counts.periods);
  FlowChart chart{.id = "flow",
                  .title = {"Who moved where in the last periods", "最近各期客户的流向"},
                  .remark = {"Width: customers.", "宽度表示客户数。"},
                  .format = Format::Count};
  const auto first = counts.periods - shown;
  for (std::size_t step = 0; step <= shown; ++step) {
    const auto& name = states.periods[std::min(first + step, states.periods.size() - 1)];
    chart.steps.push_back({name, name});
    for (const auto& state : states.states) chart.nodes.push_back({state, step});
  }
  for (std::size_t step = 0; step < shown; ++step) {
    const auto table = counts.summed(first + step);
    for (std::size_t cell = 0; cell < k * k; ++cell) {
      if (table[cell] == 0) continue;
      chart.links.push_back({step * k + cell / k, (step + 1) * k + cell % k,
                             static_cast<double>(table[cell])});
    }
  }
  return chart;
}

// Columns and rows of moves with their intervals; `lead` is what stands before them, such as a period.
void add_move_columns(Table& table) {
  table.columns.push_back({"from", {"from", "从"}, Format::Number, {}});
  table.columns.push_back({"to", {"to", "到"}, Format::Number, {}});
  table.columns.push_back({"count", {"moves", "次数"}, Format::Count, {}});
  table.columns.push_back({"share", {"share", "占比"}, Format::Share, {}});
  table.columns.push_back(
      {"lower", {"at least", "下限"}, Format::Share, {"95 % interval (Wilson)", "95% 区间(Wilson)"}});
  table.columns.push_back({"upper", {"at most", "上限"}, Format::Share, {}});
}

void add_moves(const States& states, const migration::TransitionMatrix& matrix,
               const std::vector<Cell>& lead, Table& table) {
  const auto k = matrix.states;
  for (std::size_t cell = 0; cell < k * k; ++cell) {
    if (matrix.counts[cell] == 0) continue;
    auto row = lead;
    row.insert(row.end(), {states.states[cell / k], states.states[cell % k],
                           static_cast<double>(matrix.counts[cell]), matrix.share[cell],
                           matrix.lower[cell], matrix.upper[cell]});
    table.rows.push_back(std::move(row));
  }
}

Table matrix_table(const States& states, const migration::TransitionMatrix& matrix) {
  Table table{.id = "matrix", .title = {"All moves, with intervals", "全部迁移及其区间"}, .rows_shown = 15};
  add_move_columns(table);
  add_moves(states, matrix, {}, table);
  return table;
}

// A matrix of each period, and of each segment: `counts_at` gives the moves of one.
template <typename CountsAt>
Table matrices_table(const States& states, Table table, const std::vector<Text>& leads,
                     const CountsAt& counts_at) {
  add_move_columns(table);
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const std::vector<std::uint64_t> counts = counts_at(i);
    const auto matrix = migration::transition_matrix(states.states.size(), counts);
    if (matrix.ok()) add_moves(states, *matrix, {leads[i]}, table);
  }
  return table;
}

// The state above the lowest that most customers are in: what a typical customer risks.
std::optional<std::size_t> typical_state(const States& states,
                                         const migration::TransitionMatrix& matrix) {
  std::optional<std::size_t> most;
  for (std::size_t s = 0; s < matrix.states; ++s) {
    if (states.lowest && s == *states.lowest) continue;
    if (matrix.totals[s] > 0 && (!most || matrix.totals[s] > matrix.totals[*most])) most = s;
  }
  return most;
}

}  // namespace

Text period_word(int months) {
  if (months == 1) return {"month", "个月"};
  if (months == 3) return {"quarter", "个季度"};
  if (months == 12) return {"year", "年"};
  return {fmt::format("period of {} months", months), fmt::format("期(每期 {} 个月)", months)};
}

std::string period_unit(int months) {
  return months == 1 ? "月" : months == 3 ? "季度" : period_word(months).zh;
}

Text periods_word(int months) {
  const auto word = period_word(months);
  if (months == 1 || months == 3 || months == 12) return {word.en + "s", word.zh};
  return {fmt::format("periods of {} months", months), word.zh};
}

Text periods_word(double periods, int months) {
  const auto word = periods_word(months);
  return {decimal(periods) + " " + word.en, decimal(periods) + " " + word.zh};
}

Section matrix_section(const States& states, const forms::StateTransitions& form,
                       const migration::TransitionMatrix& matrix, Analysis& analysis) {
  const auto word = period_word(states.months);
  Section section{.id = "matrix",
                  .title = {"From which state to which", "从哪个状态到哪个状态"},
                  .lead = {fmt::format("Of the customers in the row's state, how many are in the column's a {} "
                                       "later. States: {}.", word.en, states.measured.en),
                           fmt::format("处于行状态的客户,一{}后有多少处于列状态。状态依据:{}。", word.zh,
                                       states.measured.zh)}};
  HeatMap map{.id = "shares",
              .title = {"Moves in one " + word.en, "一" + word.zh + "内的迁移"},
              .rows = states.states,
              .columns = states.states,
              .format = Format::Share};
  for (std::size_t from = 0; from < matrix.states; ++from) {
    auto& row = map.values.emplace_back();
    for (std::size_t to = 0; to < matrix.states; ++to) {
      row.push_back(matrix.departures[from] == migration::Departures::Unknown
                        ? std::nan("")
                        : matrix.at(from, to));
    }
  }
  section.blocks.emplace_back(std::move(map));
  section.blocks.emplace_back(flow_of(states, form));
  section.blocks.emplace_back(matrix_table(states, matrix));
  say_kept(states, matrix, analysis);
  const auto typical = typical_state(states, matrix);
  if (typical && states.lowest) {
    const auto& name = states.states[*typical];
    const auto& low = states.states[*states.lowest];
    const auto cell = *typical * matrix.states + *states.lowest;
    analysis.findings.push_back(
        {fmt::format("Of customers at “{}”, {} are there again a {} later; {} ({} to {}) go to “{}”.",
                     name.en, percent(matrix.at(*typical, *typical)), word.en,
                     percent(matrix.share[cell]), percent(matrix.lower[cell]),
                     percent(matrix.upper[cell]), low.en),
         fmt::format("处于“{}”的客户,一{}后 {} 仍在原状态;{}({} 至 {})转为“{}”。", name.zh, word.zh,
                     percent(matrix.at(*typical, *typical)), percent(matrix.share[cell]),
                     percent(matrix.lower[cell]), percent(matrix.upper[cell]), low.zh)});
  }
  return section;
}

Section future_section(const States& states, const migration::TransitionMatrix& matrix,
                       Analysis& analysis) {
  const auto word = period_word(states.months);
  Section section{.id = "future",
                  .title = {"Where this leads", "长期走向"},
                  .lead = {"If customers go on moving as they did, nobody new comes, and only the state now matters.",
                           "假设客户按以往方式继续迁移、没有新客户加入,且只有当前状态起作用。"}};
  const auto k = matrix.states;
  const auto now = shares_now(states);
  const auto run = migration::long_run(matrix);
  if (!run.ok()) {
    analysis.notes.push_back({message_of(run.error(), Language::En), message_of(run.error(), Language::Zh)});
    return section;
  }
  const auto end = run->from(now);
  LineChart forecast{.id = "forecast",
                     .title = {"Shares of the states from now on", "各状态占比的预测"},
                     .x_label = {periods_word(states.months).en + " from now", "从现在起(" + period_unit(states.months) + ")"},
                     .y_label = {"share of customers", "客户占比"},
                     .x_format = Format::Count,
                     .y_format = Format::Share};
  for (std::size_t s = 0; s < k; ++s) forecast.series.push_back({.name = states.states[s]});
  for (std::size_t period = 0; period <= kForecastPeriods; ++period) {
    const auto later = migration::shares_after(matrix, now, period);
    if (!later.ok()) break;
    for (std::size_t s = 0; s < k; ++s) {
      forecast.series[s].x.push_back(static_cast<double>(period));
      forecast.series[s].y.push_back((*later)[s]);
    }
  }
  if (!forecast.series.empty() && !forecast.series[0].x.empty())
    section.blocks.emplace_back(std::move(forecast));
  Table table{.id = "long_run",
              .title = {"Now, in the long run, and how long until the lowest state",
                        "当前、长期,以及到达最低状态所需时间"},
              .columns = {{"state", {"state", "状态"}, Format::Number, {}},
                          {"now", {"now", "当前"}, Format::Share, {}},
                          {"long_run", {"in the long run", "长期"}, Format::Share, {}}}};
  std::optional<std::vector<migration::TimeTo>> times;
  if (states.lowest) {
    auto found = migration::times_to(matrix, *states.lowest);
    if (found.ok()) times = std::move(*found);
    const auto& low = states.states[*states.lowest];
    table.columns.push_back({"chance",
                             {"ever comes to “" + low.en + "”", "最终到达“" + low.zh + "”"},
                             Format::Share,
                             {}});
    table.columns.push_back({"periods",
                             {periods_word(states.months).en + " until then", "所需时间(" + period_unit(states.months) + ")"},
                             Format::Number,
                             {"expected; for the state itself: until it is entered again",
                              "期望值;对该状态本身:直到再次进入"}});
  }
  for (std::size_t s = 0; s < k; ++s) {
    std::vector<Cell> row{states.states[s], now[s], end[s]};
    if (times) {
      row.emplace_back((*times)[s].chance);
      row.push_back(cell_of((*times)[s].periods));
    }
    table.rows.push_back(std::move(row));
  }
  section.blocks.emplace_back(std::move(table));
  const auto typical = typical_state(states, matrix);
  if (states.lowest && typical && times && (*times)[*typical].periods) {
    const auto& low = states.states[*states.lowest];
    const auto& name = states.states[*typical];
    const auto long_time = periods_word(*(*times)[*typical].periods, states.months);
    analysis.findings.push_back(
        {fmt::format("At the end of the last whole {} ({}) {} of customers are at “{}”; if they go on moving "
                     "like this it will be {}. From “{}” it takes {} on average to come there.",
                     word.en, states.periods.back(), percent(now[*states.lowest]), low.en,
                     percent(end[*states.lowest]), name.en, long_time.en),
         fmt::format("最近一个完整{}({})末,{} 的客户处于“{}”;若继续如此迁移,长期将为 {}。从“{}”出发平均 {}后到达。",
                     period_unit(states.months), states.periods.back(), percent(now[*states.lowest]), low.zh,
                     percent(end[*states.lowest]), name.zh, long_time.zh)});
  }
  return section;
}

Section time_section(const States& states, const forms::StateTransitions& form,
                     Analysis& analysis) {
  Section section{.id = "time",
                  .title = {"Is it always the same?", "迁移是否稳定?"},
                  .lead = {"One matrix for all periods is a simplification; these tests say how much of one.",
                           "用一个矩阵描述所有期间是一种简化;以下检验说明简化的程度。"}};
  const auto counts = markov::counts_of(form);
  if (states.lowest && counts.periods >= 2) {
    LineChart chart{.id = "falls",
                    .title = {"Moves to “" + states.states[*states.lowest].en + "” by period",
                              "各期转为“" + states.states[*states.lowest].zh + "”的占比"},
                    .remark = {"Bands: 95 % intervals.", "阴影:95% 区间。"},
                    .x_label = {"from the period", "起始期间"},
                    .y_label = {"share of the state's customers", "占该状态客户的比例"},
                    .y_format = Format::Share};
    for (const auto& period : form.periods) chart.places.push_back({period, period});
    const auto k = counts.states;
    for (std::size_t from = 0; from < k; ++from) {
      if (from == *states.lowest) continue;
      LineChart::Series series{.name = states.states[from]};
      for (std::size_t p = 0; p < counts.periods; ++p) {
        const auto table = counts.summed(p);
        double total = 0;
        for (std::size_t to = 0; to < k; ++to) total += static_cast<double>(table[from * k + to]);
        if (total < 5) continue;  // Nothing to be seen of so few.
        const auto fell = static_cast<double>(table[from * k + *states.lowest]);
        const auto bounds = wilson_interval(fell, total, 0.95);
        series.x.push_back(static_cast<double>(p));
        series.y.push_back(fell / total);
        series.lower.push_back(bounds.lower);
        series.upper.push_back(bounds.upper);
      }
      if (series.x.size() > 1) chart.series.push_back(std::move(series));
    }
    if (!chart.series.empty()) section.blocks.emplace_back(std::move(chart));
  }
  std::vector<Text> periods;
  for (const auto& period : form.periods) periods.push_back({period, period});
  section.blocks.emplace_back(matrices_table(
      states,
      {.id = "matrices_over_time",
       .title = {"The moves of each period", "各期的迁移"},
       .columns = {{"period", {"from the period", "起始期间"}, Format::Number, {}}},
       .rows_shown = 10},
      periods, [&](std::size_t period) { return counts.summed(period); }));
  Table table{.id = "tests",
              .title = {"Tests", "检验"},
              .columns = {{"question", {"question", "问题"}, Format::Number, {}},
                          {"answer", {"answer", "结论"}, Format::Number, {}},
                          {"chi_squared", {"χ²", "χ²"}, Format::Number, {"Anderson & Goodman 1957", "Anderson 与 Goodman 1957"}},
                          {"degrees", {"degrees of freedom", "自由度"}, Format::Count, {}},
                          {"p", {"p", "p 值"}, Format::PValue, {}},
                          {"likelihood_ratio", {"likelihood ratio", "似然比"}, Format::Number, {}},
                          {"sparse", {"cells with fewer than 5 expected", "期望数小于 5 的单元"}, Format::Share,
                           {"where many, p is rough", "过多时 p 值仅供参考"}}}};
  const auto add = [&](const Text& question, const Text& yes, const Text& no,
                       const Result<migration::Homogeneity>& test) {
    if (!test.ok()) return;
    table.rows.push_back({question, test->all.pearson_p < 0.01 ? yes : no, test->all.pearson,
                          test->all.degrees, test->all.pearson_p, test->all.likelihood_ratio,
                          static_cast<double>(test->cells_sparse) / static_cast<double>(test->cells)});
  };
  const auto over_time = migration::test_over_time(counts);
  add({"Do moves change over time?", "迁移随时间变化吗?"}, {"yes", "是"},
      {"no sign of it", "无迹象"}, over_time);
  if (form.segments.size() > 1) {
    add({"Do segments move differently?", "各分群迁移不同吗?"}, {"yes", "是"},
        {"no sign of it", "无迹象"}, migration::test_between_segments(counts));
  }
  add({"Does the state now matter for the next?", "当前状态影响下一状态吗?"}, {"yes", "是"},
      {"no sign of it", "无迹象"}, migration::test_first_order(counts));
  add({"Does the state before matter too?", "更早的状态也有影响吗?"},
      {"yes: one period does not tell all", "是:仅看一期不够"}, {"no sign of it", "无迹象"},
      migration::test_second_order(counts));
  section.blocks.emplace_back(std::move(table));
  if (over_time.ok()) {
    const bool moved = over_time->all.pearson_p < 0.01;
    analysis.findings.push_back(
        moved ? Text{fmt::format("The moves changed over time (p {}): take forecasts from them as a direction, "
                                 "not as a number.", p_value(over_time->all.pearson_p)),
                     fmt::format("迁移随时间变化(p {}):由此得出的预测只宜看方向。",
                                 p_value(over_time->all.pearson_p))}
              : Text{fmt::format("The moves are the same in all periods as far as can be told (p {}).",
                                 p_value(over_time->all.pearson_p)),
                     fmt::format("各期间的迁移看不出差异(p {})。", p_value(over_time->all.pearson_p))});
  }
  return section;
}

namespace {

// What is looked at by segment: moves to the state nobody wants, or where states have no order, moves
// away from where one was.
struct Watched {
  std::optional<std::size_t> to;
  Text words;

  bool is_counted(std::size_t from, std::size_t to_state) const {
    return to ? from != *to && to_state == *to : from != to_state;
  }
  bool is_start(std::size_t from) const { return !to || from != *to; }
};

Watched watched_of(const States& states) {
  if (!states.lowest) return {{}, {"leave their state", "离开原状态"}};
  const auto& low = states.states[*states.lowest];
  return {*states.lowest, {"go to “" + low.en + "”", "转为“" + low.zh + "”"}};
}

HeatMap segments_map(const States& states, const migration::TransitionCounts& counts,
                     const Watched& watched) {
  HeatMap map{.id = "segments_map",
              .title = {"How many " + watched.words.en + ", by segment and state before",
                        "各分群、各状态" + watched.words.zh + "的占比"},
              .remark = {"Empty: fewer than 5.", "空白: 少于 5。"},
              .rows = states.segments,
              .format = Format::Share};
  const auto k = counts.states;
  for (std::size_t from = 0; from < k; ++from) {
    if (watched.is_start(from)) map.columns.push_back(states.states[from]);
  }
  for (std::size_t s = 0; s < states.segments.size(); ++s) {
    const auto cells = counts.summed({}, s);
    auto& row = map.values.emplace_back();
    for (std::size_t from = 0; from < k; ++from) {
      if (!watched.is_start(from)) continue;
      double total = 0, moved = 0;
      for (std::size_t to = 0; to < k; ++to) {
        const auto count = static_cast<double>(cells[from * k + to]);
        total += count;
        if (watched.is_counted(from, to)) moved += count;
      }
      row.push_back(total < 5 ? std::nan("") : moved / total);
    }
  }
  return map;
}

}  // namespace

std::optional<Section> segments_section(const States& states, const forms::StateTransitions& form,
                                        Analysis& analysis) {
  if (states.segments.size() < 2) return std::nullopt;
  const auto watched = watched_of(states);
  Section section{.id = "segments", .title = {"By segment", "按分群"}};
  Table table{.id = "segments",
              .title = {"How many " + watched.words.en + " in one " + period_word(states.months).en +
                            ", by segment",
                        "各分群一" + period_word(states.months).zh + "内" + watched.words.zh + "的占比"},
              .columns = {{"segment", {"segment", "分群"}, Format::Number, {}},
                          {"customers", {"moves", "次数"}, Format::Count, {}},
                          {"share", {"share", "占比"}, Format::Share, {}},
                          {"lower", {"at least", "下限"}, Format::Share, {"95 % interval (Wilson)", "95% 区间(Wilson)"}},
                          {"upper", {"at most", "上限"}, Format::Share, {}}}};
  const auto counts = markov::counts_of(form);
  const auto k = counts.states;
  struct Row { std::size_t segment; double moved, total; };
  std::vector<Row> rows;
  for (std::size_t s = 0; s < states.segments.size(); ++s) {
    const auto cells = counts.summed({}, s);
    Row row{s, 0, 0};
    for (std::size_t cell = 0; cell < k * k; ++cell) {
      if (!watched.is_start(cell / k)) continue;
      row.total += static_cast<double>(cells[cell]);
      if (watched.is_counted(cell / k, cell % k)) row.moved += static_cast<double>(cells[cell]);
    }
    if (row.total > 0) rows.push_back(row);
  }
  if (rows.size() < 2) return std::nullopt;
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    return a.moved / a.total > b.moved / b.total;
  });
  for (const auto& row : rows) {
    const auto bounds = wilson_interval(row.moved, row.total, 0.95);
    table.rows.push_back({states.segments[row.segment], row.total, row.moved / row.total,
                          bounds.lower, bounds.upper});
  }
  section.blocks.emplace_back(segments_map(states, counts, watched));
  section.blocks.emplace_back(std::move(table));
  section.blocks.emplace_back(matrices_table(
      states,
      {.id = "matrices_by_segment",
       .title = {"The moves of each segment", "各分群的迁移"},
       .columns = {{"segment", {"segment", "分群"}, Format::Number, {}}},
       .rows_shown = 10},
      states.segments, [&](std::size_t segment) { return counts.summed({}, segment); }));
  const auto test = migration::test_between_segments(counts);
  if (test.ok() && test->all.pearson_p < 0.01) {
    const auto& most = rows.front();
    const auto& least = rows.back();
    analysis.findings.push_back(
        {fmt::format("Segments differ (p {}): of “{}” {} {}, of “{}” {}.", p_value(test->all.pearson_p),
                     states.segments[most.segment].en, percent(most.moved / most.total), watched.words.en,
                     states.segments[least.segment].en, percent(least.moved / least.total)),
         fmt::format("各分群不同(p {}):“{}”{}的占 {},“{}”占 {}。", p_value(test->all.pearson_p),
                     states.segments[most.segment].zh, watched.words.zh, percent(most.moved / most.total),
                     states.segments[least.segment].zh, percent(least.moved / least.total))});
  }
  return section;
}

CustomerColumns customers_of(const States& states, const migration::TransitionMatrix& matrix) {
  CustomerColumns columns;
  std::vector<std::size_t> kept;
  for (std::size_t c = 0; c < states.customers(); ++c) {
    if (states.now[c] != States::kNowhere) kept.push_back(c);
  }
  if (kept.empty()) return columns;
  CustomerColumns::Column state{.id = "state", .header = {"state now", "当前状态"}};
  for (const auto c : kept) {
    columns.customer_keys.push_back(states.customer_keys[c]);
    state.texts.push_back(states.states[states.now[c]]);
  }
  columns.columns.push_back(std::move(state));
  if (!states.lowest) return columns;
  const auto& low = states.states[*states.lowest];
  CustomerColumns::Column chance{.id = "chance_lowest",
                                 .header = {"chance of “" + low.en + "” next " + period_word(states.months).en,
                                            "下一" + period_word(states.months).zh + "为“" + low.zh + "”的可能"},
                                 .format = Format::Share};
  CustomerColumns::Column time{.id = "periods_to_lowest",
                               .header = {periods_word(states.months).en + " until then, expected",
                                          "预计所需时间(" + period_unit(states.months) + ")"},
                               .format = Format::Number};
  const auto times = migration::times_to(matrix, *states.lowest);
  for (const auto c : kept) {
    const auto now = states.now[c];
    const bool is_known = matrix.departures[now] != migration::Departures::Unknown;
    chance.values.push_back(is_known ? matrix.at(now, *states.lowest) : std::nan(""));
    const bool is_there = now == *states.lowest;
    time.values.push_back(is_there ? 0
                          : times.ok() && (*times)[now].periods ? *(*times)[now].periods
                                                               : std::nan(""));
  }
  columns.columns.push_back(std::move(chance));
  columns.columns.push_back(std::move(time));
  return columns;
}

}  // namespace holdfast::analyses::movement
