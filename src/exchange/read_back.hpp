#pragma once

#include <filesystem>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "tables/reader.hpp"

/// Reads what was written, for tests.
namespace holdfast::exchange {

/// All rows of a file as its own layout says they are written.
inline tables::Table read_back(const std::filesystem::path& path,
                               const std::string& sheet = {}) {
  tables::ReadOptions known;
  known.sheet = sheet;
  auto layout = tables::inspect(path.string(), known);
  if (!layout.ok()) {
    ADD_FAILURE() << render(layout.error(), Language::En);
    return {};
  }
  auto reader = tables::open(path.string(), layout->options, [](const tables::BadRow&) {});
  if (!reader.ok()) {
    ADD_FAILURE() << render(reader.error(), Language::En);
    return {};
  }
  tables::Table rows;
  auto more = (*reader)->next(rows);
  EXPECT_TRUE(more.ok());
  return rows;
}

}  // namespace holdfast::exchange
