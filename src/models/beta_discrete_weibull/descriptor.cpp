#include <fmt/format.h>

#include "lifetime/contracts.hpp"
#include "models/parameters.hpp"
#include "models/value_task.hpp"

namespace holdfast::beta_discrete_weibull {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "beta_discrete_weibull",
    .kind = ModelKind::Value,
    .name = {"Beta-discrete-Weibull", "Beta-离散 Weibull 模型"},
    .question = {"How many contracts will still run, where leaving grows or falls with tenure?",
                 "离开的可能随期数上升或下降时,还有多少合同有效?"},
    .source =
        "Fader, Hardie, Liu, Davin & Steenburgh (2018), Journal of Interactive Marketing 43, 1-16",
    .parameters = {models::iterations_row()},
    .fit_value = fit_value};

namespace {

Text in_words(const lifetime::ContractFit& fit) {
  const double first = 100 * fit.retention(1), fifth = 100 * fit.retention(5);
  return {fmt::format("of new contracts {:.1f} % run on after the first period, of those that "
                      "reached the fifth "
                      "{:.1f} % after it",
                      first, fifth),
          fmt::format("新合同有 {:.1f} % 在第一期后继续,到达第五期的合同有 {:.1f} % 继续", first,
                      fifth)};
}

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_contracts(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  const auto iterations_max = static_cast<int>(models::integer(parameters, "iterations_max"));
  HOLDFAST_TRY(const auto fit,
               lifetime::fit_contracts(task.ended, task.open, true, iterations_max));
  progress.end();
  return models::value_model(descriptor.id, parameters,
                             {.process = forms::ValueModel::Process::Contracts,
                              .parameters = {fit.gamma, fit.delta, fit.power},
                              .variance = fit.variance,
                              .loglik = fit.loglik,
                              .period_days = task.period_days},
                             {in_words(fit)});
}

}  // namespace
}  // namespace holdfast::beta_discrete_weibull
