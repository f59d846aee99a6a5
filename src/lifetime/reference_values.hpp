#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/text.hpp"

namespace holdfast::lifetime {

/// Numbers of tests/reference/lifetime/values.csv under a name. For tests only.
inline std::vector<double> reference(const std::string& name) {
  const auto text =
      read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/lifetime/values.csv");
  EXPECT_TRUE(text.ok());
  std::vector<double> numbers;
  if (!text.ok()) return numbers;
  const std::string all(*text);
  for (const auto line : split(all, '\n')) {
    const auto comma = line.find(',');
    if (comma == std::string_view::npos || line.substr(0, comma) != name) continue;
    for (const auto cell : split(line.substr(comma + 1), ' ')) {
      numbers.push_back(std::strtod(std::string(cell).c_str(), nullptr));
    }
  }
  EXPECT_FALSE(numbers.empty()) << name;
  return numbers;
}

}  // namespace holdfast::lifetime
