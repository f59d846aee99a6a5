#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/text.hpp"

namespace holdfast::pattern {

/// Cells of a file in tests/reference/pattern (SOURCE.md there), without its header.
inline std::vector<std::vector<std::string>> reference_rows(const std::string& name) {
  const auto text =
      read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/pattern/" + name);
  EXPECT_TRUE(text.ok()) << name;
  std::vector<std::vector<std::string>> rows;
  if (!text.ok()) return rows;
  for (const auto line : split(*text, '\n')) {
    if (line.empty()) continue;
    auto& row = rows.emplace_back();
    for (const auto cell : split(line, ',')) row.emplace_back(cell);
  }
  rows.erase(rows.begin());
  return rows;
}

}  // namespace holdfast::pattern
