#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/bayes/states.hpp"

namespace holdfast::bayes {

/// A variable of a network: 0 is the class, v > 0 column v − 1.
std::size_t states_count(const States& states, std::size_t variable);
std::span<const std::int32_t> values_of(const States& states, std::size_t variable);

/// Weight of each combination of states of some variables, the last one fastest. Rows that lack one
/// do not count.
std::vector<double> counts_of(const States& states, std::span<const std::size_t> variables);

/// Mutual information of a and b within the states of `given` (empty: plain), in nats.
double mutual_information(const States& states, std::size_t a, std::size_t b,
                          std::span<const std::size_t> given);

/// Conditional independence by the likelihood ratio: G² = 2 N × the mutual information, and its
/// p value by χ² with (states a − 1)(states b − 1) × combinations of `given` that occur.
///
/// Source     Agresti (2002), Categorical Data Analysis, 2nd ed., section 3.2.
struct Independence {
  double information = 0, p_value = 1;
};
Independence independence(const States& states, std::size_t a, std::size_t b,
                          std::span<const std::size_t> given);

}  // namespace holdfast::bayes
