#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dataset/dataset.hpp"

/// The rows a binary tree is grown on, every column put in order once.
namespace holdfast::binary_tree {

/// A present cell; within a column entries stand in ascending rank.
struct Entry {
  std::uint32_t row;
  std::uint32_t rank;  // Numeric: place among the distinct values. Category: its code.
};
using Order = std::vector<Entry>;

struct Sample {
  const dataset::Columns& columns;
  std::span<const std::uint8_t> y;         // [columns.rows]
  std::span<const double> weight;          // [columns.rows]
  std::size_t classes_count;
  bool has_unit_weights = true;            // Every weight is 0 or 1.
  std::vector<std::uint32_t> rows;         // Those of weight > 0, ascending.
  std::vector<Order> orders;               // [columns] present cells of those rows.
  std::vector<std::vector<double>> values; // [columns] numeric: the value of each rank, ascending.

  std::size_t columns_count() const { return columns.columns.size(); }
  bool is_category(std::size_t column) const { return columns.columns[column].is_category(); }
  std::size_t categories_count(std::size_t column) const {
    return columns.columns[column].categories.size();
  }
};

/// Cost: one radix sort of each numeric column, in parallel over columns.
Sample sample_of(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                 std::span<const double> weight, std::size_t classes_count);

/// No value, not a number, or a category nobody knows.
inline bool is_missing(const dataset::ColumnView& column, std::uint32_t row) {
  if (column.valid[row] == 0) return true;
  if (column.is_category()) return column.codes[row] >= column.categories.size();
  return column.values.empty() || std::isnan(column.values[row]);
}

/// Cells at a node from which threads pay.
constexpr std::size_t kParallelFrom = 1 << 13;

/// Calls body(column) for every column, in parallel where `rows` are many.
void for_columns(std::size_t columns, std::size_t rows,
                 const std::function<void(std::size_t column)>& body);

}  // namespace holdfast::binary_tree
