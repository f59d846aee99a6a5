#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/forms/rows.hpp"

namespace holdfast::forms {

/// How a column becomes one of a few states.
struct DiscreteColumn {
  std::int32_t column = -1;
  std::vector<double> cuts;                    // Numeric: state i where cuts[i−1] < value <= cuts[i].
  std::vector<std::int32_t> state_of_category; // Category: −1: no state of its own.
  std::int32_t missing_state = -1;             // −1: a missing value is no evidence.
  std::int32_t states_count = 0;

  /// −1: no evidence.
  std::int32_t state_of(const Cell& cell) const;
};

}  // namespace holdfast::forms
