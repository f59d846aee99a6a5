#pragma once

#include <vector>

#include "lifetime/purchases.hpp"

namespace holdfast::lifetime {

/// Purchases come at a rate of one's own, Gamma(r, rate alpha), and nobody ever leaves: what the
/// other models become where nothing points to customers leaving.
struct Nbd {
  double r = 1, alpha = 1;
  std::vector<double> variance;  // Of r, alpha; row-major.
  double loglik = 0;
  int iterations = 0;

  double alive(const Customer&) const { return 1; }
  /// Purchases expected in the next `horizon` ≥ 0.
  double expected(const Customer& customer, double horizon) const;
  /// The chance of exactly n purchases in the next `horizon` ≥ 0, by n.
  std::vector<double> chances(const Customer& customer, double horizon) const;
  double expected_new(double horizon) const { return expected({}, horizon); }
};

/// By maximum likelihood, as fit_bg_nbd. Errors: those of check(); kRatesAlike, kRunsAway,
/// kNotConverged. Cost: a logarithm a row and step. Source: Ehrenberg 1959; Fader & Hardie 2004,
/// "Illustrating the performance of the NBD as a benchmark model for customer-base analysis".
Result<Nbd> fit_nbd(const Purchases& purchases, int iterations_max = 200);

}  // namespace holdfast::lifetime
