#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/logistic/sample.hpp"

/// The likelihood of a multinomial model over standardised columns.
namespace holdfast::multinomial {

/// Rows whose class is one of those present, numbered 0 … outputs in y.
struct Problem {
  logistic::Sample sample;
  std::vector<std::uint8_t> y;
  std::size_t outputs = 0;
  std::vector<std::size_t> active;  // Of 0 (the intercept) … p (columns, plus 1): those estimated.

  std::size_t size() const { return outputs * active.size(); }
};

/// −2 ln likelihood, its half gradient and half Hessian at one beta.
struct Pass {
  double deviance = 0;
  std::vector<double> gradient;  // [outputs x active]
  std::vector<double> hessian;   // [size x size]; empty if not wanted.
};

/// Shapes     beta: [outputs x active] of standardised columns.
Pass evaluate(const Problem& problem, std::span<const double> beta, bool wants_hessian);

/// Σ w z zᵀ of the intercept and all columns, standardised: which add up to others.
std::vector<double> gram_of(const logistic::Sample& sample);

}  // namespace holdfast::multinomial
