#include <fmt/format.h>

#include "lifetime/pareto_nbd.hpp"
#include "models/value_task.hpp"

namespace holdfast::pareto_nbd {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "pareto_nbd",
    .kind = ModelKind::Value,
    .name = {"Pareto/NBD", "Pareto/NBD 购买模型"},
    .question = {"Who is still a customer, where they may leave at any time?",
                 "客户可能随时离开时,谁还是客户?"},
    .source = "Schmittlein, Morrison & Colombo (1987), Management Science 33(1), 1-24",
    .parameters = {models::iterations_row()},
    .fit_value = fit_value};

namespace {

Text in_words(const lifetime::ParetoNbd& fit) {
  const double rate = fit.r / fit.alpha, leaves = fit.s / fit.beta;
  return {
      fmt::format(
          "while customers, they buy {:.3g} times a period on average, and leave at a mean rate of "
          "{:.3g} a period",
          rate, leaves),
      fmt::format("仍是客户时平均每期购买 {:.3g} 次,平均每期离开率为 {:.3g}", rate, leaves)};
}

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit, lifetime::fit_pareto_nbd(task.purchases, iterations_max));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::ParetoNbd,
                                          .parameters = {fit.r, fit.alpha, fit.s, fit.beta},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = in_words(fit)};
  };
  return models::fit_purchase_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::pareto_nbd
