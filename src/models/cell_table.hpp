#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/forms/rows.hpp"

namespace holdfast::models {

/// Rows of cells gathered one by one, as columns a model can score: customers who are nobody, made to
/// ask a model what it would say.
class CellTable {
 public:
  /// Names and categories are those of `like`, which must outlive this; its rows do not matter.
  explicit CellTable(const dataset::Columns& like) : like_(&like), columns_(like.columns.size()) {}

  void add(std::span<const forms::Cell> row);
  std::size_t rows() const { return rows_; }
  dataset::Columns view() const;

 private:
  struct Column {
    std::vector<double> values;
    std::vector<std::uint32_t> codes;
    std::vector<std::uint8_t> valid;
  };

  const dataset::Columns* like_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

}  // namespace holdfast::models
