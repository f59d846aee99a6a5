#pragma once

#include <vector>

#include "lifetime/purchases.hpp"

namespace holdfast::lifetime {

/// Purchases come at a rate of one's own, Gamma(r, rate alpha), and after each one the customer may
/// leave, with a chance of one's own, Beta(a, b). `is_modified` (MBG/NBD): after the first purchase
/// too, so that who never bought again may have left.
struct BgNbd {
  bool is_modified = false;
  double r = 1, alpha = 1, a = 1, b = 1;
  std::vector<double> variance;  // Of r, alpha, a, b; row-major.
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

struct BgNbdOptions {
  bool is_modified = false;
  int iterations_max = 200;
};

/// By maximum likelihood: Newton on the logarithms of the parameters, time scaled by the mean age.
/// Errors: those of check(); kRatesAlike, kNobodyLeaves, kLeavingAlike, kRunsAway where no finite
/// parameters are best; kNotConverged. Cost: three logarithms and an exponential a row and step, in
/// fixed blocks; a fit of every few rows brings large data near, so that they take few steps.
/// Source: Fader, Hardie & Lee 2005; Batislam, Denizel & Filiztekin 2007.
Result<BgNbd> fit_bg_nbd(const Purchases& purchases, const BgNbdOptions& options = {});

}  // namespace holdfast::lifetime
