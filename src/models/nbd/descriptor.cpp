#include <fmt/format.h>

#include "lifetime/nbd.hpp"
#include "models/parameters.hpp"
#include "models/value_task.hpp"

namespace holdfast::nbd {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{.id = "nbd",
                                 .kind = ModelKind::Value,
                                 .name = {"NBD", "NBD 购买模型"},
                                 .question = {"How often will each buy, if nobody leaves?",
                                              "如果没有人离开,每个客户会购买多少次?"},
                                 .source = "Ehrenberg (1959), Applied Statistics 8(1), 26-41",
                                 .parameters = {models::iterations_row()},
                                 .fit_value = fit_value};

namespace {

Text in_words(const lifetime::Nbd& fit) {
  const double rate = fit.r / fit.alpha;
  return {
      fmt::format("they buy {:.3g} times a period on average, and nobody is taken to leave", rate),
      fmt::format("平均每期购买 {:.3g} 次,假定没有客户离开", rate)};
}

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_purchases(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  const auto iterations_max = static_cast<int>(models::integer(parameters, "iterations_max"));
  HOLDFAST_TRY(const auto fit, lifetime::fit_nbd(task.purchases, iterations_max));
  progress.end();
  return models::value_model(descriptor.id, parameters,
                             {.process = forms::ValueModel::Process::Nbd,
                              .parameters = {fit.r, fit.alpha},
                              .variance = fit.variance,
                              .loglik = fit.loglik,
                              .period_days = task.period_days},
                             {in_words(fit)});
}

}  // namespace
}  // namespace holdfast::nbd
