#pragma once

#include <memory>

#include <arrow/type_fwd.h>

#include "tables/table.hpp"

namespace holdfast::tables {

constexpr int kMoneyDigits = 18;
constexpr int kMoneyDecimals = 2;

/// How a column type is kept in Parquet.
std::shared_ptr<arrow::DataType> arrow_type_of(ColumnType type);

/// What an Arrow type is read as where nothing is declared; nothing for nested types.
bool column_type_of(const arrow::DataType& arrow_type, ColumnType& type);

}  // namespace holdfast::tables
