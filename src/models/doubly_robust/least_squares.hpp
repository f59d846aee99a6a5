#pragma once

#include <span>
#include <vector>

#include "core/matrix_view.hpp"

namespace holdfast::doubly_robust {

struct LeastSquares {
  double intercept = 0;
  std::vector<double> coefficients;  // [cols] of the columns as given.
  std::vector<double> means;         // [cols]
  double ridge = 0;                  // On standardised columns, a row.
  double degrees = 0;                // Effective degrees of freedom without the intercept.
};

/// Ridge regression; the penalty is the one of a wide grid with the least generalised
/// cross-validation, so that columns which say nothing of y are shrunk to nothing.
///
/// Shapes     x: [n x p], y: [n], finite. Columns that do not vary get 0.
/// Cost       O(n p² + p³).
/// Source     Golub, Heath & Wahba (1979), Technometrics 21(2), 215–223.
LeastSquares fit_least_squares(MatrixView x, std::span<const double> y);

}  // namespace holdfast::doubly_robust
