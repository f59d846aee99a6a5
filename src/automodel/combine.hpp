#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "models/model.hpp"
#include "study/study.hpp"

/// Weights of models over models. Both work on logits, as forms::Stack does.
namespace holdfast::automodel {

struct StackWeights {
  double intercept = 0;
  std::vector<double> weights;  // [members] ≥ 0.
};

/// Weights that predict best what the members say of training customers they did not learn from:
/// members are fitted on folds, then logistic regression with weights ≥ 0, drawn a little towards
/// equal shares.
///
/// Errors     a member cannot be fitted on a fold.
/// Cost       search_folds fits of every member.
/// Source     Wolpert (1992), Neural Networks 5, 241–259; Breiman (1996), Machine Learning 24, 49–64
///            (weights ≥ 0, whole folds).
Result<StackWeights> stack_weights(const study::Study& study,
                                   const std::vector<study::ModelSpec>& members,
                                   const dataset::Dataset& data,
                                   std::span<const std::uint32_t> train, Progress& progress);

/// Shares of a mean of logits, grown one member at a time, with replacement, by what the tuning rows
/// say of it (log loss). They add up to 1.
///
/// Source     Caruana, Niculescu-Mizil, Crew & Ksikes (2004), Ensemble selection from libraries of
///            models, ICML.
std::vector<double> blend_weights(const study::Study& study,
                                  const std::vector<const FittedModel*>& members,
                                  const dataset::Dataset& data,
                                  std::span<const std::uint32_t> tuning);

ReportTable weights_table(const forms::Stack& form);

}  // namespace holdfast::automodel
