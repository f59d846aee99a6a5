#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/text.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

/// Reads tests/reference/survival (SOURCE.md there says how it was made). For tests only.
inline std::string reference_file(const std::string& name) {
  const auto text =
      read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/survival/" + name);
  EXPECT_TRUE(text.ok()) << name;
  return text.ok() ? std::string(*text) : std::string();
}

/// The numbers R gave under a name; NA as NaN.
inline const std::vector<double>& reference(const std::string& name) {
  static const auto all = [] {
    std::map<std::string, std::vector<double>> values;
    const auto text = reference_file("values.csv");
    for (const auto line : split(text, '\n')) {
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

/// A stored table by column name.
struct ReferenceTable {
  std::map<std::string, std::vector<double>> columns;

  explicit ReferenceTable(const std::string& name) {
    const auto text = reference_file(name + ".csv");
    std::vector<std::string> names;
    for (const auto line : split(text, '\n')) {
      if (line.empty()) continue;
      const auto cells = split(line, ',');
      if (names.empty()) {
        for (const auto cell : cells) names.emplace_back(cell);
        continue;
      }
      for (std::size_t c = 0; c < cells.size(); ++c) {
        columns[names[c]].push_back(std::strtod(std::string(cells[c]).c_str(), nullptr));
      }
    }
  }
  const std::vector<double>& operator[](const std::string& name) const { return columns.at(name); }
  std::vector<std::uint8_t> events(const std::string& name) const {
    return {columns.at(name).begin(), columns.at(name).end()};
  }
  std::vector<std::int32_t> integers(const std::string& name) const {
    const auto& values = columns.at(name);
    std::vector<std::int32_t> whole;
    for (const double value : values) whole.push_back(static_cast<std::int32_t>(value));
    return whole;
  }
  /// Row-major.
  std::vector<double> matrix(const std::vector<std::string>& names) const {
    std::vector<double> x;
    for (std::size_t row = 0; row < columns.at(names[0]).size(); ++row) {
      for (const auto& name : names) x.push_back(columns.at(name)[row]);
    }
    return x;
  }
};

/// Each within `bound` of the reference, relative where that is above 1; NaN there is not compared.
inline void expect_near(const std::vector<double>& found, const std::string& name,
                        double bound = 1e-8) {
  const auto& wanted = reference(name);
  ASSERT_EQ(found.size(), wanted.size()) << name;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] != wanted[i]) continue;
    ASSERT_NEAR(found[i], wanted[i], bound * std::max(1.0, std::abs(wanted[i])))
        << name << " " << i;
  }
}

}  // namespace holdfast::survival
