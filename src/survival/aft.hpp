#pragma once

#include "core/matrix_view.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

enum class AftFamily { Exponential, Weibull, LogNormal, LogLogistic };

/// log(time) = intercept + x · coefficients + scale · W, W of the family's kind.
struct AftFit {
  AftFamily family = AftFamily::Weibull;
  double intercept = 0;
  std::vector<double> coefficients;  // Above 0: stays longer.
  double scale = 1;                  // 1 for Exponential.
  std::vector<double> variance;      // Of intercept, coefficients and (not Exponential) log(scale).
  double loglik = 0;                 // Of the times themselves, not their logarithms.
  int iterations = 0;

  /// The chance to be there after `time` ≥ 0. x: as many values as coefficients.
  double survival(std::span<const double> x, double time) const;
  /// The time by which a share of `probability` (within 0 and 1) has left.
  double quantile(std::span<const double> x, double probability) const;
};

/// By how much each column stretches the time until leaving: accelerated failure time by maximum
/// likelihood, lost rows and late entries counted as what they say. An entry at or before 0 is
/// none. Shapes: x rows × columns. Strata are not looked at. Errors: those of check(), kShape,
/// kBadValue (time 0 among others), kNoEvents, kCollinear, kRunsAway, kNotConverged. Cost: rows ×
/// columns² a step, in fixed blocks. Source: Kalbfleisch & Prentice 2002, chapters 2 and 3.
Result<AftFit> fit_aft(const Spells& spells, MatrixView x, AftFamily family,
                       int iterations_max = 100);

}  // namespace holdfast::survival
