#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::lifetime {

/// What one customer has bought so far, time counted from the first purchase.
struct Customer {
  double frequency = 0;  // Purchases after the first; a whole number.
  double recency = 0;    // Time of the last; 0 where frequency is 0.
  double age = 0;        // Time watched (T in the papers); 0 for who came on the last day.
};

/// How often customers buy while they are customers: the Gamma(r, rate alpha) of BgNbd, ParetoNbd.
struct PurchaseRates {
  double r = 1, alpha = 1;
};

/// Many customers. Units: any unit of time, the same throughout.
struct Purchases {
  std::span<const double> frequency;
  std::span<const double> recency;
  std::span<const double> age;
  std::span<const double> weight;  // Empty: 1 each. How many such customers.

  std::size_t rows() const { return frequency.size(); }
  double weight_of(std::size_t row) const { return weight.empty() ? 1.0 : weight[row]; }
  Customer customer(std::size_t row) const { return {frequency[row], recency[row], age[row]}; }
};

/// Every row by itself. Errors: kShape, kBadValue, kBadRecency.
Result<void> check_rows(const Purchases& purchases);

/// What a fit needs. Errors: those of check_rows(); kTooFew (below two customers), kNoRepeat.
Result<void> check(const Purchases& purchases);

/// Rows alike in all three become one row with their weights added. Cost: one sort.
struct GroupedPurchases {
  std::vector<double> frequency, recency, age, weight;

  Purchases view() const { return {frequency, recency, age, weight}; }
};
GroupedPurchases group(const Purchases& purchases);

/// One line of a purchase log.
struct Transaction {
  std::uint32_t customer = 0;
  double time = 0;   // Say, the day's number. Lines of one customer and time are one purchase.
  double spend = 0;  // Where spend is of interest.
};

struct SummaryOptions {
  double end = 0;          // The last time watched; later lines are the holdout.
  double holdout_end = 0;  // Beyond `end` where there is one.
  double unit = 1;         // Of the results: 7 makes weeks of days.
};

/// A purchase log by customer, ascending; who first bought after `end` is not in it.
struct PurchaseSummary {
  std::vector<std::uint32_t> customer;
  std::vector<double> first;  // Time of the first purchase, in the log's own unit.
  std::vector<double> frequency, recency, age;
  std::vector<double> spend;          // Mean of a repeat purchase; 0 where there is none.
  std::vector<double> total_spend;    // Of all purchases until `end`, the first too.
  std::vector<double> holdout;        // Purchases in (end, holdout_end].
  std::vector<double> holdout_spend;  // Their sum.

  Purchases view() const { return {frequency, recency, age, {}}; }
};

/// Errors: kTooFew where nothing lies before the end, kBadValue, kBadOption. Cost: one sort.
/// Source: Fader & Hardie 2005, "Creating an RFM summary"; the first purchase is who the customer
/// is, not what he is worth, so its spend counts in `total_spend` only.
Result<PurchaseSummary> summarise(std::span<const Transaction> log, const SummaryOptions& options);

}  // namespace holdfast::lifetime
