#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix_view.hpp"

/// The likelihood of logistic regression over standardised columns.
namespace holdfast::logistic {

/// Rows and how their columns are standardised. Shapes as in `fit`.
struct Sample {
  MatrixView x;
  std::span<const std::uint8_t> y;
  std::span<const double> weight;
  std::size_t stride = 1;          // Every stride-th row only.
  std::vector<double> mean, scale, range;  // [p] weighted; scale 0: a constant column.

  std::size_t rows() const { return (x.rows + stride - 1) / stride; }
};

Sample standardised(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight);

/// −2 log likelihood, its half gradient and half Hessian at one beta.
struct Pass {
  double deviance = 0;
  std::vector<double> gradient;  // [p + 1] Σ w (y − mu) z.
  std::vector<double> hessian;   // [(p + 1) x (p + 1)] Σ w mu (1 − mu) z zᵀ; empty if not wanted.
};

/// One pass over the rows in fixed blocks: the same bits for any thread count.
/// Shapes     beta: [p + 1] of standardised columns, intercept first.
Pass evaluate(const Sample& sample, std::span<const double> beta, bool wants_hessian);

}  // namespace holdfast::logistic
