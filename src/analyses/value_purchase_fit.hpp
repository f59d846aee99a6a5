#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/value_parts.hpp"
#include "lifetime/purchases.hpp"
#include "lifetime/spend_alarm.hpp"
#include "models/value_task.hpp"

/// Models of purchases fitted to a log, and checked on the end of it that they have not seen.
namespace holdfast::analyses::value_parts {

/// What a model said of the holdout, and what came.
struct HoldoutCheck {
  std::string model_id;
  Text name;
  double loglik = 0;
  double expected = 0, actual = 0;  // Purchases of customers known before the holdout.
  double error = 0;                 // Mean absolute error a customer, in purchases.
  std::vector<double>
      expected_by_before;          // [8] mean purchases of who had bought 0, 1 … 7+ times again.
  std::vector<double> cumulative;  // [periods + 1] repeat purchases expected until then.
};

/// The best model fitted until an earlier day, against what came in as many days after it.
struct EarlierCheck {
  std::int32_t until = 0;  // The last day of the fit.
  double customers = 0;    // Known until then.
  bool has_settled = false;
  double expected = 0, actual = 0;
};

/// Expected less came, as a share of what came; nothing where nothing came.
std::optional<double> off_by(double expected, double actual);

struct PurchaseFit {
  // Until the holdout, and until today. Times in periods.
  lifetime::PurchaseSummary before, now;
  double holdout_days = 0;
  std::vector<double> actual_by_before, customers_by_before;  // [8]
  std::vector<double> actual_cumulative;        // [periods + 1] repeat purchases made.
  std::vector<HoldoutCheck> checks;             // The best first.
  std::vector<EarlierCheck> earlier;            // Of the best; the latest first.
  // Repeat purchases in the days of the holdout one year before, made and expected of all who came
  // until then; nothing where the data do not reach back so far.
  std::optional<double> year_before_actual, year_before_expected;
  std::optional<FittedModel> purchases, spend;  // Fitted on all; nothing where no fit settles.
  std::optional<lifetime::SpendAlarms> alarms;  // Of the holdout, for the customers of `before`.
  std::vector<Text> notes;                      // Why there is no model.
  // What models that let customers leave said of it: that nobody does, or that some leave at once and
  // all others never.
  bool is_nobody_leaving = false, is_leaving_apart = false;
};

/// Errors: kNothingThere where the log is too short, kModelOfOtherKind, those of the shelf.
Result<PurchaseFit> fit_purchases(const PurchaseLog& log, const Setting& setting,
                                  Progress& progress);

/// What the models say of one customer.
struct CustomerValue {
  double alive = 1;
  double purchases = 0;  // Within the horizon.
  double spend = 0;      // Mean of a purchase to come.
  double value = 0;      // Discounted profit within the horizon.
  double silence_chance = 1;
  double alarm_after_days = 0;  // Silence since the last purchase at which the alarm rings.
};
/// Of the customers of fit.now. Requires fit.purchases.
std::vector<CustomerValue> customer_values(const PurchaseFit& fit, const PurchaseLog& log,
                                           const Setting& setting);

}  // namespace holdfast::analyses::value_parts
