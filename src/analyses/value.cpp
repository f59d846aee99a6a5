#include "analyses/analyses.hpp"
#include "analyses/errors.hpp"
#include "analyses/value_parts.hpp"

namespace holdfast::analyses {
namespace {

Result<Analysis> run(const Inputs& inputs, Progress& progress) {
  HOLDFAST_TRY(const auto setting, value_parts::setting_of(inputs));
  return setting.table->role == study::Role::Contract
             ? value_parts::of_contracts(inputs, setting, progress)
             : value_parts::of_purchases(inputs, setting, progress);
}

}  // namespace

extern const Descriptor kValue;
const Descriptor kValue{
    .id = "value",
    .en = "what customers are worth, who is still there, who buys less than expected",
    .zh = "客户价值多少、谁仍是客户、谁的消费低于预期",
    .is_asked = [](const study::AnalysisSpecs& specs) { return specs.value.has_value(); },
    .run = run};

}  // namespace holdfast::analyses
