#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "dataset/dataset.hpp"

namespace holdfast::growing {

/// Rows of ten columns with ties, of which three tell who leaves: what trees are timed on.
struct RowsForBenches {
  explicit RowsForBenches(std::size_t rows)
      : x(kColumns, std::vector<double>(rows)), y(rows), valid(rows, 1), weight(rows, 1.0) {
    Random random(20240331);
    for (std::size_t r = 0; r < rows; ++r) {
      for (auto& column : x) column[r] = std::round(100 * random.normal()) / 100;
      y[r] = random.chance(x[0][r] > 0.5 ? 0.6 : x[1][r] * x[2][r] > 0 ? 0.3 : 0.1) ? 1 : 0;
    }
    for (std::size_t c = 0; c < kColumns; ++c) names.push_back("x" + std::to_string(c));
  }

  /// Views of the rows.
  dataset::Columns columns() const {
    dataset::Columns all{.rows = y.size()};
    for (std::size_t c = 0; c < kColumns; ++c) {
      all.columns.push_back({.name = names[c], .values = x[c], .valid = valid});
    }
    return all;
  }

  static constexpr std::size_t kColumns = 10;
  std::vector<std::vector<double>> x;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;
  std::vector<std::string> names;
};

}  // namespace holdfast::growing
