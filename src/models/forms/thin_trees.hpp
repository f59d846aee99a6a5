#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/forms/rows.hpp"

/// Large trees of two children a split.
namespace holdfast::forms {

struct TreeEnsemble;

/// Trees of sixteen bytes a node, walked by eight rows at a time so that one row's wait for memory
/// is the others' work. A leaf leads to itself. The sums are those of one walk after another, in the
/// same order: the same bits.
class ThinTrees {
 public:
  /// Nothing where the ensemble has other than two children a split, cuts, or missing cells that do
  /// not go one way.
  static std::unique_ptr<const ThinTrees> of(const TreeEnsemble& ensemble);

  /// Shapes: columns: [columns of the model], out: [(end - begin) x outputs].
  void score(std::span<const Slice> columns, std::size_t begin, std::size_t end,
             std::span<double> out) const;

 private:
  static constexpr std::size_t kRows = 128;
  static constexpr std::size_t kAtOnce = 8;

  struct Node {
    double split;          // First child when value <= split. Category: the number of its set.
    std::uint32_t first;   // The second child stands behind it. Leaf: itself.
    std::uint32_t column : 30;
    std::uint32_t is_category : 1;
    std::uint32_t is_missing_first : 1;
  };

  void fill(std::span<const Slice> columns, std::size_t begin, std::size_t count,
            double* cells) const;
  std::uint32_t next_of(const Node& node, const double* row) const;
  template <typename Value>
  void score_as(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                std::span<double> out) const;

  std::size_t outputs_ = 1;
  double base_ = 0;
  bool is_float_ = false;
  std::vector<Node> nodes_;
  std::vector<double> values_;            // [nodes x outputs]
  std::vector<std::uint32_t> roots_;
  std::vector<std::vector<std::uint8_t>> second_;  // By set, [own categories] 1: second child.
};

}  // namespace holdfast::forms
