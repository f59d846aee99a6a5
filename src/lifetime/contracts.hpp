#pragma once

#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::lifetime {

/// At each renewal a contract ends with a chance of one's own, Beta(gamma, delta). `power` 1: the
/// chance stays (shifted beta-geometric); above 1 it grows with tenure, below it falls
/// (beta-discrete-Weibull).
struct ContractFit {
  double gamma = 1, delta = 1, power = 1;
  std::vector<double> variance;  // Of gamma, delta and, where fitted, power; row-major.
  double loglik = 0;
  int iterations = 0;

  /// The share still there after `periods` ≥ 0.
  double survival(double periods) const;
  /// The share of those there after `periods` − 1 that renews for one more.
  double retention(double periods) const { return survival(periods) / survival(periods - 1); }
  /// Periods still to come, within `horizon` whole ones, of a contract that has lasted `periods`;
  /// each worth 1/(1 + discount)^k, k from 1. Requires discount ≥ 0. Cost: horizon.
  double remaining(double periods, int horizon, double discount = 0) const;
};

/// By maximum likelihood. `ended[t]`: contracts that ended after t + 1 periods; `open[t]`: still
/// running after t + 1. Errors: kShape, kBadValue, kTooFew, kNobodyLost, kNobodyStays,
/// kLeavingAlike, kRunsAway, kNotConverged. Cost: a step is a few digammas a period. Source: Fader
/// & Hardie 2007; Fader, Hardie, Liu, Davin & Steenburgh 2018.
Result<ContractFit> fit_contracts(std::span<const double> ended, std::span<const double> open,
                                  bool has_power = false, int iterations_max = 200);

}  // namespace holdfast::lifetime
