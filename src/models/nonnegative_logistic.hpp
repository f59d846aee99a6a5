#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix_view.hpp"

/// Logistic regression whose coefficients may not be negative, for a few columns: weights of a
/// stack, the curve of beta calibration.
namespace holdfast::models {

struct NonnegativeFit {
  double intercept = 0;
  std::vector<double> coefficients;  // [p] ≥ 0.
};

/// Minimises Σ weight × loss + ridge/2 × Σ (coefficient − centre)² by Newton's method, each step a
/// quadratic problem under the bounds solved coordinate by coordinate, with step halving.
///
/// Shapes     x: [n x p]; y, weight: [n].
/// Cost       O(n p²) a step, under 20 steps.
NonnegativeFit fit_nonnegative_logistic(MatrixView x, std::span<const std::uint8_t> y,
                                        std::span<const double> weight, double ridge = 0,
                                        double centre = 0);

}  // namespace holdfast::models
