#pragma once

#include <cstdint>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/binary_tree/sample.hpp"

/// A binary tree with competitors and surrogates.
namespace holdfast::binary_tree {

/// −1: left, 1: right, 0: not known.
using Side = std::int8_t;
constexpr Side kLeft = -1, kRight = 1, kUnknown = 0;

/// A split of a column: what a node asks, might have asked instead (competitor), or asks where its
/// own column is missing (surrogate).
struct Split {
  std::int32_t column = -1;
  bool is_category = false;
  double split = 0;               // Numeric: low when value <= split.
  bool is_low_left = true;        // Numeric: low goes left.
  std::vector<Side> side_of_code; // Category: [categories].
  std::size_t rows_count = 0;     // Rows whose value is known; surrogates: rows it decided.
  double improvement = 0;         // Of a node's own split and its competitors.
  double agreement = 0;           // Surrogate: weight it sends as the split does, of all known there.
  double adjusted = 0;            // Surrogate: the same above what the larger side reaches.

  Side side_of(const dataset::ColumnView& view, std::uint32_t row) const {
    if (is_missing(view, row)) return kUnknown;
    if (is_category) return side_of_code[view.codes[row]];
    return (view.values[row] <= split) == is_low_left ? kLeft : kRight;
  }
};

struct Node {
  std::int32_t left = -1, right = -1;  // Nodes; −1: leaf.
  Split split;
  std::vector<Split> competitors;      // Best first.
  std::vector<Split> surrogates;       // Best first.
  Side fallback = kLeft;               // Where rows go that no surrogate knows: the larger side.
  std::size_t rows_count = 0;
  std::vector<double> class_weight;    // [classes]
  std::size_t answer = 0;              // The class that costs least.
  double risk = 0;                     // What that answer costs here, see Scales.
  double complexity = 0;               // The node stays a split below this cost per leaf.

  bool is_leaf() const { return left < 0; }
};

struct Tree {
  std::vector<Node> nodes;  // [0] is the root; children stand behind their parents.
};

/// Side of a row at a node: by its split, else by its surrogates in turn, else the fallback.
Side side_of(const Node& node, const dataset::Columns& columns, std::uint32_t row);

}  // namespace holdfast::binary_tree
