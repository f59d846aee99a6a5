#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "study/expression.hpp"
#include "study/study.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

/// The computed columns of one table, parsed once.
class ComputedColumns {
 public:
  /// Errors: those of study::parse_expression, with the column as key.
  static Result<ComputedColumns> create(const study::TableSpec& table);
  /// Adds the columns to a piece that was read.
  void add_to(tables::Table& piece) const;
  /// Names that the expressions read.
  const std::vector<std::string>& inputs() const { return inputs_; }

 private:
  struct Item {
    std::string name;
    tables::ColumnType type = tables::ColumnType::Real;
    study::ExpressionPtr expression;
  };
  std::vector<Item> items_;
  std::vector<std::string> inputs_;
};

}  // namespace holdfast::history
