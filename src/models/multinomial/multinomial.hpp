#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "models/logistic/logistic.hpp"

/// Multinomial logistic regression by maximum likelihood: where do they go, or why, and what
/// speaks for each?
///
///   ln(p_c / p_0) = beta_c[0] + Σ beta_c[j] x[j]      for every class c but the first
///
/// Source: McCullagh & Nelder, Generalized Linear Models (2nd ed. 1989), chapter 5; Agresti,
/// Categorical Data Analysis (3rd ed. 2013), section 8.1; conventions of R `nnet::multinom`.
namespace holdfast::multinomial {

struct Options {
  int iterations_max = 50;
  double tolerance = 1e-8;     // Standard errors the step before the last may have.
  double ridge = 0;            // Penalty ridge/2 × Σ (beta of standardised column)².
  double separated_ridge = 1;  // Used when the classes are separated and ridge is 0.
};

/// k = p + 1 coefficients a class but the first, intercept first.
struct Fit : logistic::FitFigures {
  std::size_t outputs = 0;          // Classes but the first.
  std::vector<double> beta;         // [outputs x k]; 0 for aliased columns.
  std::vector<double> errors;       // [outputs x k]; 0 for aliased columns and absent classes.
  std::vector<double> covariance;   // [(outputs k) x (outputs k)] row-major.
  std::vector<std::size_t> aliased; // Columns that earlier columns add up to.
  std::vector<std::size_t> absent;  // Classes without a row of weight: as good as impossible.
  bool is_separated = false;        // Maximum likelihood is infinite; fitted with a ridge.
};

/// Newton's method on columns standardised inside, in fixed blocks of rows.
///
/// Shapes     x: [n x p]; y: [n] below classes; weight: [n] ≥ 0, 0 means no row.
/// Errors     kNoRows, kOneClass; kNoEstimate where no step lowers the deviance.
/// Cost       O(n (outputs k)²) a step.
Result<Fit> fit(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                std::size_t classes, const Options& options = {});

}  // namespace holdfast::multinomial
