#pragma once

#include <vector>

#include "evaluation/evaluation.hpp"

namespace holdfast::evaluation {

/// Size, mean and variance (n − 1) of one group.
struct Moments {
  double count = 0, mean = 0, variance = 0;
};

struct Effect {
  Interval size;
  double p_value = 1;
  double statistic = 0;  // Welch's t, Pearson's chi-squared.
  double degrees = 0;
  double strength = 0;  // In [0, 1], comparable between numbers and categories.
  double strength_min = 0;  // At the end of the interval nearest to none: what the rows vouch for.
};

/// Cohen's d of a against b with the large-sample interval of Hedges & Olkin (1985), p. 86, eq. 8,
/// and Welch's (1947) unequal-variances t test. Strength: |r|, the point-biserial correlation.
Effect compare_means(const Moments& a, const Moments& b);

/// Cramér's V of a table of k rows by two columns with an interval from the noncentral chi-squared
/// distribution (Smithson 2003, Confidence Intervals, ch. 5), and Pearson's chi-squared test.
/// Strength: V with the expected chi-squared under no association taken off.
Effect compare_counts(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace holdfast::evaluation
