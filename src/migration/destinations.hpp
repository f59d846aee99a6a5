#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/distributions.hpp"
#include "core/error.hpp"

namespace holdfast::migration {

/// Balances that went away, each with where it went: another bank, cash, an own product.
struct Losses {
  std::span<const double> amount;  // From 0 on.
  std::span<const std::uint16_t> destination;
  std::span<const std::uint16_t> segment;  // Or empty: one segment.
  std::size_t destinations = 0;
  std::size_t segments = 1;
};

struct Destination {
  std::uint16_t segment = 0;
  std::uint16_t destination = 0;
  std::size_t count = 0;
  double amount = 0;
  double count_share = 0;
  Interval count_interval;
  // Of all that was lost in the segment; nothing where that is 0.
  std::optional<double> amount_share;
  Interval amount_interval;
};

/// By segment, then from the largest amount on. Only destinations that occur.
/// The interval of a share of the amount is Wilson's at the effective number of rows
/// share × (1 − share) / variance, the variance that of a ratio of sums (Cochran 1977, "Sampling
/// Techniques", 2.11; Korn & Graubard 1998 for the effective number): a few large balances widen it.
/// Errors: kNoRows, kShape, kBadState, kBadAmount, kBadOption.
Result<std::vector<Destination>> destinations_of(const Losses& losses, double level = 0.95);

}  // namespace holdfast::migration
