#pragma once

#include "survival/spells.hpp"

namespace holdfast::survival {

/// On which scale an interval of a survival probability is symmetric.
enum class Interval { Plain, Log, LogLog };

struct Bounds {
  double lower = 0;
  double upper = 1;
};

/// The interval of a survival probability from the standard error of its cumulative hazard, cut to
/// [0, 1]. Where the scale has no value (survival 0, or 1 for LogLog): the estimate itself.
Bounds interval_of(double survival, double hazard_error, double z, Interval interval);

struct CurveOptions {
  double level = 0.95;
  Interval interval = Interval::Log;
};

/// One row a distinct exit time, ascending. A survival of 0 has no interval on the log scales: its
/// lower bound is 0, its upper that of the time before.
struct Curve {
  std::vector<double> time;
  std::vector<double> at_risk;
  std::vector<double> events;
  std::vector<double> censored;
  std::vector<double> survival;        // Kaplan–Meier.
  std::vector<double> standard_error;  // Of survival: Greenwood.
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> cumulative_hazard;  // Nelson–Aalen.
  std::vector<double> hazard_error;       // Σ d/n².

  /// The value at `when`: 1 before the first time, the last value after the last.
  double survival_at(double when) const;
};

/// How many are still there, by time: Kaplan–Meier and Nelson–Aalen of all rows taken as one
/// stratum. Weights count as that many equal rows. Where all at risk leave before others enter
/// (left truncation), the curve is 0 from there on.
/// Errors: those of check(), kBadOption. Cost: one sort.
/// Source: Kaplan & Meier 1958; Aalen 1978; Greenwood 1926.
Result<Curve> survival_curve(const Spells& spells, const CurveOptions& options = {});

/// A test whether groups leave at the same rate.
struct GroupTest {
  std::vector<std::int32_t> groups;  // Ascending.
  std::vector<double> observed;
  std::vector<double> expected;
  std::vector<double> variance;  // Of observed − expected, groups × groups.
  double chi_squared = 0;
  int degrees = 0;
  double p_value = 1;
};

/// Do groups leave at the same rate? Log-rank family of Harrington & Fleming (1982): every time is
/// weighted by S(t−)^rho of all rows of its stratum; rho 0 is the log-rank test, 1 Peto & Peto's
/// Wilcoxon. Tests within the strata of `spells`. Weights count as that many equal rows.
/// Errors: those of check(), kOneGroup, kNoEvents. Cost: one sort and times × groups².
Result<GroupTest> compare_groups(const Spells& spells, std::span<const std::int32_t> group,
                                 double rho = 0);

}  // namespace holdfast::survival
