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

using evaluation::Metrics;
using evaluation::Point;

std::string whole_percent(double share) { return percent(share, 0); }

/// One line per model, the champion's bold.
template <typename PointsOf>
void add_models(LineChart& chart, const RunResults& results, PointsOf points_of) {
  for (std::size_t i = 0; i < results.models.size(); ++i) {
    const auto& model = results.models[i];
    const auto* metrics = judged_on(model);
    if (metrics == nullptr) continue;
    Series series{.name = model.name, .points = points_of(*metrics), .intervals = {},
                  .css_class = colour_of(i), .is_bold = model.id == results.champion};
    if (!series.points.empty()) chart.series.push_back(std::move(series));
  }
}

std::string figure(const LineChart& chart, const Text& remark, std::string numbers = {}) {
  if (chart.series.empty()) return {};
  return render({.title = chart.title, .remark = remark, .legend = legend_of(chart), .drawing = draw(chart),
                 .numbers = std::move(numbers)});
}

LineChart share_chart(const Text& title, const Text& remark, const Text& x, const Text& y) {
  LineChart chart;
  chart.title = title;
  chart.description = remark;
  chart.x = {.label = x, .format = whole_percent, .low = 0, .high = 1, .categories = {}};
  chart.y = {.label = y, .format = whole_percent, .low = 0, .high = 1, .categories = {}};
  return chart;
}

std::string roc_figure(const RunResults& results) {
  const auto& w = words();
  auto chart = share_chart(w.roc, w.roc_remark, w.false_positive, w.true_positive);
  add_models(chart, results, [](const Metrics& metrics) { return metrics.roc; });
  for (auto& series : chart.series) {
    for (const auto& model : results.models) {
      const auto* metrics = judged_on(model);
      if (metrics == nullptr || !(model.name == series.name)) continue;
      const auto auc = fmt::format(" ({})", fixed(metrics->auc.estimate, 3));
      series.name = {model.name.en + auc, model.name.zh + auc};
      break;
    }
  }
  chart.reference = {{0, 0}, {1, 1}};
  chart.reference_name = w.chance;
  return figure(chart, w.roc_remark);
}

std::string precision_figure(const RunResults& results) {
  const auto& w = words();
  auto chart = share_chart(w.precision_recall, w.precision_remark, w.recall, w.precision);
  add_models(chart, results, [](const Metrics& metrics) { return metrics.precision_recall; });
  const auto* champion = champion_of(results);
  const auto* metrics = champion != nullptr ? judged_on(*champion) : nullptr;
  if (metrics != nullptr) {
    chart.reference = {{0, metrics->churn_rate}, {1, metrics->churn_rate}};
    chart.reference_name = w.chance;
  }
  return figure(chart, w.precision_remark);
}

std::string gains_table(const Metrics& metrics) {
  const auto& w = words();
  HtmlTable table;
  table.columns = {{w.contacted, Align::Left, {}},   {w.rows, Align::Right, {}},
                   {w.leavers, Align::Right, {}},    {w.true_positive, Align::Right, {}},
                   {w.churn_rate, Align::Right, {}}, {w.lift_axis, Align::Right, {}},
                   {{"Cumulative lift", "累计提升度"}, Align::Right, {}}};
  for (const auto& row : metrics.gains) {
    table.rows.push_back({percent(row.share, 0), count(row.contacts), fixed(row.churners, 0),
                          percent(row.churners_share), percent(row.churn_rate), fixed(row.lift, 2),
                          fixed(row.cumulative_lift, 2)});
  }
  return render(table);
}

std::string gains_figure(const RunResults& results, const Metrics* champion) {
  const auto& w = words();
  auto chart = share_chart(w.gains, w.gains_remark, w.contacted, w.true_positive);
  add_models(chart, results, [](const Metrics& metrics) {
    std::vector<Point> points = {{0, 0}};
    for (const auto& row : metrics.gains) points.push_back({row.share, row.churners_share});
    return points.size() > 1 ? points : std::vector<Point>{};
  });
  chart.reference = {{0, 0}, {1, 1}};
  chart.reference_name = w.chance;
  return figure(chart, w.gains_remark, champion != nullptr ? gains_table(*champion) : std::string());
}

