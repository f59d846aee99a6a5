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

/// A column of the caller, read in place.
struct Slice {
  const double* values = nullptr;         // Numeric: [rows]; NaN is missing.
  const std::uint32_t* codes = nullptr;   // Category: [rows], the caller's.
  const std::uint8_t* valid = nullptr;    // [rows] 0: missing; null: there is no such column.
  std::span<const std::int32_t> own_code; // The caller's code → the model's; −1: unknown to it.

  Cell cell(std::size_t row) const {
    if (valid == nullptr || valid[row] == 0) return {};
    if (values != nullptr) {
      if (values[row] != values[row]) return {};
      return {.value = values[row], .is_missing = false};
    }
    const auto code = codes[row];
    if (code >= own_code.size() || own_code[code] < 0) return {};
    return {.code = own_code[code], .is_missing = false};
  }
};

/// What a form reads of a row: its cells, or the terms its preparation makes of them. Forms that
/// answer of purchases, baskets or states read no rows; their own functions ask them.
enum class Input : std::uint8_t { Terms, Cells, Nothing };

/// A block of rows, row-major; only what the form reads is there.
struct Rows {
  std::size_t count = 0;
  std::size_t width = 0;          // Terms or columns of a row.
  std::span<const double> terms;  // [count x width]
  std::span<const Cell> cells;    // [count x width]
};

}  // namespace holdfast::forms
