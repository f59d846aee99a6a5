#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

namespace holdfast::forms {

class LinearScorer;

/// intercept + Σ coefficient × term, over the terms of the model's preparation. One output: the
/// logit of class 1. Several: the logits of the classes against the first, whose own stand as 0.
struct LinearPredictor {
  static constexpr std::string_view kType = "linear_predictor";
  static constexpr Input kInput = Input::Terms;
  using Scorer = LinearScorer;

  std::vector<double> intercepts;    // [outputs]
  std::vector<double> coefficients;  // [outputs x terms]
  std::vector<double> term_means;    // [terms] in training, the reference of contributions.

  std::size_t outputs_count() const { return intercepts.size(); }
  std::size_t terms_count() const { return term_means.size(); }
};

/// Scores rows and takes scores apart, exactly.
class LinearScorer {
 public:
  explicit LinearScorer(const LinearPredictor& form) : form_(&form) {}
  /// Shapes: out [rows x outputs].
  void score(const Rows& rows, std::span<double> out) const;
  /// Coefficient × (term − its mean) and the base. Shapes: out [rows x (terms + 1)].
  void contributions(const Rows& rows, std::size_t output, std::span<double> out) const;

 private:
  const LinearPredictor* form_;
};

}  // namespace holdfast::forms
