#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/text.hpp"

namespace holdfast::grouping {

/// The numbers scikit-learn gave under a name (tests/reference/grouping/SOURCE.md). For tests only.
inline const std::vector<double>& reference(const std::string& name) {
  static const auto all = [] {
    std::map<std::string, std::vector<double>> values;
    const auto text =
        read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/grouping/values.csv");
    EXPECT_TRUE(text.ok());
    if (!text.ok()) return values;
    const std::string whole(*text);
    for (const auto line : split(whole, '\n')) {
      const auto comma = line.find(',');
      if (comma == std::string_view::npos) continue;
      auto& numbers = values[std::string(line.substr(0, comma))];
      for (const auto cell : split(line.substr(comma + 1), ' ')) {
        numbers.push_back(std::strtod(std::string(cell).c_str(), nullptr));
      }
    }
    return values;
  }();
  EXPECT_TRUE(all.contains(name)) << name;
  static const std::vector<double> none;
  return all.contains(name) ? all.at(name) : none;
}

struct ReferenceRows {
  std::vector<double> cells;
  std::vector<double> weight;
};

/// What rows_of of make.py makes.
inline ReferenceRows reference_rows(std::size_t rows, std::size_t cols) {
  constexpr std::size_t kClusters = 5;
  std::uint32_t state = 12345;
  const auto uniform = [&] {
    state = 1664525U * state + 1013904223U;
    return static_cast<double>(state) / 4294967296.0;
  };
  ReferenceRows made;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < cols; ++c) {
      const double a = uniform();
      const double b = uniform();
      const double spread = 5.0 * (a + b - uniform());
      made.cells.push_back(static_cast<double>(3 * ((i % kClusters) * (c + 1) % kClusters)) +
                           spread);
    }
    made.weight.push_back(static_cast<double>(static_cast<int>(uniform() * 4.0)) / 2.0);
  }
  return made;
}

inline void expect_near(const std::vector<double>& found, const std::string& name, double bound) {
  const auto& wanted = reference(name);
  ASSERT_EQ(found.size(), wanted.size()) << name;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_NEAR(found[i], wanted[i], bound) << name << " " << i;
  }
}

}  // namespace holdfast::grouping
