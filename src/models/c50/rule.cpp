#include "models/c50/rule.hpp"

#include <algorithm>
#include <cmath>

#include "models/growing/compare.hpp"
#include "models/growing/error_pruning.hpp"

namespace holdfast::c50 {
namespace {

using growing::Branch;
using growing::greater;
using growing::less;
using growing::NodeView;
using growing::Sample;
using growing::Split;

constexpr double kManyValues = 0.3;          // A category with more values than this share of rows.
constexpr double kErrorsShare = 0.75;        // Of a standard error, that global pruning may spend.


/// The weakest subtree that may still go.
struct Weakest {
  Branch* branch = nullptr;
  double per_leaf = 0;
  double errors_added = 0;
};

/// What a branch holds, and on the way up the weakest of all subtrees.
struct Held {
  double errors = 0, leaves = 0;
};

Held find_weakest(Branch& branch, double budget, Weakest& weakest) {
  const auto& d = branch.split.distribution;
  if (branch.is_leaf()) return {d.errors(), d.total() > 0 ? 1.0 : 0.0};
  Held held;
  for (auto& child : branch.children) {
    const Held below = find_weakest(*child, budget, weakest);
    held.errors += below.errors;
    held.leaves += below.leaves;
  }
  const double added = d.errors() - held.errors;
  const double per_leaf = added / std::max(1.0, held.leaves - 1);
  if (added <= budget && (weakest.branch == nullptr || per_leaf < weakest.per_leaf)) {
    weakest = {&branch, per_leaf, added};
  }
  return held;
}

}  // namespace

bool Rule::has_many_values(const Sample& sample, std::size_t c) const {
  return !sample.is_numeric(c) &&
         !less(static_cast<double>(sample.column(c).categories.size()),
               kManyValues * static_cast<double>(rows_count_));
}

bool Rule::is_too_fine(const Split& split) const {
  double filled = 0;
  for (std::size_t b = 0; b < split.children_count(); ++b) {
    filled += split.distribution.bag(b) > 0 ? 1 : 0;
  }
  const double total = split.distribution.total();
  // Children that hold hardly a row each tell nothing, whatever their gain.
  if (!options_.has_subsets && total < options_.leaf_weight_min * filled) return true;
  return total < even_leaf_ * (filled - 1.5);
}

Split Rule::of_column(const NodeView& node, std::size_t c) const {
  if (!left_out_.empty() && left_out_[c]) return {};
  const growing::GainOptions options{.leaf_weight_min = options_.leaf_weight_min};
  if (node.sample().is_numeric(c)) return best_threshold(node, c, x_log_x_, options);
  Split split = options_.has_subsets
                    ? best_groups(node, c, x_log_x_, options_.leaf_weight_min)
                    : multiway(node, c, x_log_x_, options);
  if (split.is_none() || is_too_fine(split)) return {};
  return split;
}

std::optional<std::size_t> Rule::best_of(const NodeView& node,
                                         std::span<const Split> splits) const {
  const auto& sample = node.sample();
  bool all_many = true;
  for (std::size_t c = 0; c < splits.size(); ++c) all_many = all_many && has_many_values(sample, c);
  double sum = 0, count = 0;
  for (std::size_t c = 0; c < splits.size(); ++c) {
    if (splits[c].is_none() || (has_many_values(sample, c) && !all_many)) continue;
    sum += splits[c].gain;
    ++count;
  }
  if (count == 0) return {};
  const double least = std::max(sum / count, std::log2(count) / node.total());
  std::optional<std::size_t> best;
  for (std::size_t c = 0; c < splits.size(); ++c) {
    if (splits[c].is_none() || less(splits[c].gain, least)) continue;
    if (greater(splits[c].measure, best ? splits[*best].measure : 0)) best = c;
  }
  return best;
}

void Rule::finish(const NodeView& node, Split& split) const {
  if (!split.is_category) growing::place_threshold(node, split);
  else if (split.child_of_category.empty()) growing::place_multiway(split);
}

void Rule::prune(const Sample& sample, Branch& branch, const growing::Rows& rows) const {
  growing::collapse(branch);
  growing::prune_by_errors(sample, branch, rows, {.confidence = options_.confidence});
  if (options_.is_pruned_globally && options_.confidence < 1) prune_weakest(branch);
}

void prune_weakest(Branch& root) {
  const double errors = growing::training_errors(root);
  const double total = root.split.distribution.total();
  if (!(total > 0)) return;
  double budget = kErrorsShare * std::sqrt(errors * std::max(0.0, 1 - errors / total));
  for (;;) {
    Weakest weakest;
    find_weakest(root, budget, weakest);
    if (weakest.branch == nullptr) return;
    make_leaf(*weakest.branch);
    budget -= std::max(0.0, weakest.errors_added);
  }
}

}  // namespace holdfast::c50
