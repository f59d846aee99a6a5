#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exchange/bar_chart.hpp"
#include "exchange/format.hpp"
#include "exchange/html.hpp"
#include "exchange/line_chart.hpp"
#include "exchange/report_sections.hpp"
#include "exchange/words.hpp"

namespace holdfast::exchange {
namespace {

constexpr std::size_t kDriftRowsMax = 14;
constexpr std::size_t kDriftColumnsMax = 24;

/// Wilson's interval of a share, for the whiskers.
evaluation::Interval wilson(double events, double n) {
  constexpr double z = 1.959963984540054;
  const double p = events / n, z2 = z * z;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = z / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::int64_t mature_of(const features::CutoffCounts& counts) { return counts.active - counts.immature; }

std::string rate_figure(const std::vector<features::CutoffCounts>& cutoffs) {
  const auto& w = words();
  LineChart chart;
  chart.title = w.churn_by_cutoff;
  chart.description = w.churn_by_cutoff_remark;
  chart.x = {.label = w.cutoff, .format = {}, .low = {}, .high = {}, .categories = {}};
  chart.y = {.label = w.churn_rate, .format = [](double y) { return percent(y, 0); }, .low = 0,
             .high = {}, .categories = {}};
  Series series{.name = w.churn_rate, .points = {}, .intervals = {}, .css_class = "c1",
                .is_bold = true, .has_dots = true};
  double most = 0;
  for (const auto& counts : cutoffs) {
    // A cutoff of which most rows are immature would show a rate of the wrong customers.
    if (mature_of(counts) <= 0 || counts.immature * 2 > counts.active) continue;
    const auto rate = wilson(static_cast<double>(counts.churned), static_cast<double>(mature_of(counts)));
    series.points.push_back({static_cast<double>(chart.x.categories.size()), rate.estimate});
    series.intervals.push_back(rate);
    most = std::max(most, rate.upper);
    const auto month = to_string(counts.cutoff).substr(0, 7);
    chart.x.categories.push_back({month, month});
  }
  if (series.points.size() < 2) return {};
  if (most < 0.05) chart.y.format = [](double y) { return percent(y, 1); };
  chart.series.push_back(std::move(series));
  return render({.title = chart.title, .remark = w.churn_by_cutoff_remark, .legend = {},
                 .drawing = draw(chart), .numbers = {}});
}

std::string counts_figure(const std::vector<features::CutoffCounts>& cutoffs) {
  const auto& w = words();
  ColumnChart chart{.title = w.counts_by_cutoff, .description = w.counts_by_cutoff, .groups = {},
                    .parts = {{w.stayed, "stayer", {}}, {w.churned, "leaver", {}},
                              {w.competing, "c4", {}}, {w.immature, "muted", {}}},
                    .is_stacked = true, .is_sequence = true, .y_label = w.customers, .format = {},
                    .height = 320};
  HtmlTable table;
  table.columns = {{w.cutoff, Align::Left, {}},      {w.active, Align::Right, {}},
                   {w.churned, Align::Right, {}},    {w.competing, Align::Right, {}},
                   {w.immature, Align::Right, {}},   {w.churn_rate, Align::Right, {}}};
  for (const auto& counts : cutoffs) {
    const auto day = to_string(counts.cutoff);
    chart.groups.push_back({day.substr(0, 7), day.substr(0, 7)});
    const auto stayed = counts.active - counts.churned - counts.competing - counts.immature;
    const std::int64_t values[] = {std::max<std::int64_t>(0, stayed), counts.churned, counts.competing,
                                   counts.immature};
    for (std::size_t part = 0; part < 4; ++part) {
      chart.parts[part].values.push_back(static_cast<double>(values[part]));
    }
    const auto mature = mature_of(counts);
    table.rows.push_back({day, count(counts.active), count(counts.churned), count(counts.competing),
                          count(counts.immature),
                          mature > 0 ? percent(static_cast<double>(counts.churned) /
                                               static_cast<double>(mature))
                                     : "–"});
  }
  std::erase_if(chart.parts, [](const ColumnChart::Part& part) {
    return std::ranges::all_of(part.values, [](double value) { return value == 0; });
  });
  return render({.title = chart.title, .remark = {}, .legend = legend_of(chart), .drawing = draw(chart),
                 .numbers = render(table)});
}

std::string drift_figure(const ReportContext& context) {
  const auto& w = words();
  const auto& results = context.results;
  HeatMap chart{.title = w.drift, .description = w.drift_remark, .rows = {}, .columns = {}, .values = {},
                .format = [](double psi) { return fixed(psi, 2); },
                .css_class = [](double psi) -> std::string {
                  if (!(psi >= 0.1)) return "calm";
                  return psi < 0.25 ? "watch" : "alarm";
                }};
  const auto& days = !results.score_stability.cutoffs.empty()
                         ? results.score_stability.cutoffs
                         : (results.feature_stability.empty() ? results.score_stability.cutoffs
                                                              : results.feature_stability[0].cutoffs);
  if (days.empty()) return {};
  const auto skipped = days.size() > kDriftColumnsMax ? days.size() - kDriftColumnsMax : 0;
  for (std::size_t c = skipped; c < days.size(); ++c) {
    const auto month = to_string(days[c]).substr(0, 7);
    chart.columns.push_back({month, month});
  }
  const auto add = [&](const Text& name, const evaluation::Stability& stability) {
    if (stability.psi.size() != days.size()) return;
    chart.rows.push_back(name);
    chart.values.emplace_back(stability.psi.begin() + static_cast<std::ptrdiff_t>(skipped),
                              stability.psi.end());
  };
  if (!results.score_stability.psi.empty()) add(w.score, results.score_stability);
  for (std::size_t i = 0; i < std::min(kDriftRowsMax, results.feature_stability.size()); ++i) {
    add(context.name_of(results.feature_stability[i].name), results.feature_stability[i]);
  }
  if (chart.rows.empty()) return {};
  return render({.title = w.drift, .remark = w.drift_remark, .legend = {},
                 .drawing = "<div class=\"scroll\"><div style=\"min-width:760px\">" + draw(chart) +
                            "</div></div>",
                 .numbers = {}, .is_wide = true});
}

std::string backtest_card(const ReportContext& context) {
  const auto& w = words();
  const auto& rows = context.results.backtest;
  if (rows.empty()) return {};
  HtmlTable table;
  table.css_class = "days";
  table.columns = {{w.test_from, Align::Left, {}},   {w.test_to, Align::Left, {}},
                   {w.train_rows, Align::Right, {}}, {w.test_rows, Align::Right, {}},
                   {w.churn_rate, Align::Right, {}}, {{"AUC", "AUC"}, Align::Right, {}},
                   {w.lift_axis, Align::Right, {"Top decile", "首十分位"}},
                   {{"EMPC", "EMPC"}, Align::Right, {}}, {{"Brier", "Brier"}, Align::Right, {}}};
  for (const auto& row : rows) {
    table.rows.push_back({to_string(row.test_from), to_string(row.test_to), count(row.train_rows),
                          count(row.test_rows), percent(row.churn_rate),
                          with_interval(row.auc.estimate, row.auc.lower, row.auc.upper),
                          fixed(row.top_decile_lift, 2),
                          currency_sign(context.currency) + fixed(row.empc, 3), fixed(row.brier, 4)});
  }
  return fmt::format("<div class=\"card wide\"><h3>{}</h3><p class=\"quiet\">{}</p>{}</div>\n",
                     both(w.backtest), both(w.backtest_remark), render(table));
}

}  // namespace

std::string over_time_section(const ReportContext& context) {
  const auto& cutoffs = context.results.cutoffs;
  // Without time there is nothing to follow.
  const bool is_timeless =
      !cutoffs.empty() && std::ranges::none_of(cutoffs, [](const auto& one) { return is_dated(one.cutoff); });
  if (is_timeless) return {};
  std::string body;
  if (!cutoffs.empty()) body += rate_figure(cutoffs) + counts_figure(cutoffs);
  body += drift_figure(context) + backtest_card(context);
  if (body.empty()) return {};
  return section("over-time", words().over_time, words().over_time_lead, "<div class=\"grid\">" + body + "</div>");
}

}  // namespace holdfast::exchange
