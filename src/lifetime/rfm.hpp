#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::lifetime {

/// The rank that equal values share before they are cut into bins.
enum class RfmTies { Mean, Low, High };

struct RfmOptions {
  int bins = 5;
  RfmTies ties = RfmTies::Mean;
  bool is_nested = false;  // Frequency within each recency bin, money within each of both.
  double recency_weight = 100, frequency_weight = 10, money_weight = 1;
};

/// Scores from 1 (worst) to bins (best).
struct Rfm {
  std::vector<std::uint8_t> recency, frequency, money;
  std::vector<double> score;  // Weighted sum: 555 is the best of five bins.
  /// Customers by cell, [(r − 1) bins² + (f − 1) bins + m − 1].
  std::vector<std::size_t> cells;
};

/// Scores customers by how lately, how often and for how much they bought. `last`: time of the last
/// purchase, later is better. A score is ⌊rank · bins / (customers + 1)⌋ + 1, as SPSS's NTILES has
/// it, so that equal values share a score. Errors: kTooFew, kShape, kBadValue, kBadOption. Cost:
/// three sorts. Source: IBM SPSS Statistics Algorithms, RANK and RFM analysis.
Result<Rfm> rfm(std::span<const double> last, std::span<const double> frequency,
                std::span<const double> money, const RfmOptions& options = {});

}  // namespace holdfast::lifetime
