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

/// A guess at the top and the information there and at coefficients 0, about: of some of the rows.
struct NewtonStart {
  std::vector<double> coefficients;  // Empty: none.
  std::vector<double> information;
  std::vector<double> information_0;
};

/// A concave log likelihood of standardised columns.
struct NewtonProblem {
  std::size_t columns = 0;
  std::vector<double> scale;    // Of each column: coefficients in errors are divided by it.
  std::vector<double> penalty;  // Takes penalty/2 · coefficient² off, by column.
  NewtonStart start;
  double events = 0;
  double gain_enough = 0;  // In twice the log likelihood, to stop earlier than the last bits.
  int iterations_max = 60;
  std::function<Result<Slope>(const std::vector<double>&)> slope_at;
  std::function<Slope(const std::vector<double>&)> gradient_at;  // Needed where there is a start.
};

struct NewtonTop {
  std::vector<double> coefficients;
  Slope null;                         // At coefficients 0.
  Slope slope;                        // One step before the top.
  std::vector<double> information;    // With penalty.
  std::vector<double> inverse;        // Of it.
  int iterations = 0;
};

/// Climbs with step halving. From a start on, steps by the information guessed there cost gradients
/// alone, until they are as short as the last one may be. Errors: kCollinear, kRunsAway,
/// kNotConverged, those of slope_at.
Result<NewtonTop> climb(const NewtonProblem& problem);

/// gradientᵀ matrix⁻¹ gradient.
double quadratic(const std::vector<double>& matrix, const std::vector<double>& vector);

}  // namespace holdfast::survival
