#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

/// Firth's correction: logistic regression whose estimates are finite under separation and less
/// biased where churners are few. Maximises
///
///   ln L(beta) + ½ ln det I(beta)
///
/// Source: Firth (1993), Biometrika 80, 27–38; Heinze & Schemper (2002), Statistics in Medicine 21,
/// 2409–2419, whose intervals and tests are those of the profile penalised likelihood (R `logistf`).
namespace holdfast::logistic {

struct FirthOptions {
  int iterations_max = 200;
  double tolerance = 1e-11; // Standard errors the last step may have.
  bool has_profiles = true; // Intervals and tests; else those of Wald.
};

/// Vectors are [p + 1], intercept first; 0 (and p 1) for aliased columns.
struct FirthFit {
  std::vector<double> beta, errors;
  std::vector<double> covariance;         // [(p + 1) x (p + 1)] of the augmented rows, as logistf's.
  std::vector<double> low, high;          // 95 %.
  std::vector<double> chi_squared, p;     // Of leaving the coefficient out.
  std::vector<std::size_t> aliased;
  double log_likelihood = 0;              // Penalised, columns as given.
  double deviance = 0, null_deviance = 0; // −2 ln likelihood without the penalty.
  int rows_count = 0;
  int iterations = 0;
};

/// Shapes     x: [n x p]; y, weight: [n]; weight 2 is the row twice.
/// Errors     kNoRows, kOneClass; kNoEstimate where no step raises the likelihood.
/// Cost       O(n p²) a step; profiles some thirty steps a coefficient.
Result<FirthFit> fit_firth(MatrixView x, std::span<const std::uint8_t> y,
                           std::span<const double> weight, const FirthOptions& options = {});

}  // namespace holdfast::logistic
