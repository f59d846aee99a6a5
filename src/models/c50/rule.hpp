#pragma once

#include <algorithm>
#include <vector>

#include "models/c50/c50.hpp"
#include "models/growing/gain_search.hpp"
#include "models/growing/rule.hpp"

/// C5.0's parts for the growing engine.
namespace holdfast::c50 {

/// The split of best gain ratio among those whose gain is at least average and pays for choosing
/// among the columns (log₂ of their number, per row). Pruning: from the leaves up as C4.5, then the
/// weakest subtrees of the whole tree as long as the training errors stay near (prune_weakest).
class Rule final : public growing::SplitRule {
 public:
  /// left_out: [columns] true where winnowing dropped a column; empty: none.
  Rule(std::size_t rows_count, const Options& options, std::vector<bool> left_out = {})
      : rows_count_(rows_count), options_(options), left_out_(std::move(left_out)),
        x_log_x_(rows_count + 1) {}

  growing::StopRules stop() const {
    return {.split_weight_min = std::max(2 * options_.leaf_weight_min, 1.5 * even_leaf_)};
  }
  /// Later trials: what a leaf would weigh if all were even. Nodes lighter than one and a half of them
  /// are not split, and a split into k children asks for k − 1.5 of them, whatever each child holds.
  void hold_back(double even_leaf) { even_leaf_ = even_leaf; }

  growing::Split of_column(const growing::NodeView& node, std::size_t column) const override;
  std::optional<std::size_t> best_of(const growing::NodeView& node,
                                     std::span<const growing::Split> splits) const override;
  void finish(const growing::NodeView& node, growing::Split& split) const override;
  void prune(const growing::Sample& sample, growing::Branch& branch,
             const growing::Rows& rows) const override;

 private:
  bool has_many_values(const growing::Sample& sample, std::size_t column) const;

  bool is_too_fine(const growing::Split& split) const;

  std::size_t rows_count_;
  Options options_;
  double even_leaf_ = 0;
  std::vector<bool> left_out_;
  growing::XLogX x_log_x_;
};

/// Groups of categories: starting from one group a category, joins the two groups that raise the
/// gain ratio most, while it rises (Quinlan 1993, section 7.3).
growing::Split best_groups(const growing::NodeView& node, std::size_t column,
                           const growing::XLogX& x_log_x, double leaf_weight_min);

/// Global pruning: again and again makes a leaf of the subtree that costs the fewest training errors
/// a leaf saved, as long as all of them together stay within three quarters of the standard error
/// of the tree's errors.
void prune_weakest(growing::Branch& root);

}  // namespace holdfast::c50
