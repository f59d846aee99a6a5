#include <algorithm>
#include <cmath>

#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/survival_effects.hpp"
#include "survival/errors.hpp"
#include "survival/fine_gray.hpp"

namespace holdfast::fine_gray {
namespace {

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "fine_gray",
    .kind = ModelKind::Survival,
    .name = {"Fine–Gray regression", "Fine–Gray 竞争风险回归"},
    .question = {"Which factors raise the chance of having left by each exit, all others considered?",
                 "在其他离开方式并存时,哪些因素提高以某种方式离开的概率?"},
    .source = "Fine & Gray (1999), J. American Statistical Association 94, 496–509",
    .parameters = models::with_term_parameters({}),
    .fit_survival = fit_survival};

namespace {

struct ExitFit {
  std::vector<std::size_t> terms;
  survival::FineGrayFit fit;
  std::vector<models::LeftOut> left_out;
};

Result<ExitFit> fit_exit(const SurvivalTask& task, std::size_t exit, MatrixView x,
                         const dataset::Preparation& preparation, std::size_t terms_max) {
  const auto events = models::events_of(task, exit);
  auto own = task.spells();
  own.event = events;
  ExitFit result;
  HOLDFAST_TRY(result.terms, models::chosen_terms(own, x, preparation, terms_max, result.left_out));
  std::vector<std::int32_t> cluster(task.group.begin(), task.group.end());
  survival::FineGrayOptions options;
  options.cluster = cluster;
  for (;;) {
    const auto part = models::gathered_terms(x, result.terms);
    auto fit = survival::fit_fine_gray(task.spells(), {part.data(), x.rows, result.terms.size()},
                                       static_cast<std::uint8_t>(exit + 1), options);
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
  double intercept = 0;
  for (std::size_t k = 0; k < exit.terms.size(); ++k) {
    intercept -= exit.fit.coefficients[k] * exit.fit.means[k];
  }
  models::add_exit(name, exit.terms, exit.fit.coefficients, intercept,
                   models::thinned(exit.fit.time, exit.fit.hazard), form);
}

std::vector<models::Effect> effects_of(const ExitFit& exit) {
  const auto p = exit.terms.size();
  std::vector<models::Effect> effects;
  for (std::size_t k = 0; k < p; ++k) {
    effects.push_back({exit.terms[k], exit.fit.coefficients[k],
                       std::sqrt(exit.fit.variance[k * p + k])});
  }
  return effects;
}

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  const auto terms_max = static_cast<std::size_t>(models::integer(parameters, "terms_max"));
  auto table = models::effects_table(
      "subdistribution_hazard_ratios",
      {"How each factor changes the chance of this exit", "各因素对该离开方式概率的影响"},
      "hazard_ratio", {"subdistribution hazard ratio", "次分布风险比"});
  const auto fit = [&](std::size_t e, MatrixView x, const FittedModel& model,
                       forms::HazardModel& form) -> Result<std::vector<models::LeftOut>> {
    HOLDFAST_TRY(const auto exit, fit_exit(task, e, x, model.preparation, terms_max));
    add_exit(exit, task.exits[e], form);
    models::add_effects(task.exits[e], effects_of(exit), model.preparation, table);
    return exit.left_out;
  };
  HOLDFAST_TRY(auto model,
               models::fit_exits(descriptor, task, parameters,
                                 {.law = forms::HazardModel::Law::Subdistribution}, fit, progress));
  model.tables.insert(model.tables.begin(), std::move(table));
  return model;
}

}  // namespace
}  // namespace holdfast::fine_gray
