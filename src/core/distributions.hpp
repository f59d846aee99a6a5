#pragma once

namespace holdfast {

double normal_density(double z);
double normal_cdf(double z);
/// Inverse of normal_cdf on (0, 1), to the last bits.
double normal_quantile(double probability);
/// P(X ≥ x) of the chi-squared distribution.
double chi_squared_upper_p(double x, double degrees);

struct Interval {
  double lower = 0;
  double upper = 1;
};

/// The score interval of a share `count` / `total`: 0 to 1 where the total is 0, as nothing is known
/// there. Requires: 0 ≤ count ≤ total, level in (0, 1).
/// Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
Interval wilson_interval(double count, double total, double level);

/// The interval of the share `count` / `total` less that of the others, made of the score intervals of
/// both: −1 to 1 where either total is 0. Requires as above.
/// Source: Newcombe 1998, "Interval estimation for the difference between independent proportions:
/// comparison of eleven methods", method 10.
Interval newcombe_interval(double count, double total, double other_count, double other_total,
                           double level);

}  // namespace holdfast
