#include <algorithm>
#include <cmath>

#include "models/errors.hpp"
#include "models/logistic/logistic.hpp"
#include "models/parameters.hpp"
#include "models/survival_effects.hpp"
#include "survival/person_period.hpp"

namespace holdfast::discrete_hazard {
namespace {

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "discrete_hazard",
    .kind = ModelKind::Survival,
    .name = {"Discrete-time hazard", "离散时间风险模型"},
    .question = {"How likely is each customer to leave in each month, and what changes that?",
                 "每位客户在各月离开的可能性有多大,受哪些因素影响?"},
    .source = "Singer & Willett (1993), J. Educational Statistics 18, 155–195",
    .parameters = models::with_term_parameters(
        {{.name = "period_days", .kind = ParameterRow::Kind::Integer, .unit = "days", .min = 1,
          .max = 3660, .default_value = std::int64_t{30},
          .tries = {std::int64_t{7}, std::int64_t{30}},
          .en = "Length of a period; lengthened where there would be more than 48.",
          .zh = "每个时段的天数;时段超过 48 个时自动加长。"},
         {.name = "ridge", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 0.1,  // Keeps the intercepts of periods with few exits where they belong.
          .en = "Penalty on the squares of the standardised coefficients; 0: maximum likelihood.",
          .zh = "对标准化系数平方的惩罚;0 表示最大似然。"}}),
    .fit_survival = fit_survival};

namespace {

constexpr double kPeriodsMax = 48;

/// Ends of periods, from 0.
std::vector<double> borders_of(const SurvivalTask& task, double period_days) {
  const double last = *std::ranges::max_element(task.duration);
  const double step = std::max(period_days, std::ceil(last / kPeriodsMax));
  std::vector<double> borders = {0};
  while (borders.back() < last) borders.push_back(borders.back() + step);
  return borders;
}

/// One exit's rows of periods, periods without an exit joined to the next that has one, so that no
/// intercept runs away.
struct Periods {
  std::vector<std::uint32_t> row, period;  // Of the joined ones.
  std::vector<std::uint8_t> event;
  std::vector<double> ends;                // [joined] days.
};

Result<Periods> periods_of(const SurvivalTask& task, std::span<const std::uint8_t> events,
                           const std::vector<double>& borders) {
  auto spells = task.spells();
  spells.event = events;
  HOLDFAST_TRY(auto all, survival::person_periods(spells, borders));
  std::vector<std::size_t> leaving(borders.size() - 1);
  for (std::size_t i = 0; i < all.row.size(); ++i) leaving[all.period[i]] += all.event[i];
  Periods periods;
  std::vector<std::uint32_t> joined(leaving.size());
  std::size_t open = 0;
  for (std::size_t k = 0; k < leaving.size(); ++k) {
    joined[k] = static_cast<std::uint32_t>(periods.ends.size());
    open += leaving[k];
    if (open == 0) continue;
    periods.ends.push_back(borders[k + 1]);
    open = 0;
  }
  if (periods.ends.empty()) return periods;
  // What is left at the end belongs to the last.
  periods.ends.back() = borders.back();
  const auto last = static_cast<std::uint32_t>(periods.ends.size() - 1);
  for (std::size_t i = 0; i < all.row.size(); ++i) {
    const auto period = std::min(joined[all.period[i]], last);
    // A row of a joined period stands once.
    if (!periods.row.empty() && periods.row.back() == all.row[i] && periods.period.back() == period) {
      periods.event.back() = static_cast<std::uint8_t>(periods.event.back() | all.event[i]);
      continue;
    }
    periods.row.push_back(all.row[i]);
    periods.period.push_back(period);
    periods.event.push_back(all.event[i]);
  }
  return periods;
}

struct ExitFit {
  std::vector<std::size_t> terms;
  logistic::Fit fit;           // Intercept, periods but the first, terms.
  std::vector<double> ends;
  std::vector<models::LeftOut> left_out;
};

Result<ExitFit> fit_exit(const SurvivalTask& task, std::size_t exit, MatrixView x,
                         const dataset::Preparation& preparation, const Parameters& parameters) {
  const auto events = models::events_of(task, exit);
  auto spells = task.spells();
  spells.event = events;
  ExitFit result;
  HOLDFAST_TRY(result.terms, models::chosen_terms(
      spells, x, preparation, static_cast<std::size_t>(models::integer(parameters, "terms_max")),
      result.left_out));
  const auto period_days = static_cast<double>(models::integer(parameters, "period_days"));
  HOLDFAST_TRY(const auto periods, periods_of(task, events, borders_of(task, period_days)));
  if (periods.ends.empty()) {  // Nobody was watched to the end of a period they left in.
    return Error{models::errors::kNoExits, {{"model", descriptor.id}, {"exit", task.exits[exit]}}};
  }
  result.ends = periods.ends;
  const auto dummies = periods.ends.size() - 1;
  const auto width = dummies + result.terms.size();
  std::vector<double> cells(periods.row.size() * width);
  std::vector<double> weight(periods.row.size());
  for (std::size_t i = 0; i < periods.row.size(); ++i) {
    double* row = cells.data() + i * width;
    if (periods.period[i] > 0) row[periods.period[i] - 1] = 1;
    for (std::size_t k = 0; k < result.terms.size(); ++k) {
      row[dummies + k] = x(periods.row[i], result.terms[k]);
    }
    weight[i] = task.weight[periods.row[i]];
  }
  HOLDFAST_TRY(result.fit, logistic::fit({cells.data(), periods.row.size(), width}, periods.event,
                                         weight, {.ridge = models::real(parameters, "ridge")}));
  if (!result.fit.has_converged) {
    return Error{models::errors::kNoEstimate,
                 {{"model", descriptor.id}, {"why", "no convergence (未收敛)"}}};
  }
  return result;
}

void add_exit(const ExitFit& exit, const std::string& name, forms::HazardModel& form) {
  const auto dummies = exit.ends.size() - 1;
  forms::HazardModel::Baseline baseline{.time = exit.ends};
  for (std::size_t k = 0; k < exit.ends.size(); ++k) {
    baseline.hazard.push_back(exit.fit.beta[0] + (k == 0 ? 0 : exit.fit.beta[k]));
  }
  const auto first = exit.fit.beta.begin() + static_cast<std::ptrdiff_t>(1 + dummies);
  const std::vector<double> coefficients(first, exit.fit.beta.end());
  models::add_exit(name, exit.terms, coefficients, 0, std::move(baseline), form);
}

std::vector<models::Effect> effects_of(const ExitFit& exit) {
  const auto first = exit.ends.size();
  std::vector<models::Effect> effects;
  for (std::size_t k = 0; k < exit.terms.size(); ++k) {
    effects.push_back({exit.terms[k], exit.fit.beta[first + k], exit.fit.errors[first + k]});
  }
  return effects;
}

ReportTable periods_table(const forms::HazardModel& form) {
  ReportTable table{.id = "periods",
                    .title = {"Chance to leave in each period, for a row at the means", "均值样本在各时段的离开概率"},
                    .columns = {"exit", "until_day", "probability"},
                    .headers = {{"exit", "离开方式"}, {"until day", "截至第几天"}, {"chance", "概率"}}};
  for (std::size_t e = 0; e < form.exits.size(); ++e) {
    double score = 0;
    const auto terms = form.predictor.term_means.size();
    for (std::size_t t = 0; t < terms; ++t) {
      score += form.predictor.coefficients[e * terms + t] * form.predictor.term_means[t];
    }
    for (std::size_t k = 0; k < form.baselines[e].time.size(); ++k) {
      const double logit = form.baselines[e].hazard[k] + score;
      table.rows.push_back({form.exits[e], form.baselines[e].time[k], 1 / (1 + std::exp(-logit))});
    }
  }
  return table;
}

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  auto table = models::effects_table(
      "odds_ratios", {"How each factor changes the odds of leaving in a period", "各因素对时段内离开发生比的影响"},
      "odds_ratio", {"odds ratio", "发生比之比"});
  const auto fit = [&](std::size_t e, MatrixView x, const FittedModel& model,
                       forms::HazardModel& form) -> Result<std::vector<models::LeftOut>> {
    HOLDFAST_TRY(const auto exit, fit_exit(task, e, x, model.preparation, parameters));
    add_exit(exit, task.exits[e], form);
    models::add_effects(task.exits[e], effects_of(exit), model.preparation, table);
    return exit.left_out;
  };
  HOLDFAST_TRY(auto model, models::fit_exits(descriptor, task, parameters,
                                             {.law = forms::HazardModel::Law::Discrete}, fit, progress));
  model.tables.insert(model.tables.begin(), std::move(table));
  model.tables.push_back(periods_table(std::get<forms::HazardModel>(model.form)));
  return model;
}

}  // namespace
}  // namespace holdfast::discrete_hazard
