#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tables {

/// What a column's cells are, after reading.
enum class ColumnType : std::uint8_t { Boolean, Integer, Real, Money, Day, Instant, Text };

/// "boolean", "integer", "real", "money", "day", "instant", "text".
std::string_view name_of(ColumnType type);

/// One column of some rows. Exactly one of integers, reals, codes is filled, by type; a missing
/// cell has valid 0 and any value.
struct Column {
  std::string name;
  ColumnType type = ColumnType::Text;
  std::vector<std::int64_t> integers;   // Boolean 0/1, Integer, Money in cents, Day number,
                                        // Instant in micros UTC.
  std::vector<double> reals;            // Real.
  std::vector<std::uint32_t> codes;     // Text: index into categories.
  std::vector<std::string> categories;  // Text: distinct values of these rows, as first met.
  std::vector<std::uint8_t> valid;      // [rows] 1: present.
};

/// Some rows of a table, by column.
struct Table {
  std::vector<Column> columns;
  std::size_t rows = 0;
  std::vector<std::int64_t> lines;  // [rows] line (or row) in the source, from 1; for messages.

  const Column* find(std::string_view name) const;
};

}  // namespace holdfast::tables
