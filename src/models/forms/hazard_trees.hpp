#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {

class HazardTreesScorer;

/// When somebody leaves, by trees: outputs are the cumulative hazards of each exit until each time,
/// exit by exit, the mean of the trees' leaves. Contributions are SHAP values of one of them.
struct HazardTrees {
  static constexpr std::string_view kType = "hazard_trees";
  static constexpr Input kInput = Input::Cells;
  using Scorer = HazardTreesScorer;

  std::vector<std::string> exits;
  std::vector<double> times;  // Days, ascending.
  TreeEnsemble trees;         // An output an exit and time.
  double followed_days = 0;

  std::size_t outputs_count() const { return exits.size() * times.size(); }
};

class HazardTreesScorer {
 public:
  explicit HazardTreesScorer(const HazardTrees& form) : trees_(form.trees) {}
  void score(const Rows& rows, std::span<double> out) const { trees_.score(rows, out); }
  void contributions(const Rows& rows, std::size_t output, std::span<double> out) const {
    trees_.contributions(rows, output, out);
  }

 private:
  TreeScorer trees_;
};

}  // namespace holdfast::forms
