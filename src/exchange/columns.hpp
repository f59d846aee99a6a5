#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "tables/table.hpp"

/// Builds the columns of a tables::Table value by value.
namespace holdfast::exchange {

class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, tables::ColumnType type) {
    column_.name = std::move(name);
    column_.type = type;
  }
  void add_integer(std::int64_t value);      // Boolean, Integer, Money, Day, Instant.
  void add_real(double value);               // Not finite: missing.
  void add_text(std::string_view value);
  void add_missing();
  tables::Column finish() { return std::move(column_); }

 private:
  tables::Column column_;
  std::unordered_map<std::string, std::uint32_t> codes_;
};

}  // namespace holdfast::exchange
