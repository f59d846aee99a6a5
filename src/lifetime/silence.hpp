#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "lifetime/purchases.hpp"

namespace holdfast::lifetime {

/// How far a silence has gone beyond the customer's own interval. Unknown: no interval yet.
enum class SilenceLevel : std::uint8_t { Unknown, OnTime, AtRisk, Lost, Gone };

struct SilenceOptions {
  double end = 0;        // The last time watched; later lines are left out.
  double unit = 1;       // Of the results: 7 makes weeks of days.
  bool is_mean = false;  // One's own interval is the mean of one's intervals; else their median.
  // Silent longer than so many of one's own intervals; rising.
  double at_risk = 1, lost = 2, gone = 3;
};

/// One customer's silence. Units: that of the options.
struct Silence {
  std::uint32_t customer = 0;
  double silent = 0;               // Since the last purchase.
  std::size_t intervals = 0;       // Between purchases.
  std::optional<double> interval;  // One's own; nothing after a single purchase.
  std::optional<double> ratio;     // silent / interval.
  /// The chance of so long an interval if it is one more like the others: (1 + those at least as
  /// long) / (1 + intervals). A median is exceeded half of the time, so `level` alone is no proof.
  double chance = 1;
  SilenceLevel level = SilenceLevel::Unknown;
};

/// Holds every customer's silence against his own purchase intervals: interval 4 months, silent for
/// 5, at risk. Customers as in summarise(). Errors: kTooFew where nothing lies before the end,
/// kBadValue, kBadOption. Cost: one sort.
Result<std::vector<Silence>> silences(std::span<const Transaction> log,
                                      const SilenceOptions& options);

/// The chance that one who is still a customer would be silent at least as long, by the fitted
/// model and all purchases until the last: the mean of e^(−λ·silence) over one's own rate λ, which
/// is Gamma(r + x, alpha + t_x). Small: an alarm. Requires a row that check_rows() lets pass.
double silence_chance(const PurchaseRates& rates, const Customer& customer);

/// The silence after which that chance falls below `chance` in (0, 1): when the alarm will ring.
double silence_limit(const PurchaseRates& rates, const Customer& customer, double chance);

}  // namespace holdfast::lifetime
