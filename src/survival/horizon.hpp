#pragma once

#include "core/matrix_view.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

/// How good are predictions for a time ahead? Rows lost before it count through those like them:
/// the rows seen are weighted by 1/G, G the Kaplan–Meier curve of being lost (IPCW). Several kinds
/// of event count as one; strata are not looked at; late entries are refused.

/// Mean squared error of survival predictions by time; 0 is best, 0.25 says always one half.
/// Shapes: survival rows × times.
/// Errors: those of check(), kShape, kBadValue, kBadOption (late entry; a time nobody was seen at).
/// Cost: one sort, then rows × times. Source: Graf et al. 1999.
Result<std::vector<double>> brier_scores(const Spells& spells, MatrixView survival,
                                         std::span<const double> times);

/// The mean over time, by trapezoids. Two or more ascending times (kBadOption).
Result<double> integrated_brier(std::span<const double> times, std::span<const double> scores);

/// How often one who has left by the time has the higher score than one still there; ties count
/// half. Errors: as above, kNoPairs where nobody has left or nobody is there.
/// Cost: two sorts, then rows × times. Source: Uno et al. 2007; Hung & Chiang 2010.
Result<std::vector<double>> horizon_aucs(const Spells& spells, std::span<const double> score,
                                         std::span<const double> times);

/// One group of rows with like predictions.
struct HorizonBin {
  double predicted = 0;  // Mean probability of having left.
  double observed = 0;   // One less Kaplan–Meier, with its interval on the log-log scale.
  double lower = 0;
  double upper = 0;
  std::size_t rows = 0;
};

/// Do as many leave by `horizon` as predicted? Groups of about equal size by prediction; equal
/// predictions stay together, so there may be fewer than `bins`.
/// Errors: as above. Cost: rows × log rows.
Result<std::vector<HorizonBin>> calibration_at(const Spells& spells,
                                               std::span<const double> predicted, double horizon,
                                               std::size_t bins = 10);

}  // namespace holdfast::survival
