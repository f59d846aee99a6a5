#include <algorithm>
#include <cmath>

#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/survival_effects.hpp"
#include "survival/aft.hpp"
#include "survival/errors.hpp"

namespace holdfast::aft {
namespace {

using survival::AftFamily;
using survival::AftFit;

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "aft",
    .kind = ModelKind::Survival,
    .name = {"Accelerated failure time", "加速失效时间模型"},
    .question = {"By how much does each factor stretch or shorten the time until customers leave?",
                 "各因素使客户留存时间延长或缩短多少?"},
    .source = "Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, ch. 2–3",
    .parameters = models::with_term_parameters(
        {{.name = "family", .kind = ParameterRow::Kind::Choice,
          .choices = {"weibull", "exponential", "log_normal", "log_logistic"},
          .default_value = std::string("weibull"),
          .tries = {std::string("weibull"), std::string("log_normal"), std::string("log_logistic")},
          .en = "Distribution of the time until leaving.", .zh = "离开时间的分布。"}}),
    .fit_survival = fit_survival};

namespace {

struct ExitFit {
  std::vector<std::size_t> terms;
  AftFit fit;
  std::vector<models::LeftOut> left_out;  // Others say the same, or they ran away.
};

AftFamily family_of(const std::string& name) {
  return name == "exponential"    ? AftFamily::Exponential
         : name == "log_normal"   ? AftFamily::LogNormal
         : name == "log_logistic" ? AftFamily::LogLogistic
                                  : AftFamily::Weibull;
}

forms::HazardModel::Family form_family(AftFamily family) {
  switch (family) {
    case AftFamily::Exponential: return forms::HazardModel::Family::Exponential;
    case AftFamily::LogNormal: return forms::HazardModel::Family::LogNormal;
    case AftFamily::LogLogistic: return forms::HazardModel::Family::LogLogistic;
    default: return forms::HazardModel::Family::Weibull;
  }
}

Result<ExitFit> fit_exit(const SurvivalTask& task, std::size_t exit, MatrixView x,
                         const dataset::Preparation& preparation, AftFamily family,
                         std::size_t terms_max) {
  const auto events = models::events_of(task, exit);
  auto spells = task.spells();
  spells.event = events;
  ExitFit result;
  HOLDFAST_TRY(result.terms, models::chosen_terms(spells, x, preparation, terms_max, result.left_out));
  for (;;) {
    const auto part = models::gathered_terms(x, result.terms);
    auto fit = survival::fit_aft(spells, {part.data(), x.rows, result.terms.size()}, family);
    if (fit.ok()) {
      result.fit = std::move(*fit);
      return result;
    }
    const auto kind = fit.error().kind;
    const auto at = models::column_of(fit.error());
    const bool can_leave = kind == &survival::errors::kCollinear || kind == &survival::errors::kRunsAway;
    if (!can_leave || at >= result.terms.size()) return fit.error();
    result.left_out.push_back({.term = result.terms[at]});
    result.terms.erase(result.terms.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void add_exit(const ExitFit& exit, const std::string& name, forms::HazardModel& form) {
  auto coefficients = exit.fit.coefficients;
  for (double& coefficient : coefficients) coefficient /= -exit.fit.scale;
  models::add_exit(name, exit.terms, coefficients, -exit.fit.intercept / exit.fit.scale,
                   {.scale = exit.fit.scale}, form);
}

/// Factors by which time stretches.
std::vector<models::Effect> effects_of(const ExitFit& exit) {
  // Of the intercept, the terms and, but for the exponential, ln scale.
  const auto root = std::lround(std::sqrt(static_cast<double>(exit.fit.variance.size())));
  const auto width = static_cast<std::size_t>(root);
  std::vector<models::Effect> effects;
  for (std::size_t k = 0; k < exit.terms.size(); ++k) {
    effects.push_back({exit.terms[k], exit.fit.coefficients[k],
                       std::sqrt(exit.fit.variance[(k + 1) * width + k + 1])});
  }
  return effects;
}

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  const auto family = family_of(models::text(parameters, "family"));
  const auto terms_max = static_cast<std::size_t>(models::integer(parameters, "terms_max"));
  auto table = models::effects_table(
      "time_factors", {"How each factor stretches the time until leaving", "各因素对留存时间的延长倍数"},
      "time_factor", {"time factor", "时间倍数"});
  const auto fit = [&](std::size_t e, MatrixView x, const FittedModel& model,
                       forms::HazardModel& form) -> Result<std::vector<models::LeftOut>> {
    HOLDFAST_TRY(const auto exit, fit_exit(task, e, x, model.preparation, family, terms_max));
    add_exit(exit, task.exits[e], form);
    models::add_effects(task.exits[e], effects_of(exit), model.preparation, table);
    return exit.left_out;
  };
  HOLDFAST_TRY(auto model,
               models::fit_exits(descriptor, task, parameters,
                                 {.law = forms::HazardModel::Law::Accelerated, .family = form_family(family)},
                                 fit, progress));
  model.tables.insert(model.tables.begin(), std::move(table));
  return model;
}

}  // namespace
}  // namespace holdfast::aft
