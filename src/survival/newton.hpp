#pragma once

#include <functional>
#include <vector>

#include "core/error.hpp"

namespace holdfast::survival {

/// A log likelihood with derivatives at some coefficients.
struct Slope {
  double loglik = 0;
  std::vector<double> gradient;
  std::vector<double> information;  // columns × columns, both halves.
};

/// A concave log likelihood of standardised columns.
struct NewtonProblem {
  std::size_t columns = 0;
  std::vector<double> scale;    // Of each column: coefficients in errors are divided by it.
  std::vector<double> penalty;  // Takes penalty/2 · coefficient² off, by column.
  std::vector<double> start;    // A guess; empty: none.
  double events = 0;
  int iterations_max = 60;
  std::function<Result<Slope>(const std::vector<double>&)> slope_at;
};

struct NewtonTop {
  std::vector<double> coefficients;
  Slope null;                         // At coefficients 0.
  Slope slope;                        // One step before the top.
  std::vector<double> information;    // With penalty.
  std::vector<double> inverse;        // Of it.
  int iterations = 0;
};

/// Climbs with step halving. Errors: kCollinear, kRunsAway, kNotConverged, those of slope_at.
Result<NewtonTop> climb(const NewtonProblem& problem);

/// gradientᵀ matrix⁻¹ gradient.
double quadratic(const std::vector<double>& matrix, const std::vector<double>& vector);

}  // namespace holdfast::survival
