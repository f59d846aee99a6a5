#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/day.hpp"
#include "tables/reader.hpp"
#include "testing/shared_data.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::tables {

/// A whole source in memory, with what was refused.
struct Everything {
  Layout layout;
  std::vector<Table> pieces;
  std::vector<BadRow> bad_rows;
  std::int64_t rows_read = 0;

  std::int64_t rows_kept() const {
    std::int64_t rows = 0;
    for (const auto& piece : pieces) rows += static_cast<std::int64_t>(piece.rows);
    return rows;
  }
  /// One cell as a person would write it; "" where it is missing.
  std::string cell(std::size_t row, std::string_view name) const {
    for (const auto& piece : pieces) {
      if (row >= piece.rows) {
        row -= piece.rows;
        continue;
      }
      const auto* column = piece.find(name);
      if (column == nullptr) return "no such column";
      if (column->valid[row] == 0) return "";
      switch (column->type) {
        case ColumnType::Text: return column->categories[column->codes[row]];
        case ColumnType::Real: return ::testing::PrintToString(column->reals[row]);
        case ColumnType::Day: return to_string(Day{static_cast<std::int32_t>(column->integers[row])});
        case ColumnType::Instant: return to_string(Instant{column->integers[row]});
        default: return std::to_string(column->integers[row]);
      }
    }
    return "no such row";
  }
};

inline Result<Everything> read_as(const std::string& location, const ReadOptions& options) {
  Everything all;
  all.layout.options = options;
  HOLDFAST_TRY(const auto reader, open(location, options,
                                       [&](const BadRow& row) { all.bad_rows.push_back(row); }));
  for (;;) {
    Table piece;
    HOLDFAST_TRY(const bool more, reader->next(piece));
    if (!more) break;
    all.pieces.push_back(std::move(piece));
  }
  all.rows_read = reader->rows_read();
  return all;
}

/// Inspects and then reads as inspected.
inline Result<Everything> read_all(const std::string& location, const ReadOptions& hints = {}) {
  HOLDFAST_TRY(auto layout, inspect(location, hints));
  HOLDFAST_TRY(auto all, read_as(location, layout.options));
  all.layout = std::move(layout);
  return all;
}

inline const ColumnFormat& format_of(const Layout& layout, std::string_view name) {
  static const ColumnFormat kNone;
  for (const auto& column : layout.options.columns) {
    if (column.name == name) return column;
  }
  ADD_FAILURE() << "no column " << name;
  return kNone;
}

/// "day:dd/MM/yyyy", "integer", "real".
inline std::string described(const Layout& layout, std::string_view name) {
  const auto& format = format_of(layout, name);
  auto text = std::string(name_of(format.type));
  if (!format.date_format.empty()) text += ":" + format.date_format;
  return text;
}

inline bool has_note(const Layout& layout, const ErrorKind& kind) {
  for (const auto& note : layout.notes) {
    if (note.kind == &kind) return true;
  }
  return false;
}

}  // namespace holdfast::tables

#define HOLDFAST_READ(name, expression)                                      \
  auto name##_result = (expression);                                         \
  ASSERT_TRUE(name##_result.ok()) << render(name##_result.error(), Language::En); \
  auto& name = *name##_result

#define HOLDFAST_SHARED(name, file)                                  \
  const auto name##_path = testing::shared_data(file);               \
  if (!name##_path) GTEST_SKIP() << "no shared data: " << (file);    \
  const std::string name = name##_path->string()
