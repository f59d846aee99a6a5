#pragma once

#include <span>
#include <string_view>

#include "models/model.hpp"

/// Raw score → probability, fitted on rows the model was not trained on.
namespace holdfast::models {

/// Platt scaling: 1/(1+exp(−(slope × score + intercept))), by Newton's method with backtracking,
/// targets (n₁+1)/(n₁+2) and 1/(n₀+2).
///
/// Source     Platt (1999), Probabilistic outputs for support vector machines; Lin, Lin & Weng
///            (2007), Machine Learning 68, 267–276, algorithm 1.
forms::Calibration fit_platt(std::span<const double> raw_score, std::span<const std::uint8_t> y,
                             std::span<const double> weight);

/// Isotonic regression by pooling adjacent violators; one knot at the weighted centre of each pool
/// and straight lines between, so that customers of different scores keep different probabilities.
/// Pools of a single class are drawn in by half a row, as nobody is certain, and join a neighbour
/// that they are then not beyond.
///
/// Source     Oron & Flournoy (2017), Centered isotonic regression, Statistics in
///            Biopharmaceutical Research 9, 258–267.
forms::Calibration fit_isotonic(std::span<const double> raw_score, std::span<const std::uint8_t> y,
                                std::span<const double> weight);

/// Beta calibration: logit p = a ln s − b ln(1 − s) + c with a, b ≥ 0, over the model's own
/// probability s; a = b = 1, c = 0 leaves it as it is.
///
/// Source     Kull, Silva Filho & Flach (2017), Beta calibration, AISTATS, PMLR 54, 623–631.
forms::Calibration fit_beta(const forms::Calibration& own, std::span<const double> raw_score,
                            std::span<const std::uint8_t> y, std::span<const double> weight);

/// The model's own probabilities where it learned at another share of churners: the odds of the
/// population over those it saw. No effect on models with several outputs.
///
/// Source     Elkan (2001), The foundations of cost-sensitive learning, IJCAI, theorem 2.
void correct_share(FittedModel& model, double sampled_share, double true_share);

/// Fits `kind` ("platt", "isotonic", "beta", "none") on validation rows and puts it into the model. Too few
/// rows or one outcome only leave the model's own probabilities and add a note.
void calibrate(FittedModel& model, const dataset::Columns& validation,
               std::span<const std::uint8_t> y, std::span<const double> weight,
               std::string_view kind);

}  // namespace holdfast::models
