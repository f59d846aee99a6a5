#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dataset/dataset.hpp"

/// C4.5: a decision tree by gain ratio, pruned by the upper limit of a confidence interval on each
/// leaf's error. Grown and pruned step for step as WEKA's J48 does it, so that both draw the same
/// tree; where Quinlan's program and J48 differ, J48 is followed.
///
/// Source: Quinlan (1993), C4.5: Programs for Machine Learning, chapters 2–4; Quinlan (1996),
/// Improved use of continuous attributes in C4.5, JAIR 4, 77–90 (the MDL correction).
namespace holdfast::c45 {

struct Options {
  double confidence = 0.25;     // Of the pruning; 1: no pruning.
  double leaf_weight_min = 2;   // In at least two children of a split.
  bool is_raising = true;       // Subtree raising.
  bool is_collapsing = true;    // Drops splits that save no training error, before pruning.
  bool has_mdl_correction = true;
  int depth_max = 0;            // 0: none.
};

/// Weight of rows by child and class.
class Distribution {
 public:
  Distribution() = default;
  Distribution(std::size_t bags, std::size_t classes)
      : bags_(bags), classes_(classes), cells_(bags * classes, 0.0), by_bag_(bags, 0.0),
        by_class_(classes, 0.0) {}

  void add(std::size_t bag, std::size_t cls, double weight) {
    cells_[bag * classes_ + cls] += weight;
    by_bag_[bag] += weight;
    by_class_[cls] += weight;
    total_ += weight;
  }
  /// Adds a row whose child is unknown: to each in proportion to what it holds already.
  void add_to_all(std::span<const double> shares, std::size_t cls, double weight);

  std::size_t bags() const { return bags_; }
  std::size_t classes() const { return classes_; }
  double total() const { return total_; }
  double bag(std::size_t b) const { return by_bag_[b]; }
  double cls(std::size_t c) const { return by_class_[c]; }
  double cell(std::size_t b, std::size_t c) const { return cells_[b * classes_ + c]; }
  /// Share of each child; equal shares where nothing came here.
  std::vector<double> shares() const;
  std::size_t majority() const;
  /// Majority class of one child; of all rows where the child is empty.
  std::size_t majority(std::size_t b) const;
  double errors() const { return total_ - by_class_[majority()]; }
  double errors(std::size_t b) const { return by_bag_[b] - cells_[b * classes_ + majority(b)]; }
  std::size_t largest_bag() const;
  /// All children as one.
  Distribution merged() const;

 private:
  std::size_t bags_ = 0, classes_ = 0;
  std::vector<double> cells_, by_bag_, by_class_;
  double total_ = 0;
};

struct Node {
  std::int32_t column = -1;   // -1: leaf.
  bool is_category = false;
  double split = 0;           // Numeric: child 0 when value <= split.
  Distribution distribution;  // By child; leaf: one bag.
  std::vector<std::int32_t> children;
};

struct Tree {
  std::vector<Node> nodes;    // [0] is the root; every child stands behind its parent.
};

/// Grows and prunes the tree. Missing cells go to every child with a part of their weight.
///
/// Shapes     y, weight: [columns.rows]; y < classes_count.
/// Errors     kNoRows.
/// Cost       O(rows × columns) a level after one sort of each numeric column.
Result<Tree> fit(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                 std::span<const double> weight, int classes_count, const Options& options);

/// Added errors at the upper confidence limit: `errors` wrong of `total` rows.
double added_errors(double total, double errors, double confidence);

/// The tree as J48 prints it, for comparing line by line.
std::string printed(const Tree& tree, const dataset::Columns& columns,
                    const std::vector<std::string>& classes);

}  // namespace holdfast::c45
