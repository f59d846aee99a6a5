#pragma once

#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::lifetime {

/// A purchase's spend is Gamma(p, rate ν) with a ν of one's own, Gamma(q, rate gamma).
struct GammaGamma {
  double p = 1, q = 1, gamma = 1;
  std::vector<double> variance;  // Of p, q, gamma; row-major.
  double loglik = 0;
  int iterations = 0;

  /// Mean spend of purchases to come, after `purchases` of `mean_spend` each; 0 purchases: of a
  /// customer not known yet. Errors: kNoMean where that mean is not finite.
  Result<double> expected(double purchases, double mean_spend) const;
};

/// By maximum likelihood over customers with repeat purchases; rows without are left out. Errors:
/// kShape, kBadValue, kBadSpend, kNoRepeat, kTooFew, kRunsAway, kNotConverged. Cost: a row and step
/// two digammas. Source: Fader & Hardie 2013, "The Gamma-Gamma model of monetary value".
Result<GammaGamma> fit_spend(std::span<const double> purchases, std::span<const double> mean_spend,
                             int iterations_max = 200);

}  // namespace holdfast::lifetime
