#pragma once

#include <memory>
#include <optional>
#include <span>

#include "models/growing/branch.hpp"
#include "models/growing/sample.hpp"
#include "models/growing/split.hpp"

/// The parts a tree method is made of: a split search and a pruning. The loop is the engine's.
namespace holdfast::growing {

/// One value of a numeric column at a node.
struct Place {
  std::uint32_t rank;  // Index into the column's distinct values.
  std::uint32_t at;    // Case of the node.
};

/// Rows with what the search reads of each, side by side. Several nodes may share one table.
struct Cases {
  std::vector<std::uint32_t> row;
  std::vector<double> weight;
  std::vector<std::uint8_t> cls;
  bool is_unit = true;  // Every weight is 1.
};

/// A node as a rule sees it. Cases are named by their place in the table: `at`.
class NodeView {
 public:
  NodeView(const Sample& sample, const Cases& cases, std::span<const std::uint32_t> members,
           std::span<const std::span<Place>> orders, const Distribution& distribution, int depth)
      : sample_(sample), cases_(cases), members_(members), orders_(orders),
        distribution_(distribution), depth_(depth) {}

  const Sample& sample() const { return sample_; }
  /// Cases at this node, in order of row.
  std::span<const std::uint32_t> members() const { return members_; }
  std::uint32_t row(std::uint32_t at) const { return cases_.row[at]; }
  double weight(std::uint32_t at) const { return cases_.weight[at]; }
  std::uint8_t cls(std::uint32_t at) const { return cases_.cls[at]; }
  const Cases& cases() const { return cases_; }
  bool is_unit() const { return cases_.is_unit; }
  /// Cases with a value of a numeric column, in order of value. Empty where the column is a
  /// category, or has one value here and none missing.
  std::span<const Place> order(std::size_t column) const { return orders_[column]; }
  double value(std::size_t column, std::uint32_t rank) const {
    return sample_.numeric(column).distinct[rank];
  }
  /// Of all cases here; one bag.
  const Distribution& distribution() const { return distribution_; }
  double total() const { return distribution_.total(); }
  int depth() const { return depth_; }

 private:
  const Sample& sample_;
  const Cases& cases_;
  std::span<const std::uint32_t> members_;
  std::span<const std::span<Place>> orders_;
  const Distribution& distribution_;
  int depth_;
};

/// Where a node is a leaf whatever the rule says.
struct StopRules {
  double split_weight_min = 0;  // Less weight than this is not split.
  int depth_max = 0;            // 0: the engine's own limit (2,000).
};

/// How a method splits and prunes. Called for several columns and nodes at a time: no state.
class SplitRule {
 public:
  virtual ~SplitRule() = default;

  /// The best split on one column; none where there is none. Its distribution is that of the cases
  /// whose value is known; the engine adds the others. A method that chooses the column first may
  /// leave the place of the split to `finish`.
  virtual Split of_column(const NodeView& node, std::size_t column) const = 0;
  /// Which of the columns' splits the node takes; none: a leaf.
  virtual std::optional<std::size_t> best_of(const NodeView& node,
                                             std::span<const Split> splits) const = 0;
  /// Completes the chosen split: its place, if that was left open.
  virtual void finish(const NodeView&, Split&) const {}
  /// Says where rows of unknown value go: missing rule, default child, surrogates. Also called for
  /// splits that a person forces. Fractional where it does nothing.
  virtual void settle_missing(const NodeView&, Split&) const {}
  /// Prunes the branch on which `rows` stand. Nothing: the grown tree is the tree.
  virtual void prune(const Sample&, Branch&, const Rows&) const {}
};

}  // namespace holdfast::growing
