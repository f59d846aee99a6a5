#pragma once

#include "effect/ranking.hpp"

namespace holdfast::effect {

struct BootstrapOptions {
  int replicates = 1000;
  double level = 0.95;
  double top_share = 0.1;  // Of whom `top_uplift` speaks.
  std::uint64_t seed = 1;
};

/// A value with its percentile interval.
struct Interval {
  double value = 0;
  double standard_error = 0;
  double lower = 0;
  double upper = 0;
};

struct BootstrapIntervals {
  Interval average_effect;
  Interval top_uplift;  // Among the top share by score.
  Interval qini;        // Areas::qini.
  Interval auuc;        // Areas::auuc.
};

/// Draws treated and control rows anew, each group at its size, the scores staying as they are:
/// how sure the measures of this ranking are, not of the model's fit.
/// Errors: those of rank(), kBadOption, kTooFew (either group below 20 in the top share). Cost: one
/// sort; then rows for each replicate, in parallel; the same bits for any thread count. Source:
/// Efron & Tibshirani 1993, section 13.3.
Result<BootstrapIntervals> bootstrap(const Trial& trial, std::span<const double> score,
                                     const BootstrapOptions& options = {});

}  // namespace holdfast::effect
