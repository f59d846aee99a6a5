#pragma once

#include <string>

#include "core/check.hpp"
#include "tables/reader.hpp"

namespace holdfast::fuzz {

/// What the readers promise of any file: either an error with a text, or every row counted once.
inline void read_all(const std::string& path, const tables::ReadOptions& options) {
  std::int64_t bad_rows = 0;
  const auto count = [&](const tables::BadRow& bad) {
    ++bad_rows;
    HOLDFAST_CHECK(!message_of(bad.reason, Language::Zh).empty());
  };
  auto reader = tables::open(path, options, count);
  if (!reader.ok()) {
    HOLDFAST_CHECK(!render(reader.error(), Language::En).empty());
    return;
  }
  std::int64_t good_rows = 0;
  tables::Table rows;
  for (;;) {
    const auto more = (*reader)->next(rows);
    if (!more.ok()) {
      HOLDFAST_CHECK(!render(more.error(), Language::En).empty());
      return;
    }
    if (!*more) break;
    good_rows += static_cast<std::int64_t>(rows.rows);
    HOLDFAST_CHECK(rows.columns.size() == options.columns.size());
    for (const auto& column : rows.columns) HOLDFAST_CHECK(column.valid.size() == rows.rows);
  }
  HOLDFAST_CHECK((*reader)->rows_read() == good_rows + bad_rows);
}

/// Looks at a file, then reads it as what was found says.
inline void inspect_and_read(const std::string& path) {
  const auto layout = tables::inspect(path);
  if (!layout.ok()) {
    HOLDFAST_CHECK(!render(layout.error(), Language::Zh).empty());
    return;
  }
  read_all(path, layout->options);
}

}  // namespace holdfast::fuzz
