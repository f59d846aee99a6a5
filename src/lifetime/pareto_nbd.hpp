#pragma once

#include <vector>

#include "lifetime/purchases.hpp"

namespace holdfast::lifetime {

/// Purchases come at a rate of one's own, Gamma(r, rate alpha), and the customer leaves at any
/// time, at a rate of one's own, Gamma(s, rate beta).
struct ParetoNbd {
  double r = 1, alpha = 1, s = 1, beta = 1;
  std::vector<double> variance;  // Of r, alpha, s, beta; row-major.
  double loglik = 0;
  int iterations = 0;

  /// The chance that the customer has not left yet.
  double alive(const Customer& customer) const;
  /// Purchases expected in the next `horizon` ≥ 0.
  double expected(const Customer& customer, double horizon) const;
  /// The chance of exactly n purchases in the next `horizon` ≥ 0, by n; what lies beyond the last is
  /// below 1e-12.
  std::vector<double> chances(const Customer& customer, double horizon) const;
  /// Repeat purchases expected of a new customer in the first `horizon` ≥ 0.
  double expected_new(double horizon) const;
};

/// By maximum likelihood, as fit_bg_nbd. Errors: the same. Cost: a few hundred exponentials a
/// distinct row and step, in fixed blocks. Source: Schmittlein, Morrison & Colombo 1987; the
/// integral over the time of leaving is taken numerically, as the hypergeometric functions of the
/// closed form cancel.
Result<ParetoNbd> fit_pareto_nbd(const Purchases& purchases, int iterations_max = 200);

}  // namespace holdfast::lifetime
