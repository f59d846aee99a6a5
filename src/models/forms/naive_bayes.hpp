#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/discrete.hpp"
#include "models/forms/rows.hpp"

namespace holdfast::forms {

class NaiveBayesScorer;

/// Columns independent given the class. Outputs are logits of every class but the first against the
/// first: a prior and, of each column with evidence, a log likelihood ratio.
struct NaiveBayes {
  static constexpr std::string_view kType = "naive_bayes";
  static constexpr Input kInput = Input::Cells;
  using Scorer = NaiveBayesScorer;

  /// One input: states with their probabilities, or a normal distribution in each class.
  struct Factor {
    DiscreteColumn states;                     // Normal: only `column` is used.
    std::vector<double> log_probability;       // [classes x states]
    std::vector<double> mean, variance;        // [classes]; empty: states.
    std::vector<double> mean_ratio;            // [outputs] log ratio's mean in training.
  };
  std::vector<double> log_prior;               // [classes]
  std::vector<Factor> factors;

  std::size_t outputs_count() const { return log_prior.size() - 1; }
};

/// ln p(cell | class) − ln p(cell | first class); 0 without evidence.
double log_ratio(const NaiveBayes::Factor& factor, const Cell& cell, std::size_t output);

class NaiveBayesScorer {
 public:
  explicit NaiveBayesScorer(const NaiveBayes& form) : form_(&form) {}
  void score(const Rows& rows, std::span<double> out) const;
  /// Exact: each column's log ratio less its mean in training.
  void contributions(const Rows& rows, std::size_t output, std::span<double> out) const;

 private:
  const NaiveBayes* form_;
};

}  // namespace holdfast::forms
