#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "effect/trial.hpp"

namespace holdfast::effect {

/// A fitted model: one value for each row.
using Predictor = std::function<std::vector<double>(MatrixView x)>;

/// Any way to fit a mean: x, y (one a row), weights (one a row, above 0) → a predictor. Where y is
/// 0 or 1 the predictor gives probabilities.
using BaseLearner = std::function<Result<Predictor>(MatrixView x, std::span<const double> y,
                                                    std::span<const double> weight)>;

struct LearnerOptions {
  /// Probability of being treated for each row, where the design tells it. Else class
  /// transformation takes the share treated, the doubly robust learner fits it.
  std::span<const double> propensity;
  double propensity_least = 0.01;  // Nearer to 0 or 1 is refused.
  bool check_overlap = true;       // check_overlap() first.
  int folds = 5;                   // Doubly robust only; 2 or more.
  std::uint64_t seed = 1;          // Of the folds.
};

/// One model for the treated, one for control; the effect is their difference.
/// Errors: those of check_overlap() and of the base learner.
Result<Predictor> two_model(const Trial& trial, MatrixView x, std::span<const std::string> names,
                            const BaseLearner& learner, const LearnerOptions& options = {});

/// One model of "the outcome is as the treatment": with weights that make the groups equal,
/// 2 P(y = t) − 1 is the effect. Outcomes 0 or 1.
/// Errors: those of check_binary(), check_overlap(), kPropensity, and of the base learner.
/// Source: Jaskowski & Jaroszewicz 2012, ICML Workshop on Clinical Data Analysis, section 4.
Result<Predictor> class_transformation(const Trial& trial, MatrixView x,
                                       std::span<const std::string> names,
                                       const BaseLearner& learner,
                                       const LearnerOptions& options = {});

struct DoublyRobust {
  Predictor effect;
  AverageEffect average;                // Means and effect adjusted for the columns.
  std::vector<double> pseudo_outcomes;  // [rows]; each one's mean given its row is its effect.
  std::vector<double> propensities;     // [rows], each from folds without the row.
};

/// Outcome models by group and a propensity model, each fitted without the fold it is used on,
/// give every row ψ = μ₁ − μ₀ + t (y − μ₁)/e − (1 − t)(y − μ₀)/(1 − e); a last model of ψ is the
/// effect. Right on average if either the outcomes or the propensities are.
/// Folds are drawn within treated and control. Errors: those of check_overlap(), kPropensity,
/// kTooFew (a group smaller than two for each fold), kBadOption, and of the base learners.
/// Source: Kennedy 2023, Electronic Journal of Statistics 17(2):3008–3049; Chernozhukov et al.
/// 2018, Econometrics Journal 21:C1–C68.
Result<DoublyRobust> doubly_robust(const Trial& trial, MatrixView x,
                                   std::span<const std::string> names, const BaseLearner& outcome,
                                   const BaseLearner& propensity, const BaseLearner& effect,
                                   const LearnerOptions& options = {});

}  // namespace holdfast::effect
