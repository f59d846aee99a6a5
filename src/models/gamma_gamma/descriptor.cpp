#include <fmt/format.h>

#include "lifetime/spend.hpp"
#include "models/value_task.hpp"

namespace holdfast::gamma_gamma {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "gamma_gamma",
    .kind = ModelKind::Value,
    .name = {"Gamma-Gamma spend", "Gamma-Gamma 消费额模型"},
    .question = {"How much will a customer's next purchases be worth?",
                 "客户今后每次购买的金额是多少?"},
    .source =
        "Fader & Hardie (2013), The Gamma-Gamma model of monetary value; Fader, Hardie & Lee "
        "(2005), Journal of Marketing Research 42, 415-430",
    .parameters = {models::iterations_row()},
    .fit_value = fit_value};

namespace {

Text in_words(const lifetime::GammaGamma& fit) {
  const auto mean = fit.expected(0, 0);
  if (!mean.ok()) {
    return {"spend differs so much between customers that a new one has no finite mean",
            "客户之间的消费额差异极大,新客户的平均消费额不是有限值"};
  }
  return {fmt::format("a customer not known yet spends {:.4g} a purchase on average", *mean),
          fmt::format("尚不了解的客户平均每次消费 {:.4g}", *mean)};
}

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit,
                 lifetime::fit_spend(task.purchases.frequency, task.mean_spend, iterations_max));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::GammaGamma,
                                          .parameters = {fit.p, fit.q, fit.gamma},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = in_words(fit)};
  };
  return models::fit_purchase_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::gamma_gamma
