#include "models/bg_nbd/in_words.hpp"
#include "models/value_task.hpp"

namespace holdfast::mbg_nbd {
namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "mbg_nbd",
    .kind = ModelKind::Value,
    .name = {"MBG/NBD", "MBG/NBD 购买模型"},
    .question = {"Who is still a customer, where many never buy a second time?",
                 "许多人只买一次时,谁还是客户?"},
    .source =
        "Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing "
        "24(3), 201-209",
    .parameters = {models::iterations_row()},
    .fit_value = fit_value};

namespace {

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  const auto found = [&](int iterations_max) -> Result<models::FittedProcess> {
    HOLDFAST_TRY(const auto fit,
                 lifetime::fit_bg_nbd(task.purchases, {.is_modified = true, .iterations_max = iterations_max}));
    return models::FittedProcess{.form = {.process = forms::ValueModel::Process::MbgNbd,
                                          .parameters = {fit.r, fit.alpha, fit.a, fit.b},
                                          .variance = fit.variance,
                                          .loglik = fit.loglik},
                                 .in_words = models::in_words(fit)};
  };
  return models::fit_purchase_model(descriptor, task, given, progress, found);
}

}  // namespace
}  // namespace holdfast::mbg_nbd
