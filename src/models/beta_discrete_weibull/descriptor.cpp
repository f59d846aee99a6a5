#include "models/beta_geometric/in_words.hpp"
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

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit,
                 lifetime::fit_contracts(task.ended, task.open, true, iterations_max));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::Contracts,
                                          .parameters = {fit.gamma, fit.delta, fit.power},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = models::in_words(fit)};
  };
  return models::fit_contract_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::beta_discrete_weibull
