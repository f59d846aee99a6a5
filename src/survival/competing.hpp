#pragma once

#include "survival/curves.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

/// How many have left by each exit, by time. One row a distinct exit time, ascending.
struct CompetingCurves {
  std::vector<double> time;
  std::vector<double> staying;  // Kaplan–Meier of all exits together.
  struct Exit {
    std::uint8_t event = 0;
    std::vector<double> probability;
    std::vector<double> error;
    std::vector<double> lower;  // Symmetric on the scale log(−log probability); 0 and 1 where none.
    std::vector<double> upper;
  };
  std::vector<Exit> exits;  // By event number. With `staying` the probabilities add up to 1.

  /// Probability of exit `e` (place in `exits`) by `when`: 0 before the first time.
  double probability_at(std::size_t e, double when) const;
};

/// Aalen & Johansen's (1978) estimator: a competing exit is not being lost from sight. Errors by
/// the multinomial form of Greenwood's formula, which the infinitesimal jackknife equals. All rows
/// are one stratum; weights count as that many equal rows.
/// Errors: those of check(), kNoEvents, kBadOption. Cost: one sort, then times × exits.
Result<CompetingCurves> competing_curves(const Spells& spells, double level = 0.95);

/// Do groups reach the same chance of having left by `exit`, all other exits considered? Gray's (1988)
/// test, every time weighted by (1 − chance)^rho of all rows. `observed` and `expected` are of the
/// subdistribution hazard. Weights count as that many equal rows.
/// Errors: those of check(), kShape, kOneGroup, kNoEvents, kBadOption for late entries and strata.
/// Cost: one sort, then times × groups³.
Result<GroupTest> compare_incidence(const Spells& spells, std::uint8_t exit,
                                    std::span<const std::int32_t> group, double rho = 0);

/// At one time, some leave and some are lost. After: who left could no longer be lost (R's
/// survival); Together: all at risk could be (cmprsk).
enum class LossTies { After, Together };

/// Rows for Fine & Gray's (1999) regression on the probability of one exit: who left by another
/// exit stays at risk with falling weight, the chance of not having been lost until then. Give them
/// to fit_cox with `row` as cluster and Breslow's ties.
struct FineGrayRows {
  std::vector<std::uint32_t> row;  // Of the input.
  std::vector<double> start;
  std::vector<double> stop;
  std::vector<std::uint8_t> event;
  std::vector<double> weight;
};

/// Source: Fine & Gray 1999; the weights as R's finegray or as cmprsk's crr count them.
/// Errors: those of check(), kNoEvents, kBadOption for late entries or strata.
/// Cost: other exits × times at which somebody was lost and somebody left by `exit` since.
Result<FineGrayRows> fine_gray_rows(const Spells& spells, std::uint8_t exit,
                                    LossTies ties = LossTies::Together);

}  // namespace holdfast::survival
