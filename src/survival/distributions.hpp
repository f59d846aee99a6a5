#pragma once

namespace holdfast::survival {

double normal_density(double z);
double normal_cdf(double z);
/// Inverse of normal_cdf on (0, 1), to the last bits.
double normal_quantile(double probability);
/// P(X ≥ x) of the chi-squared distribution: series or continued fraction (DLMF 8.11.4, 8.9.2).
double chi_squared_upper_p(double x, double degrees);

}  // namespace holdfast::survival
