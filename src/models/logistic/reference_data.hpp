#pragma once

#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/matrix_view.hpp"
#include "core/text.hpp"

/// Reference files and design matrices for the tests of this folder.
namespace holdfast::logistic::reference {

using Csv = std::vector<std::vector<std::string>>;

inline Csv csv(const std::filesystem::path& path) {
  const auto text = read_file(path);
  Csv rows;
  if (!text.ok()) return rows;
  for (auto line : split(*text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto& row = rows.emplace_back(1);
    bool is_quoted = false;
    for (const char c : line) {
      if (c == '"') is_quoted = !is_quoted;
      else if (c == ',' && !is_quoted) row.emplace_back();
      else row.back() += c;
    }
    for (auto& cell : row) cell = std::string(trimmed(cell));
  }
  return rows;
}

inline bool is_number(const std::string& cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size();
}

inline std::filesystem::path path(const std::string& name) {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests/reference" / name;
}

/// Design matrix as R's default contrasts make it.
struct Design {
  std::vector<std::string> names;
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  MatrixView view() const { return {x.data(), y.size(), names.size()}; }
};

inline Design design(const Csv& rows, const std::string& outcome, const std::set<std::string>& left_out,
              const std::string& weight_column = "") {
  Design result;
  const auto& header = rows.front();
  struct Source {
    std::size_t column;
    std::string level;  // Empty: numeric.
  };
  std::vector<Source> sources;
  std::size_t outcome_at = 0;
  std::size_t weight_at = header.size();
  for (std::size_t c = 0; c < header.size(); ++c) {
    if (header[c] == outcome) outcome_at = c;
    else if (header[c] == weight_column) weight_at = c;
    else if (!left_out.contains(header[c])) {
      std::set<std::string> levels;
      bool is_numeric = true;
      for (std::size_t r = 1; r < rows.size(); ++r) {
        if (rows[r][c].empty()) continue;
        is_numeric = is_numeric && is_number(rows[r][c]);
        if (!is_numeric) levels.insert(rows[r][c]);
      }
      if (is_numeric) {
        sources.push_back({c, ""});
        result.names.push_back(header[c]);
        continue;
      }
      for (auto level = std::next(levels.begin()); level != levels.end(); ++level) {
        sources.push_back({c, *level});
        result.names.push_back(header[c] + *level);
      }
    }
  }
  for (std::size_t r = 1; r < rows.size(); ++r) {
    if (std::ranges::any_of(sources, [&](const Source& s) { return rows[r][s.column].empty(); })) {
      continue;
    }
    for (const auto& s : sources) {
      const auto& cell = rows[r][s.column];
      result.x.push_back(s.level.empty() ? std::stod(cell) : cell == s.level ? 1 : 0);
    }
    const auto& y = rows[r][outcome_at];
    result.y.push_back(y == "1" || y == "Yes" ? 1 : 0);
    result.weight.push_back(weight_at < header.size() ? std::stod(rows[r][weight_at]) : 1);
  }
  return result;
}

inline void expect_near(double ours, const std::string& theirs, const std::string& what) {
  const double expected = std::stod(theirs);
  EXPECT_LE(std::abs(ours - expected), 1e-8 * std::max(1.0, std::abs(expected)))
      << what << ": " << ours << " against " << theirs;
}

}  // namespace holdfast::logistic::reference
