#include "models/beta_geometric/in_words.hpp"
#include "models/value_task.hpp"

namespace holdfast::beta_geometric {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "beta_geometric",
    .kind = ModelKind::Value,
    .name = {"Shifted beta-geometric", "移位 Beta-几何模型"},
    .question = {"How many contracts will still run after each renewal?",
                 "每次续约之后还有多少合同有效?"},
    .source = "Fader & Hardie (2007), Journal of Interactive Marketing 21(1), 76-90",
    .parameters = {models::iterations_row()},
    .fit_value = fit_value};

namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit,
                 lifetime::fit_contracts(task.ended, task.open, false, iterations_max));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::Contracts,
                                          .parameters = {fit.gamma, fit.delta, 1.0},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = models::in_words(fit)};
  };
  return models::fit_contract_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::beta_geometric
