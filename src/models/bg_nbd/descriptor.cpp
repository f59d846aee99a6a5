#include "models/bg_nbd/in_words.hpp"
#include "models/value_task.hpp"

namespace holdfast::bg_nbd {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "bg_nbd",
    .kind = ModelKind::Value,
    .name = {"BG/NBD", "BG/NBD 购买模型"},
    .question = {"Who is still a customer, and how often will each buy?",
                 "谁还是客户,每个人今后会购买多少次?"},
    .source = "Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284",
    .parameters = {models::iterations_row()},
    .fit_value = fit_value};

namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit,
                 lifetime::fit_bg_nbd(task.purchases, {.iterations_max = iterations_max}));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::BgNbd,
                                          .parameters = {fit.r, fit.alpha, fit.a, fit.b},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = models::in_words(fit)};
  };
  return models::fit_purchase_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::bg_nbd
