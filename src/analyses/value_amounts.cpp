#include "analyses/value_amounts.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analyses/errors.hpp"

namespace holdfast::analyses::value_parts {
namespace {

using study::Role;
using study::Topic;

const study::TableSpec* contract_table(const study::Study& study) {
  const auto found = std::ranges::find(study.tables, Role::Contract, &study::TableSpec::role);
  return found == study.tables.end() ? nullptr : &*found;
}

}  // namespace

Result<Costs> read_costs(const Inputs& inputs, const study::ValueSpec& spec, Progress& progress) {
  Costs costs;
  if (spec.cost_table.empty()) return costs;
  const auto* table = inputs.study().find(spec.cost_table);
  if (table == nullptr || table->amount.empty()) {
    return Error{errors::kNoColumnFor,
                 {{"analysis", "value"},
                  {"wanted", "an amount (金额)"},
                  {"table", spec.cost_table},
                  {"key", "amount"}}};
  }
  HOLDFAST_TRY(const auto events, read_events(inputs, table->name, {table->amount}, progress));
  const auto& amount = events.columns[0];
  for (std::size_t c = 0; c < events.customers(); ++c) {
    auto& own = costs[events.customer_keys[c]];
    for (std::size_t row = events.begin[c]; row < events.begin[c + 1]; ++row) {
      if (amount.valid[row] != 0) own.emplace_back(events.day[row], amount.values[row]);
    }
  }
  return costs;
}

Amounts amounts_of(const CustomerEvents& events, const Setting& setting, std::size_t amount_at) {
  Amounts amounts{&events.columns[amount_at], nullptr, setting.spec.margin};
  if (!setting.spec.cost.empty()) amounts.cost = &events.columns[amount_at + 1];
  return amounts;
}

double discount_of(double yearly, double days) { return std::pow(1 + yearly, days / 365) - 1; }

Result<Setting> setting_of(const Inputs& inputs) {
  const auto& study = inputs.study();
  Setting setting{study.analyses.value.value_or(study::ValueSpec{}), nullptr,
                  study.profit.currency};
  HOLDFAST_TRY(setting.rfm, take_rfm_options(setting.spec));
  constexpr std::array kTopics{Topic::Purchase, Topic::Payment};
  const auto* events = table_for(study, setting.spec.table, kTopics, true);
  const bool is_purchases =
      events != nullptr && (events->topic == Topic::Purchase || !setting.spec.table.empty());
  setting.table = is_purchases ? events : contract_table(study);
  if (setting.table == nullptr) setting.table = events;
  if (setting.table == nullptr ||
      (setting.table->role != Role::Event && setting.table->role != Role::Contract)) {
    return Error{
        errors::kNoTableFor,
        {{"analysis", "value"},
         {"wanted", "dated purchases with an amount, or contracts (带金额的购买记录或合同)"},
         {"key", "[value] table"}}};
  }
  if (setting.table->amount.empty()) {
    return Error{errors::kNoColumnFor,
                 {{"analysis", "value"},
                  {"wanted", "an amount (金额)"},
                  {"table", setting.table->name},
                  {"key", "amount"}}};
  }
  return setting;
}

}  // namespace holdfast::analyses::value_parts
