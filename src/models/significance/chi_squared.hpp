#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Tests of independence and their tails, as logarithms: a p-value of 1e-400 still ranks.
namespace holdfast::significance {

/// Natural logarithm of P(X ≥ x) of the chi-squared distribution; 0 degrees: 0.
/// Source: DLMF 8.11.4 (series), 8.9.2 (continued fraction).
double log_upper_tail(double x, double degrees);

enum class Statistic : std::uint8_t { Pearson, LikelihoodRatio };

struct Test {
  double statistic = 0;
  double degrees = 0;
  double log_p = 0;  // Natural logarithm.
};

/// Independence of rows and columns of a table of weights; empty rows and columns do not count.
/// Shapes: counts [rows x columns], row-major.
Test independence(std::span<const double> counts, std::size_t columns, Statistic statistic);

}  // namespace holdfast::significance
