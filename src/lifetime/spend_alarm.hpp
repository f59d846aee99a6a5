#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "lifetime/purchases.hpp"
#include "lifetime/spend.hpp"

namespace holdfast::lifetime {

/// The chance of n purchases in the period, by n.
using PurchaseChances = std::function<std::vector<double>(const Customer& customer)>;

/// The same of one who stays a customer throughout, by his rate alone: negative binomial.
std::vector<double> chances_if_here(const PurchaseRates& rates, const Customer& customer,
                                    double horizon);

/// Of the period's length: a model's `chances`, and chances_if_here().
struct PeriodChances {
  PurchaseChances all;
  PurchaseChances if_here;
};

/// Customers as they were when the period began, and what they spent in it.
struct SpendPeriod {
  Purchases before;
  std::span<const double> mean_spend;  // Of a repeat purchase; not read where frequency is 0.
  std::span<const double> actual;      // Returns may make it negative.
};

struct SpendAlarmOptions {
  double level = 0.9;        // Of the intervals.
  double chance_max = 0.05;  // Alarm where so little, or so much, has at most this chance.
};

struct SpendAlarm {
  double purchases = 0;  // Expected.
  double expected = 0;   // Spend.
  double low = 0, high = 0;
  double chance = 1;  // Of spending no more than came.
  /// The same for one who stays a customer. This is what rings the alarm: a model that gives
  /// everybody some chance to have left is never surprised by nothing.
  double chance_if_here = 1;
  bool is_below = false;  // Too little for one who is still a customer.
  bool is_above = false;  // Too much for the model as a whole.
};

struct SpendAlarms {
  std::vector<SpendAlarm> customers;
  double expected = 0, actual = 0;  // Of all together.
  /// By the normal approximation; nothing where a customer's spend has no finite variance.
  std::optional<double> low, high;
};

/// Holds what came in a period against what models fitted on the history before it expect: each
/// customer's spend is a sum of Gamma(p, ν) purchases whose number has the given chances and whose
/// ν is one's own Gamma(q + p·x, gamma + x·mean), so that given n it is a scaled beta prime. The
/// interval holds the spread between and within customers, not that of the fitted parameters.
/// Errors: those of check_rows(); kTooFew without rows, kShape, kBadValue, kBadSpend, kBadOption,
/// kNoMean. Cost: a few hundred incomplete betas a customer, in parallel.
/// Source: Fader & Hardie 2013, "The Gamma-Gamma model of monetary value", section 2.
Result<SpendAlarms> spend_alarms(const PeriodChances& chances, const GammaGamma& spend,
                                 const SpendPeriod& period, const SpendAlarmOptions& options = {});

}  // namespace holdfast::lifetime
