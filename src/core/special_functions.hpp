#pragma once

#include "core/distributions.hpp"

/// Distribution functions that the standard library lacks. Absolute accuracy about 1e-13.
namespace holdfast {

/// Regularised incomplete beta I_x(a, b), by Lentz's continued fraction (DLMF 8.17.22).
double incomplete_beta(double x, double a, double b);
/// Regularised lower incomplete gamma P(a, x), by series or continued fraction
/// (DLMF 8.11.4, 8.9.2).
double incomplete_gamma_lower(double a, double x);
/// Q(a, x) = 1 − P(a, x), accurate where it is small.
double incomplete_gamma_upper(double a, double x);

/// P(|Z| ≥ |z|).
double normal_two_sided_p(double z);
/// P(|T| ≥ |t|) with `degrees` > 0 of freedom.
double student_two_sided_p(double t, double degrees);
/// P(X ≤ x) of the noncentral chi-squared distribution: the Poisson mixture summed outwards from
/// its mode (Ding 1992).
double noncentral_chi_squared_cdf(double x, double degrees, double noncentrality);

}  // namespace holdfast
