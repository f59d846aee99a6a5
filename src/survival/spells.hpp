#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::survival {

/// Who was observed from when until when, and how that ended. A row is at risk on (entry, exit]: at
/// a tie, leaving counts before being lost from sight, and before another's entry. Units: any unit
/// of time, the same throughout.
struct Spells {
  std::span<const double> entry;          // Empty: everyone from the beginning.
  std::span<const double> exit;           // ≥ 0, after entry.
  std::span<const std::uint8_t> event;    // 0: lost from sight (censored); else left, by that exit.
  std::span<const double> weight;         // Empty: 1 each.
  std::span<const std::int32_t> stratum;  // Empty: one stratum.

  std::size_t rows() const { return exit.size(); }
  double weight_of(std::size_t row) const { return weight.empty() ? 1.0 : weight[row]; }
  std::int32_t stratum_of(std::size_t row) const { return stratum.empty() ? 0 : stratum[row]; }
};

/// Errors: kNoRows, kShape, kBadDuration, kBadEntry, kBadWeight.
Result<void> check(const Spells& spells);

/// A stretch of equal exit times in one stratum, with who is at risk there.
struct Moment {
  double time = 0;
  std::int32_t stratum = 0;
  double at_risk = 0;   // Weighted.
  double events = 0;    // Weighted.
  double censored = 0;  // Weighted.
  double event_rows = 0;
};

/// The distinct exit times by stratum, then ascending. Rows of weight 0 are left out.
/// Cost: one sort.
std::vector<Moment> moments_of(const Spells& spells);

/// Row numbers by stratum, then time (descending where asked), equal keys in row order.
std::vector<std::uint32_t> ordered(const Spells& spells, std::span<const double> time,
                                   bool descending);

}  // namespace holdfast::survival
