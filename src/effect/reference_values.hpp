#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/text.hpp"

namespace holdfast::effect {

/// The lines of a file of tests/reference/effect (SOURCE.md there). For tests only.
inline std::vector<std::string> reference_lines(const std::string& name) {
  const auto text = read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/effect/" + name);
  EXPECT_TRUE(text.ok()) << name;
  std::vector<std::string> lines;
  if (!text.ok()) return lines;
  for (const auto line : split(*text, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

inline std::vector<double> reference_numbers(std::string_view text, char separator) {
  std::vector<double> numbers;
  for (const auto cell : split(text, separator)) {
    numbers.push_back(std::strtod(std::string(cell).c_str(), nullptr));
  }
  return numbers;
}

/// values.csv: numbers by name.
inline std::map<std::string, std::vector<double>> reference_values() {
  std::map<std::string, std::vector<double>> values;
  for (const auto& line : reference_lines("values.csv")) {
    const auto comma = line.find(',');
    values[line.substr(0, comma)] =
        reference_numbers(std::string_view(line).substr(comma + 1), ' ');
  }
  return values;
}

/// A table's rows without its first line.
inline std::vector<std::vector<double>> reference_table(const std::string& name) {
  std::vector<std::vector<double>> rows;
  for (const auto& line : reference_lines(name)) rows.push_back(reference_numbers(line, ','));
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

}  // namespace holdfast::effect
