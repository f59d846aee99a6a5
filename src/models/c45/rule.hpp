#pragma once

#include "models/c45/c45.hpp"
#include "models/growing/gain_search.hpp"
#include "models/growing/rule.hpp"

/// C4.5's parts for the growing engine.
namespace holdfast::c45 {

/// The split of best gain ratio among those of at least average gain; pruning in J48's order:
/// collapse, then from the leaves up a subtree becomes a leaf or its largest branch where that has
/// no more estimated errors.
class Rule final : public growing::SplitRule {
 public:
  /// rows_count: training rows of weight above 0.
  Rule(std::size_t rows_count, const Options& options)
      : rows_count_(rows_count), options_(options), x_log_x_(rows_count + 1) {}

  growing::StopRules stop() const {
    return {.split_weight_min = 2 * options_.leaf_weight_min, .depth_max = options_.depth_max};
  }

  growing::Split of_column(const growing::NodeView& node, std::size_t column) const override;
  std::optional<std::size_t> best_of(const growing::NodeView& node,
                                     std::span<const growing::Split> splits) const override;
  void finish(const growing::NodeView& node, growing::Split& split) const override;
  void prune(const growing::Sample& sample, growing::Branch& branch,
             const growing::Rows& rows) const override;

 private:
  bool has_many_values(const growing::Sample& sample, std::size_t column) const;

  std::size_t rows_count_;
  Options options_;
  growing::XLogX x_log_x_;
};

}  // namespace holdfast::c45
