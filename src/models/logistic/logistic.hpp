#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

/// Logistic regression by maximum likelihood: which columns raise the log odds of leaving, by how
/// much, and how sure that is.
///
///   ln(p / (1 − p)) = beta[0] + Σ beta[j] x[j]
///
/// Source: McCullagh & Nelder, Generalized Linear Models (2nd ed. 1989), sections 2.5 and 4.4;
/// conventions of R's `glm` (aliased columns, deviance, AIC).
namespace holdfast::logistic {

struct Options {
  int iterations_max = 50;
  double tolerance = 1e-10;     // × rows: standard errors a step may have before the last one.
  double ridge = 0;             // Penalty ridge/2 × Σ (beta of standardised column)².
  double separated_ridge = 1;   // Used when the outcomes are separated and ridge is 0.
  bool has_errors = true;       // Standard errors and covariance; without, some passes less.
};

/// How good a fit of maximum likelihood is, and how it was found.
struct FitFigures {
  double ridge = 0;                 // As used.
  double deviance = 0, null_deviance = 0, aic = 0;
  int rows_count = 0;               // With weight above zero.
  int rank = 0;                     // Estimated coefficients, with the intercept.
  int iterations = 0;
  bool has_converged = false;
};

struct Fit : FitFigures {
  std::vector<double> beta;         // [p + 1] intercept first; 0 for aliased columns.
  std::vector<double> errors;       // [p + 1] standard errors; 0 for aliased columns.
  std::vector<double> covariance;   // [(p + 1) x (p + 1)] row-major.
  std::vector<std::size_t> aliased; // Columns that earlier columns add up to.
  std::vector<std::size_t> separated;  // Columns whose maximum-likelihood estimate is infinite.
};

/// Fits by Newton's method on columns standardised inside; large samples start from the fit of a
/// sample of their rows, which changes the way and not the answer.
///
/// Shapes     x: [n x p]; y, weight: [n]; y is 0 or 1, weight ≥ 0 and 0 means no row.
/// Errors     kNoRows, kOneClass; kNoEstimate where no step lowers the deviance.
/// Cost       O(n p²) a pass, two full passes for large n.
Result<Fit> fit(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                const Options& options = {});

/// Two-sided Wald p-value of z.
double p_value(double z);
/// Share of the chi-squared distribution beyond a statistic ≥ 0, in closed form.
double chi_squared_p(double statistic, int df);

}  // namespace holdfast::logistic
