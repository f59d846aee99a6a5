#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Rows as forms see them.
namespace holdfast::forms {

/// One value of one row. Categories that the model does not know are missing.
struct Cell {
  double value = 0;        // Numeric.
  std::int32_t code = -1;  // Category: index into the model's categories.
  bool is_missing = true;
};

/// What a form reads of a row: its cells, or the terms its preparation makes of them.
enum class Input : std::uint8_t { Terms, Cells };

/// A block of rows, row-major; only what the form reads is there.
struct Rows {
  std::size_t count = 0;
  std::size_t width = 0;          // Terms or columns of a row.
  std::span<const double> terms;  // [count x width]
  std::span<const Cell> cells;    // [count x width]
};

}  // namespace holdfast::forms
