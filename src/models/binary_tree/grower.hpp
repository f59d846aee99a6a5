#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/binary_tree/class_costs.hpp"
#include "models/binary_tree/sample.hpp"
#include "models/binary_tree/tree.hpp"

/// Growing a binary tree that cost-complexity will cut back.
namespace holdfast::binary_tree {

/// The rows of a node.
struct NodeRows {
  std::span<const std::uint32_t> rows;
  std::vector<std::span<const Entry>> orders;  // [columns] present cells, ascending.
  std::span<const double> class_weight;        // [classes]
};

/// What CART and QUEST do differently.
class SplitFinder {
 public:
  virtual ~SplitFinder() = default;
  /// The node's split and then its competitors, best first; none where no split is worth having.
  virtual std::vector<Split> find(const NodeRows& node) = 0;
};

struct Growth {
  std::size_t split_rows_min = 20;  // Fewer: the node is a leaf.
  std::size_t leaf_rows_min = 7;    // Rows of known value on each side of a split.
  int depth_max = 30;
  double complexity = 0.01;         // Part of the root's risk a split must save, per leaf.
  std::size_t surrogates_max = 5;
  bool has_all_surrogates = true;   // False: only those that some row of the sample may ask.
  // For comparing with rpart 4.1 only. Of category surrogates it asks that they err on two rows
  // where it means to ask, as of numeric ones, that they send two rows each way: the best are lost.
  // And a node's complexity looks at its children, not further down: nested trees can be a little
  // off those of least cost.
  bool is_rpart = false;
};

/// Grows a tree on the rows that `orders` and `rows` hold. Splits are not tried, or taken back,
/// where their complexity cannot exceed, or does not exceed, `alpha` (in units of risk).
///
/// Source: Therneau & Atkinson (1997), An Introduction to Recursive Partitioning Using the RPART
/// Routines, chapters 3–5: bounds on a node's complexity while it grows.
/// Cost: O(present cells) a level.
Tree grown(const Sample& sample, std::vector<std::uint32_t> rows, std::vector<Order> orders,
           const Scales& scales, const Growth& growth, double alpha, SplitFinder& finder);

/// Weight of each class among rows. Shapes: [classes].
std::vector<double> class_weights(const Sample& sample, std::span<const std::uint32_t> rows);

}  // namespace holdfast::binary_tree