std::string lift_figure(const RunResults& results) {
  const auto& w = words();
  ColumnChart chart{.title = w.lift, .description = w.lift_remark, .groups = {}, .parts = {},
                    .is_stacked = false, .y_label = w.lift_axis, .format = {}, .height = 320};
  for (std::size_t i = 0; i < results.models.size(); ++i) {
    const auto* metrics = judged_on(results.models[i]);
    if (metrics == nullptr || metrics->gains.empty()) continue;
    if (!chart.groups.empty() && metrics->gains.size() != chart.groups.size()) continue;
    ColumnChart::Part part{.name = results.models[i].name, .css_class = colour_of(i), .values = {}};
    for (const auto& row : metrics->gains) part.values.push_back(row.lift);
    if (chart.groups.empty()) {
      for (std::size_t g = 1; g <= part.values.size(); ++g) {
        const auto name = fmt::format("{}", g);
        chart.groups.push_back({name, name});
      }
    }
    chart.parts.push_back(std::move(part));
  }
  if (chart.parts.empty()) return {};
  return render({.title = w.lift, .remark = w.lift_remark, .legend = legend_of(chart), .drawing = draw(chart),
                 .numbers = {}});
}

std::string calibration_figure(const ModelResult& champion, const Metrics& metrics,
                               const std::string& colour) {
  const auto& w = words();
  LineChart chart;
  chart.title = w.calibration;
  chart.description = w.calibration_remark;
  chart.x = {.label = w.predicted, .format = whole_percent, .low = 0, .high = {}, .categories = {}};
  chart.y = {.label = w.observed, .format = whole_percent, .low = 0, .high = {}, .categories = {}};
  Series series{.name = champion.name, .points = {}, .intervals = {}, .css_class = colour,
                .is_bold = true, .has_dots = true};
  double most = 0;
  HtmlTable table;
  table.columns = {{w.predicted, Align::Right, {}}, {w.observed, Align::Right, {}},
                   {w.interval_95, Align::Right, {}}, {w.rows, Align::Right, {}}};
  for (const auto& row : metrics.calibration) {
    series.points.push_back({row.mean_probability, row.churn_rate});
    series.intervals.push_back({row.churn_rate, row.lower, row.upper});
    most = std::max({most, row.mean_probability, row.upper});
    table.rows.push_back({percent(row.mean_probability), percent(row.churn_rate),
                          percent(row.lower) + " – " + percent(row.upper), count(row.rows)});
  }
  if (series.points.empty()) return {};
  chart.x.high = chart.y.high = std::min(1.0, most * 1.05);
  chart.series.push_back(std::move(series));
  chart.reference = {{0, 0}, {*chart.x.high, *chart.x.high}};
  chart.reference_name = w.perfect;
  return figure(chart, w.calibration_remark, render(table));
}

std::string profit_figure(const ReportContext& context, const Metrics* champion) {
  const auto& w = words();
  LineChart chart;
  chart.title = w.profit;
  chart.description = w.profit_remark;
  chart.x = {.label = w.contacted, .format = whole_percent, .low = 0, .high = 1, .categories = {}};
  chart.y = {.label = w.profit_axis,
             .format = [&](double y) {
               return (y < 0 ? "−" : "") + currency_sign(context.currency) + number(std::abs(y));
             },
             .low = {}, .high = {}, .categories = {}};
  add_models(chart, context.results, [](const Metrics& metrics) { return metrics.profit; });
  if (champion != nullptr && !champion->profit.empty()) {
    const auto best = std::ranges::max_element(champion->profit, {}, &Point::y);
    const auto shown = percent(best->x, 0);
    chart.marks.push_back({best->x, best->y, {w.best_fraction.en + " " + shown, w.best_fraction.zh + shown}});
  }
  chart.horizontals = {0};
  return figure(chart, w.profit_remark);
}

}  // namespace

std::string quality_charts(const ReportContext& context) {
  const auto& results = context.results;
  const auto* champion = champion_of(results);
  const auto* metrics = champion != nullptr ? judged_on(*champion) : nullptr;
  auto out = profit_figure(context, metrics) + roc_figure(results) +
             gains_figure(results, metrics) + lift_figure(results) + precision_figure(results);
  if (metrics != nullptr) {
    const auto index = static_cast<std::size_t>(champion - results.models.data());
    out += calibration_figure(*champion, *metrics, colour_of(index));
  }
  return out;
}

}  // namespace holdfast::exchange
