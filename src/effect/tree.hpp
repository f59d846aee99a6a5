#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "effect/divergence.hpp"
#include "effect/trial.hpp"

namespace holdfast::effect {

struct TreeOptions {
  Divergence divergence = Divergence::KullbackLeibler;
  bool is_normalised = true;
  int depth_max = 5;
  int leaf_rows_min = 100;        // Treated and control together.
  int leaf_arm_rows_min = 10;     // Each of them; at least 1.
  double gain_min = 0;            // A split must gain more.
  std::size_t bins = 64;          // Per column, 2 to 256.
  std::size_t columns_tried = 0;  // At each node, drawn anew; 0: all (tree), √columns (forest).
  /// Half of the rows find the splits, the other half tell the effects in the leaves (Athey &
  /// Imbens 2016): nobody's effect is told by rows chosen for showing it.
  bool is_honest = false;
  /// check_overlap() first; leave out only where the treatment is known to be random.
  bool check_overlap = true;
  std::uint64_t seed = 1;
};

struct TreeNode {
  std::int32_t column = -1;  // -1: a leaf.
  std::int32_t left = -1;    // Values up to the cut.
  std::int32_t right = -1;
  double cut = 0;
  double gain = 0;
  ArmCounts counts;   // Of the rows that tell the effect.
  double effect = 0;  // treated rate − control rate; the parent's where one group is absent.
};

/// Node 0 is the root; children stand after their parent.
struct UpliftTree {
  std::size_t columns = 0;
  std::vector<TreeNode> nodes;
};

/// Grows a tree whose leaves differ most in the effect. Outcomes 0 or 1.
/// Shapes: x rows × columns, names one a column. Errors: those of check_binary(),
/// check_overlap(), kBadOption. Cost: rows × columns tried × depth; columns in parallel, the same
/// bits for any thread count. Source: Rzepakowski & Jaroszewicz 2012.
Result<UpliftTree> fit_uplift_tree(const Trial& trial, MatrixView x,
                                   std::span<const std::string> names,
                                   const TreeOptions& options = {});

/// The effect for each row. Requires: x.cols as fitted.
std::vector<double> predict(const UpliftTree& tree, MatrixView x);

struct ForestOptions {
  TreeOptions tree;  // Its seed is the forest's.
  int trees = 100;
  double sample_share = 0.632;  // Of treated and of control, without replacement.
};

struct UpliftForest {
  std::size_t columns = 0;
  std::vector<UpliftTree> trees;
  /// Share of the gain × rows of all splits; adds up to 1 where there is a split.
  std::vector<double> importance;
};

/// Many trees on drawn rows, each node on drawn columns. Errors: as for the tree. Cost: trees in
/// parallel, the same bits for any thread count. Source: Guelman, Guillén & Pérez-Marín 2015,
/// Insurance: Mathematics and Economics 60:68–80, with the criterion of the tree above.
Result<UpliftForest> fit_uplift_forest(const Trial& trial, MatrixView x,
                                       std::span<const std::string> names,
                                       const ForestOptions& options = {});

/// The mean of the trees for each row; rows in parallel.
std::vector<double> predict(const UpliftForest& forest, MatrixView x);

}  // namespace holdfast::effect
