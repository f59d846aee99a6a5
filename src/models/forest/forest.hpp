#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"

/// Random forests of probability trees (Breiman 2001, Machine Learning 45, 5–32; probabilities
/// averaged: Malley et al. 2012, Methods of Information in Medicine 51, 74–81).
namespace holdfast::forest {

constexpr std::size_t kClassesMax = 16;

struct Options {
  int trees = 300;
  int columns_tried = 0;             // Columns drawn at each node (mtry); 0: root of their number.
  int leaf_rows_min = 1;             // Draws, a row drawn twice counting twice.
  int depth_max = 0;                 // 0: none.
  double sample_share = 1;           // Draws for a tree, as share of the rows.
  bool with_replacement = true;
  int bins_max = 0;                  // 0: 4095 up to 4096 rows, else 255.
  std::vector<double> class_weights; // [classes] in the splitting rule; empty: 1 each.
  bool has_permutation = false;      // Measures permutation importance.
  std::uint64_t seed = 0;
};

/// A column as a small number of ordered bins. Cells without a value have the code kMissing of the
/// matrix they stand in.
struct BinnedColumn {
  std::uint32_t source = 0;          // Column of the caller.
  bool is_category = false;
  std::vector<double> least, most;   // [bins] Numeric: range of the training values of each bin.
  std::vector<std::int32_t> bin_of_code;  // [categories] −1: no training row has it.
  std::uint32_t bins = 0;
};

/// A split or a leaf. Children stand together behind their parent: `first` and `first + 1`.
struct Node {
  std::int32_t column = -1;          // Index of a BinnedColumn; −1: leaf.
  std::uint32_t first = 0;
  std::uint32_t split = 0;           // Numeric: last bin of the first child. Category: index into
                                     // Tree::sets.
  double threshold = 0;              // Numeric: the same, as a value.
  bool is_category = false;
  bool is_missing_first = false;     // Rows without a value go to the first child.
};

struct Tree {
  std::vector<Node> nodes;           // [0] is the root.
  std::vector<std::uint32_t> counts; // [nodes x classes] draws that came here.
  std::vector<std::uint64_t> sets;   // Bins that go to the first child, bit by bit.
};

/// What the rows say that a tree has not seen.
struct OutOfBag {
  std::vector<double> probability;   // [rows x classes]; 0 for a row that every tree has seen.
  std::vector<std::uint32_t> trees;  // [rows] trees that have not seen the row.
  double rows_share = 0;             // Weight of rows with such a tree, as share of all.
  double error = 0;                  // Weight of rows whose likeliest class is wrong, as share.
  double brier = 0;                  // Mean over rows of Σ (probability − outcome)²/2 over classes.
  double auc = 0;                    // Two classes: P(churned row ranks above stayed row).
};

struct Forest {
  std::size_t classes = 2;
  std::vector<BinnedColumn> columns; // Those that vary.
  std::vector<Tree> trees;
  OutOfBag out_of_bag;
  std::vector<double> impurity;      // [columns of the caller] Gini impurity removed, adding up to 1.
  std::vector<double> permutation;   // [columns of the caller] rise of the squared error of a tree
                                     // on rows it has not seen, when the column is shuffled; mean.
  std::vector<double> splits;        // [columns of the caller]
};

/// Fits. A row's weight is how likely it is drawn; rows of weight 0 are no rows. A category split
/// sends those with the smaller share of a class one way, which is the best of all splits for two
/// classes (Breiman et al. 1984, theorem 4.5) and the best of one order a class for more. Rows
/// without a value go where they do more good at each node that has some, else to the larger child.
///
/// Shapes     y, weight: [columns.rows].
/// Requires   Two classes with weight (check_task).
/// Errors     kNoUsableColumn, kCancelled.
/// Cost       About 10 ns × rows × columns tried × depth a tree on one core.
Result<Forest> fit(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                   std::span<const double> weight, std::size_t classes, const Options& options,
                   Progress& progress);

}  // namespace holdfast::forest
