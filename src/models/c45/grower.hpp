#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/c45/c45.hpp"
#include "models/c45/criterion.hpp"

/// Growing and pruning, over nodes that own their children.
namespace holdfast::c45 {

/// Rows at a node; a row of unknown value stands in several children with a part of its weight.
struct Rows {
  std::vector<std::uint32_t> row;
  std::vector<double> weight;

  double total() const;
  void add(std::uint32_t r, double w) {
    row.push_back(r);
    weight.push_back(w);
  }
};

struct Split {
  std::int32_t column = -1;    // -1: none.
  bool is_category = false;
  double threshold = 0;
  Distribution distribution;   // One bag where column is -1.
  double gain = 0, ratio = 0;
};

struct Branch {
  Split split;
  Rows rows;                   // Kept for raising.
  std::vector<std::unique_ptr<Branch>> children;

  bool is_leaf() const { return children.empty(); }
};

/// What growing and pruning read.
struct Sample {
  const dataset::Columns& columns;
  std::span<const std::uint8_t> y;
  std::size_t classes_count;
  const Options& options;

  bool is_missing(std::int32_t column, std::uint32_t row) const;
  /// Child of a row at a split; -1 where the value is missing.
  int child_of(const Split& split, std::uint32_t row) const;
};

/// The rows of each child.
std::vector<Rows> divided(const Sample& sample, const Split& split, const Rows& rows);

/// The whole tree before collapsing and pruning.
std::unique_ptr<Branch> grown(const Sample& sample, Rows rows);

/// J48's order: collapse, then prune from the leaves up, replacing a subtree by a leaf or by its
/// largest branch where that has no more estimated errors.
void collapse(const Sample& sample, Branch& root);
void prune(const Sample& sample, Branch& root);

}  // namespace holdfast::c45
