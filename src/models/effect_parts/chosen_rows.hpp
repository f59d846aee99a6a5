#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/dataset.hpp"

namespace holdfast::models {

/// Some rows of columns, gathered. Names and categories are views into the columns given.
class ChosenRows {
 public:
  ChosenRows(const dataset::Columns& from, std::span<const std::uint32_t> rows);
  dataset::Columns view() const;

 private:
  struct Column {
    std::vector<double> values;
    std::vector<std::uint32_t> codes;
    std::vector<std::uint8_t> valid;
  };
  std::vector<std::string_view> names_;
  std::vector<std::span<const std::string>> categories_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
};

}  // namespace holdfast::models
