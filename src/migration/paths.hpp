#pragma once

#include <optional>
#include <vector>

#include "migration/journeys.hpp"

namespace holdfast::migration {

struct PathOptions {
  std::size_t length_max = 3;      // Steps of a path.
  std::int32_t gap_days_max = 30;  // Between two neighbouring steps of a path.
  std::int32_t after_days = 30;    // How long the balance is watched after the last step.
  double fall_share = 0.3;         // The balance falls where it loses at least this share of itself.
  std::size_t moments_min = 30;    // Paths that come less often are left out,
  std::size_t customers_min = 10;  // as are those of fewer customers.
  std::int32_t period_days = 30;   // Only moments of one such span of calendar days are compared,
  std::size_t balance_bands = 5;   // and of one band of balances (equal numbers of moments in each).
  std::size_t paths_max = 500;     // The most frequent ones are tested.
  double level = 0.95;
  std::optional<std::int32_t> last_day;  // Balances are known until then; nothing: the last balance.
};

/// Two means and their difference, moments of one stratum compared.
struct Contrast {
  double with = 0;     // At moments that end the path.
  double without = 0;  // At comparable moments that do not.
  double difference = 0;
  double lower = 0;
  double upper = 0;
  double p = 1;
  double p_adjusted = 1;  // Over all paths tested (Holm 1979: whatever depends on what).
};

/// What happens to balances in the days after a path.
struct PathEffect {
  std::vector<Step> steps;
  std::size_t moments = 0;    // Times somebody came to the end of it, watched long enough.
  std::size_t customers = 0;
  std::size_t falls = 0;      // Moments after which the balance fell by the share.
  double fallen = 0;          // Balance lost after all of them, gains taken off.
  Contrast frequency;         // Share of moments after which the balance falls.
  Contrast amount;            // Balance lost a moment, gains taken off.
  // Of paths of two steps and more: frequency against moments with the same steps but the first.
  // Nothing where there are too few of those: does the longer path tell more than its end?
  std::optional<Contrast> beyond;
};

struct PathEffects {
  std::vector<PathEffect> paths;  // From the largest difference in frequency on.
  std::size_t moments = 0;        // Compared in all.
  std::size_t unwatched = 0;      // Steps without a balance above 0 before, or not watched to the end.
  std::size_t left_out = 0;       // Paths beyond `paths_max`.
  double fall_share = 0;          // Of all moments.
};

/// Finds the steps and short paths after which balances fall.
///
/// Every step of a customer is a moment. It ends the paths made of it and the steps right before
/// it. The balance at the end of its day is compared with that `after_days` later. A path's moments
/// are compared with moments of other steps in the same span of calendar days and band of balances
/// (strata); moments up to `after_days` after the path itself are left out of both.
///
/// The difference d is that of least squares with an effect of each stratum. With x̃ and ỹ path and
/// outcome less their stratum's means, its interval holds the d for which |Σ x̃ (ỹ − d x̃)| is at most z
/// standard deviations: by customer, as one customer's moments depend on each other, or as Mantel and
/// Haenszel's within strata, whichever is larger (the first alone is too small where few fall). Where
/// nobody falls at all the interval has no width and p is 1. A path seen in every moment of its
/// strata, or in too few customers for a bounded interval, is left out.
/// Errors: kNoRows, kShape, kBadState, kNotInOrder, kBadAmount, kBadOption, kNoMoments.
/// Cost: paths × moments, on all cores; the same bytes for any thread count.
/// Source: Mantel & Haenszel 1959, "Statistical aspects of the analysis of data from retrospective
/// studies of disease", for the weights n₁n₀/n and the variance in strata; Cameron & Miller 2015, "A practitioner's
/// guide to cluster-robust inference"; Holm 1979.
Result<PathEffects> path_effects(const Journeys& journeys, const Balances& balances,
                                 const PathOptions& options = {});

}  // namespace holdfast::migration
