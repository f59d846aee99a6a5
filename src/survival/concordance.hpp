#pragma once

#include <limits>

#include "survival/spells.hpp"

namespace holdfast::survival {

/// How the pairs of an event count: each the same (Harrell), or by 1/G(t−)², G the Kaplan–Meier
/// curve of being lost from sight (Uno et al. 2011), which does not depend on who was lost when.
enum class PairWeight { Harrell, Uno };

struct ConcordanceOptions {
  PairWeight weight = PairWeight::Harrell;
  double horizon = std::numeric_limits<double>::infinity();  // Events after it do not count.
};

/// Pairs, weighted.
struct Concordance {
  double value = 0;  // (concordant + tied_score / 2) / (concordant + discordant + tied_score).
  double concordant = 0;
  double discordant = 0;
  double tied_score = 0;
  double tied_time = 0;  // Both left at one time; not comparable, scores differ.
  double tied_both = 0;
};

/// Do those with higher scores leave sooner? Compares, within strata, everyone who leaves with all
/// who are then at risk and stay longer. Several event kinds count as one.
/// Errors: those of check(), kShape, kBadValue, kNoPairs. Cost: two sorts and rows × log rows.
Result<Concordance> concordance(const Spells& spells, std::span<const double> score,
                                const ConcordanceOptions& options = {});

}  // namespace holdfast::survival
