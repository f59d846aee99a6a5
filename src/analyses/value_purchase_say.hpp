#pragma once

#include <algorithm>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/value_purchase_fit.hpp"
#include "lifetime/rfm.hpp"
#include "lifetime/silence.hpp"

/// What is known of purchases, as findings, blocks and columns.
namespace holdfast::analyses::value_parts {

/// All [customers] are those of fit.now.
struct PurchaseView {
  const PurchaseLog& log;
  const PurchaseFit& fit;
  const Setting& setting;
  std::vector<lifetime::Silence> silences = {};  // In days.
  lifetime::Rfm rfm = {};
  std::vector<double> profit = {};                            // So far.
  std::vector<CustomerValue> values = {};                     // Empty where no fit settled.
  std::vector<const lifetime::SpendAlarm*> spend_alarm = {};  // Null: new in the holdout. Or empty.

  std::size_t customers() const { return fit.now.customer.size(); }
  /// Whether the model has customers leave at all.
  bool somebody_leaves() const {
    return std::ranges::any_of(values, [](const CustomerValue& one) { return one.alive < 1; });
  }
  /// Silence less likely than the study's limit, for one who is still a customer.
  bool is_silent(std::size_t i) const {
    return !values.empty() && values[i].silence_chance < setting.spec.alarm_below;
  }
  bool spends_less(std::size_t i) const {
    return !spend_alarm.empty() && spend_alarm[i] != nullptr && spend_alarm[i]->is_below;
  }
};

CustomerColumns customers_of(const PurchaseView& view);

/// Findings and the sections of the models, of value, of RFM and of alarms.
void say_purchases(Analysis& analysis, const PurchaseView& view);

/// Parts of say_purchases, each in a file of its own.
Section holdout_section(const PurchaseView& view);
Section value_section(const PurchaseView& view);
Section rfm_section(const PurchaseView& view);
Section alarm_section(const PurchaseView& view);

/// [customers] which of the eight groups of high and low scores, and what it is called.
std::vector<std::size_t> rfm_groups(const lifetime::Rfm& rfm);
const Text& rfm_group_name(std::size_t group);
Text rfm_finding(const PurchaseView& view);

}  // namespace holdfast::analyses::value_parts
