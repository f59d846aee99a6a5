#pragma once

#include <cstdint>
#include <vector>

namespace holdfast::forms {

/// What a missing value, or a category that the split does not know, does at a split.
enum class MissingRule : std::uint8_t {
  Default,     // Goes to the default child.
  Fractional,  // Goes to every child in proportion to its cover (C4.5, C5.0).
  Surrogate    // Asks the surrogates in turn, then goes to the default child (CART, QUEST).
};

/// A stand-in for a split whose column is missing; children are those of the split it stands for.
struct Surrogate {
  std::int32_t column = -1;
  bool is_category = false;
  double split = 0;             // Numeric: `low_child` when value <= split, else the other.
  std::int32_t low_child = 0;
  std::vector<std::int32_t> child_of_category;  // −1: this one does not know either.
  double agreement = 0;         // Share of rows it sends the same way, as its method reports it.
  double adjusted = 0;          // The same above what the majority rule reaches.
};

/// One node of a tree over input columns. Leaf: children empty.
struct TreeNode {
  std::int32_t column = -1;                // Input column; -1: leaf.
  bool is_category = false;
  float threshold = 0;                     // With is_float: float compare, as XGBoost does.
  double split = 0;                        // Numeric: child 0 when value <= split (or < for is_less).
  std::vector<double> cuts;                // Numeric with several children: child i when
                                           // cuts[i−1] < value <= cuts[i]; instead of split.
  std::vector<std::int32_t> children;      // Indices of nodes.
  std::vector<std::int32_t> child_of_category;  // Category: [categories] child ordinal, -1 unknown.
  MissingRule missing = MissingRule::Fractional;
  std::int32_t default_child = 0;          // Where missing and unknown values go under Default.
  std::vector<Surrogate> surrogates;       // Best first.
  double cover = 0;                        // Weight of training rows that came here (T).
  std::vector<double> class_cover;         // By class; the T/A/L of a leaf table. May be empty.
  double value = 0;                        // Leaf: probability or margin.
  std::vector<double> values;              // Leaf, several outputs: its answer for each; empty: the
                                           // shares of class_cover, divided by the number of trees.
};

struct Tree {
  std::vector<TreeNode> nodes;             // [0] is the root.
};

}  // namespace holdfast::forms
