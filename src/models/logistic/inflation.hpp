#pragma once

#include <cstddef>
#include <vector>

#include "models/logistic/logistic.hpp"

/// How much of a coefficient's error comes from columns that go together.
namespace holdfast::logistic {

/// Generalised variance inflation of a set of coefficients: det R_set × det R_others / det R, R the
/// correlations of all coefficients but the intercept. One coefficient: the usual factor.
struct Inflation {
  double factor = 1;
  int df = 0;           // Coefficients of the set that are estimated.
  double adjusted = 1;  // factor^(1 / (2 df)), comparable between sets.
};

/// Shapes     sets: columns of x; those aliased do not count.
/// Source     Fox & Monette (1992), J. American Statistical Association 87, 178–183; R `car::vif`.
std::vector<Inflation> inflations(const Fit& fit, const std::vector<std::vector<std::size_t>>& sets);

}  // namespace holdfast::logistic
