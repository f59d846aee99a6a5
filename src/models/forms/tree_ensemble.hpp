#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/forms/forms.hpp"

/// Scores and SHAP values of tree ensembles.
namespace holdfast::forms {

/// One value of one row. Categories that the model does not know are missing.
struct Cell {
  double value = 0;        // Numeric.
  std::int32_t code = -1;  // Category: index into the model's categories.
  bool is_missing = true;
};

/// Where ensembles in float cut their values, in training and scoring alike: libraries that add two
/// values up in float must not meet infinity.
constexpr double kFloatLargest = 1e37;

/// A value as such an ensemble sees it.
inline float narrowed(double value) {
  return static_cast<float>(value > kFloatLargest    ? kFloatLargest
                            : value < -kFloatLargest ? -kFloatLargest
                                                     : value);
}

/// A tree ensemble laid out for scoring many rows.
class TreeScorer {
 public:
  explicit TreeScorer(const TreeEnsemble& ensemble);

  /// Raw scores of rows laid out row-major. Shapes: cells [rows x columns], out [rows].
  void score(std::span<const Cell> cells, std::size_t columns, std::span<double> out) const;

 private:
  struct Node {
    std::int32_t column;   // -1: leaf.
    std::int32_t first;    // Index of the first child in children_.
    std::int32_t codes;    // Category: index of the first code in child_of_category_.
    std::int32_t codes_count;
    std::int32_t default_child;
    std::int32_t children_count;
    bool is_category;
    bool is_fractional;
    double split;          // Leaf: its value.
  };

  double walk(std::int32_t node, const Cell* row) const;

  std::vector<Node> nodes_;
  std::vector<std::int32_t> children_;
  std::vector<double> shares_;  // [children_] share of the parent's cover.
  std::vector<std::int32_t> child_of_category_;
  std::vector<std::int32_t> roots_;
  double base_ = 0;
  bool is_less_ = false;
  bool is_float_ = false;
};

/// Child that a row takes at a node; -1 where it goes to all of them in proportion to their cover.
int child_of(const TreeEnsemble& ensemble, const TreeNode& node, const Cell& cell);

/// Share of each child in its parent's cover; equal shares where nothing came here.
double cover_share(const Tree& tree, const TreeNode& node, std::size_t child);

/// Path-dependent SHAP values of one row: value of a coalition = the tree's answer when columns
/// outside it go to every child in proportion to cover. A missing cell at a Fractional split does
/// that whether its column is inside or not, so the split then credits nobody.
///
/// Shapes     row: [columns]. Result: [columns + 1], the last being the base; adds up to the score.
/// Cost       O(trees × leaves × depth²).
/// Source     Lundberg et al. (2020), Nature Machine Intelligence 2, 56–67, algorithm 2 (here
///            with any number of children, each with a one-fraction of 0 or 1).
std::vector<double> shap_values(const TreeEnsemble& ensemble, std::span<const Cell> row);

}  // namespace holdfast::forms
