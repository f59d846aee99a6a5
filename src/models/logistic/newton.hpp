#pragma once

#include <span>
#include <vector>

#include "models/logistic/sample.hpp"

/// The likelihood of logistic regression over standardised columns.
namespace holdfast::logistic {

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
