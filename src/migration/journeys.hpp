#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/error.hpp"

namespace holdfast::migration {

/// A kind of event by number from 0.
using Step = std::uint32_t;

/// Dated steps of many customers, one customer behind the other in order of time. Steps of one day
/// stand in the order they happened.
struct Journeys {
  std::span<const Step> step;  // Below `steps`.
  std::span<const std::int32_t> day;
  std::span<const std::size_t> starts;  // [customers + 1] from 0 to step.size(), ascending.
  std::size_t steps = 0;

  std::size_t customers() const { return starts.empty() ? 0 : starts.size() - 1; }
};

/// Balances at the end of days, one customer behind the other in order of time; a balance holds until
/// the next one.
struct Balances {
  std::span<const std::int32_t> day;
  std::span<const double> balance;
  std::span<const std::size_t> starts;  // [customers + 1], customers as in the journeys.
};

/// Errors: kNoRows, kShape, kBadState, kNotInOrder.
Result<void> check(const Journeys& journeys);

/// Errors: kShape, kNotInOrder, kBadAmount where a balance is no number.
Result<void> check(const Balances& balances, std::size_t customers);

}  // namespace holdfast::migration
