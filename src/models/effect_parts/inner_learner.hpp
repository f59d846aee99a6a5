#pragma once

#include <memory>
#include <string>
#include <vector>

#include "effect/learners.hpp"
#include "models/effect_task.hpp"

namespace holdfast::models {

/// The parameter that names the classifier inside.
ParameterRow learner_row(std::string_view en, std::string_view zh);

/// A classifier of the shelf as a base learner of src/effect. Matrices have one column, the number
/// of the row in the task. Must outlive the learners it gives, and the task must outlive it.
class InnerLearner {
 public:
  InnerLearner(const EffectTask& task, std::string_view id, Progress& progress);

  /// The matrix that stands for the task's rows, and the name of its column.
  MatrixView rows() const { return {numbers_.data(), numbers_.size(), 1}; }
  std::span<const std::string> names() const { return {&name_, 1}; }

  /// Outcomes 0 or 1. Where they are all the same and `takes_constant`, the answer is that one.
  /// Errors: those of the classifier.
  effect::BaseLearner learner(bool takes_constant = false);

  /// The classifiers fitted, in order.
  const std::vector<std::shared_ptr<const FittedModel>>& fitted() const { return fitted_; }

 private:
  Result<std::shared_ptr<const FittedModel>> fit(const dataset::Columns& columns,
                                                 std::span<const double> y,
                                                 std::span<const double> weight);

  const EffectTask* task_;
  const ModelDescriptor* descriptor_;
  Progress* progress_;
  std::string name_ = "row";
  std::vector<double> numbers_;
  std::vector<std::shared_ptr<const FittedModel>> fitted_;
};

}  // namespace holdfast::models
