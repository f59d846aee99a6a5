#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/binary_tree/grower.hpp"

/// Cost-complexity pruning and its cross-validation.
///
/// Source: Breiman et al. (1984), Classification and Regression Trees, chapters 3.3–3.4 and 11.4–11.5.
namespace holdfast::binary_tree {

/// One row of the table of nested trees, the smallest first. Risks are in units of the root's.
struct Pruned {
  double complexity = 0;     // The smallest at which this tree is the best.
  double threshold = 0;      // The same in units of risk.
  std::size_t splits_count = 0;
  double relative_error = 0;
  double validated_error = 0, validated_deviation = 0;  // By cross-validation; 0 where none.
};

/// Makes each node's complexity at most its parent's, and lists the nested trees.
std::vector<Pruned> pruning_table(Tree& tree, double alpha);

/// The nested tree of a row of the table.
Tree pruned(const Tree& tree, const Pruned& row);

using FinderMaker = std::function<std::unique_ptr<SplitFinder>()>;

/// Fills in the validated errors: for each fold a tree is grown on the other rows, and its nested
/// trees at the geometric means of the table's complexities answer for the fold.
/// Shapes: fold [rows of the sample's columns] below folds_count.
void cross_validate(const Sample& sample, const Scales& scales, const Growth& growth,
                    const FinderMaker& finder, std::span<const std::uint32_t> fold,
                    std::size_t folds_count, std::vector<Pruned>& table);

/// The folds of rows drawn by seed, equally many groups in each; rows of a group share a fold.
/// `group` may be empty: each row its own.
std::vector<std::uint32_t> drawn_folds(const Sample& sample, std::span<const std::uint32_t> group,
                                       std::size_t folds_count, std::uint64_t seed);

/// Σ over splits of a column: what it gains as the node's split, and the adjusted agreement's part
/// of the gain as a surrogate. Shapes: [columns].
std::vector<double> importance(const Tree& tree, std::size_t columns_count);

/// Row of the table: with the least validated error, or the smallest tree within `deviations` of it.
std::size_t chosen(const std::vector<Pruned>& table, double deviations);

}  // namespace holdfast::binary_tree
