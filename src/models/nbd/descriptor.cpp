#include <fmt/format.h>

#include "lifetime/nbd.hpp"
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
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit, lifetime::fit_nbd(task.purchases, iterations_max));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::Nbd,
                                          .parameters = {fit.r, fit.alpha},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = in_words(fit)};
  };
  return models::fit_purchase_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::nbd
