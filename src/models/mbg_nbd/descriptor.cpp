#include <fmt/format.h>

#include "lifetime/bg_nbd.hpp"
#include "models/parameters.hpp"
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

Text in_words(const lifetime::BgNbd& fit) {
  const double rate = fit.r / fit.alpha, leaves = fit.a / (fit.a + fit.b);
  return {
      fmt::format(
          "while customers, they buy {:.3g} times a period on average, and leave after a purchase "
          "with a chance of {:.1f} %",
          rate, 100 * leaves),
      fmt::format("仍是客户时平均每期购买 {:.3g} 次,每次购买后离开的概率平均为 {:.1f} %", rate,
                  100 * leaves)};
}

Result<FittedModel> fit_value(const ValueTask& task, const Parameters& given, Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_purchases(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  const auto iterations_max = static_cast<int>(models::integer(parameters, "iterations_max"));
  HOLDFAST_TRY(const auto fit,
               lifetime::fit_bg_nbd(task.purchases,
                                    {.is_modified = true, .iterations_max = iterations_max}));
  progress.end();
  return models::value_model(descriptor.id, parameters,
                             {.process = forms::ValueModel::Process::MbgNbd,
                              .parameters = {fit.r, fit.alpha, fit.a, fit.b},
                              .variance = fit.variance,
                              .loglik = fit.loglik,
                              .period_days = task.period_days},
                             {in_words(fit)});
}

}  // namespace
}  // namespace holdfast::mbg_nbd
