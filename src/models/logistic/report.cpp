#include "models/logistic/report.hpp"

#include <algorithm>
#include <cmath>

#include "models/logistic/inflation.hpp"

namespace holdfast::logistic {
namespace {

constexpr double kNormal975 = 1.959963984540054;

/// One coefficient with what is known of it.
struct Line {
  std::string term;
  double beta = 0, error = 0, low = 0, high = 0, p = 1;
  double standardised = 0, standardised_low = 0, standardised_high = 0;
};

/// The intercept of the columns as they are in the data, not as prepared, by Wald.
Line intercept_line(const Fit& fit, const dataset::Preparation& preparation) {
  const std::size_t k = fit.beta.size();
  std::vector<double> made_of(k, 0.0);
  made_of[0] = 1;
  Line line{.term = "(intercept)", .standardised = fit.beta[0]};
  for (std::size_t j = 1; j < k; ++j) {
    const auto& term = preparation.terms[j - 1];
    made_of[j] = -term.center / term.scale;
  }
  double variance = 0;
  for (std::size_t i = 0; i < k; ++i) {
    line.beta += made_of[i] * fit.beta[i];
    for (std::size_t j = 0; j < k; ++j) {
      variance += made_of[i] * fit.covariance[i * k + j] * made_of[j];
    }
  }
  line.error = std::sqrt(std::max(0.0, variance));
  line.low = line.beta - kNormal975 * line.error;
  line.high = line.beta + kNormal975 * line.error;
  line.p = p_value(line.error > 0 ? line.beta / line.error : 0);
  return line;
}

Line term_line(const Estimates& estimates, const dataset::Preparation& preparation,
               const std::vector<double>& deviations, std::size_t j) {
  const auto& term = preparation.terms[j - 1];
  const double beta = estimates.fit.beta[j];
  const double error = estimates.fit.errors[j];
  const bool is_profile = !estimates.low.empty();
  const double low = is_profile ? estimates.low[j] : beta - kNormal975 * error;
  const double high = is_profile ? estimates.high[j] : beta + kNormal975 * error;
  const double deviation = deviations[j - 1];
  return {.term = term.name,
          .beta = beta / term.scale,
          .error = error / term.scale,
          .low = low / term.scale,
          .high = high / term.scale,
          .p = is_profile ? estimates.p[j] : p_value(error > 0 ? beta / error : 0),
          .standardised = beta * deviation,
          .standardised_low = low * deviation,
          .standardised_high = high * deviation};
}

/// Lines of the terms that are estimated.
std::vector<Line> term_lines(const Estimates& estimates, const dataset::Preparation& preparation,
                             const std::vector<double>& deviations) {
  std::vector<Line> lines;
  for (std::size_t j = 1; j < estimates.fit.beta.size(); ++j) {
    if (std::ranges::binary_search(estimates.fit.aliased, j - 1)) continue;
    lines.push_back(term_line(estimates, preparation, deviations, j));
  }
  return lines;
}

}  // namespace

ColumnTerms by_column(const dataset::Preparation& preparation) {
  ColumnTerms result;
  for (std::size_t t = 0; t < preparation.terms.size(); ++t) {
    const auto& column = preparation.terms[t].column;
    const auto found = std::ranges::find(result.names, column);
    const auto at = static_cast<std::size_t>(found - result.names.begin());
    if (found == result.names.end()) {
      result.names.push_back(column);
      result.terms.emplace_back();
    }
    result.terms[at].push_back(t);
  }
  return result;
}

ReportTable coefficients_table(const Estimates& estimates,
                               const dataset::Preparation& preparation,
                               const std::vector<double>& deviations) {
  ReportTable table{
      .id = "coefficients",
      .title = {"Coefficients", "回归系数"},
      .columns = {"term", "coefficient", "standard_error", "z", "p_value", "odds_ratio",
                  "odds_ratio_low", "odds_ratio_high", "standardised"},
      .headers = {{"Term", "变量"}, {"Coefficient", "系数"}, {"Standard error", "标准误"},
                  {"z", "z 值"}, {"p", "p 值"}, {"Odds ratio", "优势比"},
                  {"95% low", "95% 下限"}, {"95% high", "95% 上限"},
                  {"Per standard deviation", "标准化系数"}}};
  auto lines = term_lines(estimates, preparation, deviations);
  lines.insert(lines.begin(), intercept_line(estimates.fit, preparation));
  for (const auto& line : lines) {
    table.rows.push_back({line.term, line.beta, line.error,
                          line.error > 0 ? line.beta / line.error : 0, line.p,
                          std::exp(line.beta), std::exp(line.low), std::exp(line.high),
                          line.standardised});
  }
  return table;
}

ReportTable odds_ratios_table(const Estimates& estimates, const dataset::Preparation& preparation,
                              const std::vector<double>& deviations) {
  ReportTable table{
      .id = "odds_ratios",
      .title = {"Odds ratios, strongest first", "优势比(按强弱排序)"},
      .columns = {"term", "odds_ratio", "odds_ratio_low", "odds_ratio_high",
                  "odds_ratio_per_deviation", "low_per_deviation", "high_per_deviation",
                  "p_value"},
      .headers = {{"Term", "变量"}, {"Odds ratio of one unit", "每单位优势比"},
                  {"95% low", "95% 下限"}, {"95% high", "95% 上限"},
                  {"Odds ratio of one standard deviation", "每标准差优势比"},
                  {"95% low", "95% 下限"}, {"95% high", "95% 上限"}, {"p", "p 值"}}};
  auto lines = term_lines(estimates, preparation, deviations);
  std::ranges::stable_sort(lines, std::ranges::greater{},
                           [](const Line& line) { return std::abs(line.standardised); });
  for (const auto& line : lines) {
    table.rows.push_back({line.term, std::exp(line.beta), std::exp(line.low), std::exp(line.high),
                          std::exp(line.standardised), std::exp(line.standardised_low),
                          std::exp(line.standardised_high), line.p});
  }
  return table;
}

ReportTable collinearity_table(const Fit& fit, const dataset::Preparation& preparation) {
  ReportTable table{
      .id = "collinearity",
      .title = {"Variance inflation", "方差膨胀因子"},
      .columns = {"column", "terms", "inflation", "adjusted"},
      .headers = {{"Column", "字段"}, {"Terms", "变量数"}, {"Inflation (GVIF)", "膨胀因子(GVIF)"},
                  {"GVIF^(1/(2 terms))", "GVIF^(1/(2×变量数))"}}};
  const ColumnTerms columns = by_column(preparation);
  const auto found = inflations(fit, columns.terms);
  for (std::size_t c = 0; c < found.size(); ++c) {
    if (found[c].df == 0) continue;
    table.rows.push_back({columns.names[c], static_cast<double>(found[c].df), found[c].factor,
                          found[c].adjusted});
  }
  return table;
}

ReportTable selection_table(const Selection& selection, const std::vector<std::string>& columns,
                            Criterion criterion) {
  const bool is_bic = criterion == Criterion::Bic;
  ReportTable table{
      .id = "selection",
      .title = {"Steps of the selection", "变量选择步骤"},
      .columns = {"step", "change", "df", "statistic", "p_value", "deviance",
                  is_bic ? "bic" : "aic"},
      .headers = {{"Step", "步骤"}, {"Change", "变化"}, {"Degrees of freedom", "自由度"},
                  {"Chi-squared", "卡方"}, {"p", "p 值"}, {"Deviance", "偏差"},
                  is_bic ? Text{"BIC", "BIC"} : Text{"AIC", "AIC"}}};
  for (std::size_t i = 0; i < selection.steps.size(); ++i) {
    const auto& step = selection.steps[i];
    const bool is_start = step.set == SelectionStep::kStart;
    table.rows.push_back({static_cast<double>(i),
                          is_start ? std::string("=")
                                   : (step.has_entered ? "+ " : "− ") + columns[step.set],
                          static_cast<double>(step.df), step.statistic, step.p, step.deviance,
                          step.criterion});
  }
  return table;
}

ReportTable fit_table(const FitFigures& fit) {
  ReportTable table{.id = "fit",
                    .title = {"Goodness of fit", "拟合优度"},
                    .columns = {"measure", "figure"},
                    .headers = {{"Measure", "指标"}, {"Figure", "数值"}}};
  const auto row = [&](const char* name, double value) {
    table.rows.push_back({std::string(name), value});
  };
  row("null_deviance", fit.null_deviance);
  row("residual_deviance", fit.deviance);
  row("aic", fit.aic);
  row("mcfadden_r2", 1 - fit.deviance / fit.null_deviance);
  row("rows", fit.rows_count);
  row("coefficients", fit.rank);
  row("iterations", fit.iterations);
  row("ridge", fit.ridge);
  return table;
}

}  // namespace holdfast::logistic
