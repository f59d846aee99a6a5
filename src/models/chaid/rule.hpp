#pragma once

#include <vector>

#include "models/chaid/bins.hpp"
#include "models/chaid/merging.hpp"
#include "models/growing/rule.hpp"

/// CHAID's parts for the growing engine.
namespace holdfast::chaid {

/// Splits on the column of least adjusted p-value, a child for each group of merged categories.
/// Missing cells are a category of their own; where a node has none, they go to the largest child.
class Rule final : public growing::SplitRule {
 public:
  /// Bins of numeric columns are those of the whole sample, at every node.
  Rule(const growing::Sample& sample, const Options& options);

  growing::StopRules stop() const {
    return {.split_weight_min = options_.split_weight_min, .depth_max = options_.depth_max};
  }

  growing::Split of_column(const growing::NodeView& node, std::size_t column) const override;
  std::optional<std::size_t> best_of(const growing::NodeView& node,
                                     std::span<const growing::Split> splits) const override;
  void settle_missing(const growing::NodeView& node, growing::Split& split) const override;

 private:
  Options options_;
  std::vector<Bins> bins_;  // [columns]; empty for categories.
};

}  // namespace holdfast::chaid
