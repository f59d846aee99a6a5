#pragma once

#include <span>
#include <vector>

#include "models/elastic_net/likelihood.hpp"

/// Cyclic coordinate descent on the quadratic model of the penalised likelihood.
namespace holdfast::elastic_net {

/// lambda Σ (mix s |b| + (1 − mix)/2 s² b²), s the deviation of a column among the rows of the fit.
struct Penalty {
  double lambda = 0, mix = 1;
  std::span<const double> scales;  // [p]

  double absolute(std::size_t j) const { return lambda * mix * scales[j]; }
  double square(std::size_t j) const { return lambda * (1 - mix) * scales[j] * scales[j]; }
  double at(const std::vector<double>& beta, const Indices& active) const;
};

/// Moves `point` to the minimum of the model around it over the intercept and the columns `working`
/// (members of the Hessian); the gradient is the likelihood's there.
/// `tolerance`: curvature × change² at which a sweep is the last.
/// Returns the largest curvature × change² of the whole move.
double descend(const Likelihood& likelihood, const Hessian& hessian, const Indices& working,
               const Penalty& penalty, double tolerance, Point& point);

}  // namespace holdfast::elastic_net
