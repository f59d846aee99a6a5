#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace holdfast {
struct FittedModel;
}

namespace holdfast::forms {

/// A model over the answers of others: intercept + Σ weight × member's answer. The answer is the
/// member's probability of class 1, or its logit cut to ±kLogitLargest.
struct Stack {
  static constexpr std::string_view kType = "stack";
  static constexpr double kLogitLargest = 12;

  std::vector<std::shared_ptr<const FittedModel>> members;
  std::vector<double> weights;  // [members]
  double intercept = 0;
  bool on_logits = true;

  std::size_t outputs_count() const { return 1; }
};

}  // namespace holdfast::forms
