#include "models/scorecard/report.hpp"

#include <algorithm>
#include <cmath>

#include "core/text.hpp"

namespace holdfast::scorecard {
namespace {

constexpr double kStepsMax = 40;
constexpr double kLogitMax = 700;  // Beyond it odds are infinite.
constexpr std::size_t kCategoriesShown = 12;

/// "<= 25", "(25, 35]", "> 60", the categories, or that it is missing.
std::string words_of(const BinnedColumn& column, std::size_t s) {
  const auto& bin = column.bins[s];
  if (bin.is_missing) return "missing (缺失)";
  if (!bin.categories.empty()) {
    auto shown = bin.categories;
    if (shown.size() > kCategoriesShown) {
      shown.resize(kCategoriesShown);
      shown.emplace_back("…");
    }
    return join(shown, ", ");
  }
  const bool is_first = s == 0;
  if (std::isinf(bin.upper)) {
    return is_first ? "all (全部)" : "> " + brief(column.bins[s - 1].upper, 8);
  }
  if (is_first) return "<= " + brief(bin.upper, 8);
  return "(" + brief(column.bins[s - 1].upper, 8) + ", " + brief(bin.upper, 8) + "]";
}

}  // namespace

ReportTable points_report(const std::vector<BinnedColumn>& columns,
                          const forms::PointsTable& form) {
  ReportTable table{
      .id = "points",
      .title = {"Scorecard", "评分卡"},
      .columns = {"column", "bin", "share", "churn_rate", "weight_of_evidence", "points"},
      .headers = {{"Column", "字段"}, {"Value", "取值"}, {"Share of rows", "样本占比"},
                  {"Churn rate", "流失率"}, {"Weight of evidence", "证据权重(WOE)"},
                  {"Points", "分值"}}};
  if (form.base != 0) {
    table.rows.push_back({std::string("(base)"), std::string("all (全部)"), 1.0, std::string(),
                          std::string(), form.base});
  }
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto& entry = form.entries[j];
    double total = columns[j].missing_weight;
    for (const auto& bin : columns[j].bins) total += bin.events + bin.non_events;
    for (std::size_t s = 0; s < columns[j].bins.size(); ++s) {
      const auto& bin = columns[j].bins[s];
      const double size = bin.events + bin.non_events;
      table.rows.push_back({columns[j].name, words_of(columns[j], s), size / total,
                            bin.events / size, bin.weight_of_evidence, entry.points[s]});
    }
    if (entry.states.missing_state < 0) {
      table.rows.push_back({columns[j].name, std::string("missing (缺失)"),
                            columns[j].missing_weight / total, std::string(), 0.0,
                            entry.neutral});
    }
  }
  return table;
}

ReportTable columns_report(const std::vector<BinnedColumn>& columns,
                           const forms::PointsTable& form, const logistic::Fit& fit) {
  ReportTable table{
      .id = "columns",
      .title = {"What each column carries", "各字段的贡献"},
      .columns = {"column", "information_value", "coefficient", "standard_error", "p_value",
                  "points_least", "points_most"},
      .headers = {{"Column", "字段"}, {"Information value", "信息值(IV)"},
                  {"Coefficient", "系数"}, {"Standard error", "标准误"}, {"p", "p 值"},
                  {"Least points", "最低分值"}, {"Most points", "最高分值"}}};
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto [least, most] = std::ranges::minmax(form.entries[j].points);
    const double error = fit.errors[j + 1];
    table.rows.push_back({columns[j].name, columns[j].information, fit.beta[j + 1], error,
                          logistic::p_value(error > 0 ? fit.beta[j + 1] / error : 0), least,
                          most});
  }
  return table;
}

ReportTable scale_report(const forms::PointsTable& form, const Scaling& scaling) {
  ReportTable table{
      .id = "scale",
      .title = {"What a total says", "总分对照表"},
      .columns = {"points", "odds", "churn_probability"},
      .headers = {{"Points", "总分"},
                  scaling.counts_leaving ? Text{"Odds of leaving", "流失:留存 比"}
                                         : Text{"Odds of staying", "留存:流失 比"},
                  {"Churn probability", "流失概率"}}};
  double least = form.base, most = form.base;
  for (const auto& entry : form.entries) {
    least += std::ranges::min(entry.points);
    most += std::ranges::max(entry.points);
  }
  const double steps = std::floor((most - least) / scaling.doubling) + 1;
  const double step = scaling.doubling * std::max(1.0, std::ceil(steps / kStepsMax));
  const double first = std::floor((least - scaling.points) / step);
  const double last = std::ceil((most - scaling.points) / step);
  for (double i = first; i <= last; i += 1) {
    const double points = scaling.points + i * step;
    const double logit = std::clamp(form.slope * points + form.intercept, -kLogitMax, kLogitMax);
    table.rows.push_back({points, std::exp(scaling.counts_leaving ? logit : -logit),
                          1 / (1 + std::exp(-logit))});
  }
  return table;
}

}  // namespace holdfast::scorecard
