#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/text.hpp"

namespace holdfast::migration {

/// A file of tests/reference/migration (SOURCE.md there). For tests only.
inline std::string reference_file(const std::string& name) {
  const auto text =
      read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/migration/" + name);
  EXPECT_TRUE(text.ok()) << name;
  return text.ok() ? std::string(*text) : std::string();
}

inline std::vector<double> reference_numbers(std::string_view text, char separator) {
  std::vector<double> numbers;
  for (const auto cell : split(text, separator))
    numbers.push_back(std::strtod(std::string(cell).c_str(), nullptr));
  return numbers;
}

/// The numbers R gave under a name.
inline std::vector<double> reference(const std::string& name) {
  const auto text = reference_file("values.csv");
  for (const auto line : split(text, '\n')) {
    const auto comma = line.find(',');
    if (comma != std::string_view::npos && line.substr(0, comma) == name)
      return reference_numbers(line.substr(comma + 1), ' ');
  }
  ADD_FAILURE() << "no reference " << name;
  return {};
}

/// A stored table by columns, in the order they stand.
inline std::vector<std::vector<double>> reference_columns(const std::string& name) {
  std::vector<std::vector<double>> columns;
  const auto text = reference_file(name);
  bool is_header = true;
  for (const auto line : split(text, '\n')) {
    if (line.empty()) continue;
    const auto cells = reference_numbers(line, ',');
    columns.resize(cells.size());
    for (std::size_t c = 0; c < cells.size() && !is_header; ++c) columns[c].push_back(cells[c]);
    is_header = false;
  }
  return columns;
}

template <typename T>
std::vector<T> whole(const std::vector<double>& numbers) {
  std::vector<T> values;
  for (const double number : numbers) values.push_back(static_cast<T>(number));
  return values;
}

inline void expect_near(const std::vector<double>& found, const std::vector<double>& wanted,
                        double bound, const std::string& what = "") {
  ASSERT_EQ(found.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(found[i], wanted[i], bound * std::max(1.0, std::abs(wanted[i])))
        << what << " " << i;
  }
}

}  // namespace holdfast::migration
