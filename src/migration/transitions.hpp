#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::migration {

/// A tier, a brand, a state of activity, by number from 0.
using State = std::uint16_t;

/// Where each customer stood in each period. Rows in any order; one a customer and period.
struct Observations {
  std::span<const std::uint32_t> customer;
  std::span<const std::int32_t> period;    // Months or the like, consecutive numbers.
  std::span<const State> state;            // Below `states`.
  std::span<const std::uint16_t> segment;  // Below `segments`; or empty: one segment.
  std::size_t states = 0;
  std::size_t segments = 1;
  // Where a customer goes whose rows end before the last period; nothing: nobody knows.
  std::optional<State> gone;

  std::size_t rows() const { return customer.size(); }
};

/// Moves from one period to the next. A move belongs to the segment of the row it starts from.
struct TransitionCounts {
  std::size_t states = 0;
  std::size_t segments = 1;
  std::int32_t period_first = 0;  // Of the rows moves start from.
  std::size_t periods = 0;
  std::vector<std::uint64_t> counts;   // [periods x segments x states x states], from row to column.
  std::vector<std::uint64_t> triples;  // [states x states x states] over all: two moves on end.
  std::size_t customers = 0;
  std::size_t moves = 0;
  std::size_t broken = 0;  // Rows followed by a later period, but not by the next.

  std::span<const std::uint64_t> table(std::size_t period, std::size_t segment) const {
    return std::span(counts).subspan((period * segments + segment) * states * states,
                                     states * states);
  }
  /// [states x states] added up over all periods and segments, or over those of one.
  std::vector<std::uint64_t> summed(std::optional<std::size_t> period = {},
                                    std::optional<std::size_t> segment = {}) const;
};

/// Counts moves between neighbouring periods.
/// Errors: kNoRows, kShape, kBadState, kTwice, kBadOption, kTooLarge.
/// Cost: one sort where rows are not in order already.
Result<TransitionCounts> count_transitions(const Observations& observations);

/// What is known of the moves out of a state.
enum class Departures : std::uint8_t {
  Observed,
  Absorbing,  // Final by declaration: a customer there stays.
  Unknown,    // Nobody was seen there and one period later.
};

/// Shares of the moves out of each state, with score intervals (Wilson 1927).
struct TransitionMatrix {
  std::size_t states = 0;
  std::vector<std::uint64_t> counts;  // [states x states].
  std::vector<std::uint64_t> totals;  // [states] moves out of each, staying included.
  std::vector<Departures> departures;
  std::vector<double> share;  // [states x states]; rows add up to 1, unknown ones are all 0.
  std::vector<double> lower;  // 0 and 1 in unknown rows.
  std::vector<double> upper;

  double at(std::size_t from, std::size_t to) const { return share[from * states + to]; }
};

struct MatrixOptions {
  std::vector<State> absorbing;
  double level = 0.95;
};

/// Errors: kShape, kLeavesAbsorbing, kBadOption.
Result<TransitionMatrix> transition_matrix(std::size_t states,
                                           std::span<const std::uint64_t> counts,
                                           const MatrixOptions& options = {});

}  // namespace holdfast::migration
