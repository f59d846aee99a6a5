#pragma once

#include <span>

/// Analysis of variance in one way.
namespace holdfast::significance {

/// Natural logarithm of P(F ≥ x) with the degrees of freedom of numerator and denominator.
/// Source: DLMF 8.17.22, the incomplete beta function's continued fraction.
double log_f_upper_tail(double x, double numerator, double denominator);

/// Weight, mean and sum of squares about it, updated row by row.
/// Source: Welford (1962), Technometrics 4, 419–420; West (1979) for weights.
struct Moments {
  double weight = 0, mean = 0, squares = 0;

  void add(double value, double w) {
    weight += w;
    const double away = value - mean;
    mean += away * (w / weight);
    squares += w * away * (value - mean);
  }
};

/// Joins the rows of several.
Moments joined(std::span<const Moments> parts);

/// Natural logarithm of the p-value of equal means. Classes without rows do not count; weights are
/// frequencies. 0 where there is nothing to tell; −∞ where means differ and nobody does within.
double log_p_of_means(std::span<const Moments> classes);

}  // namespace holdfast::significance
