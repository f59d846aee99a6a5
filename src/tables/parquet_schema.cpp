#include "tables/parquet_schema.hpp"

#include <arrow/type.h>

namespace holdfast::tables {

std::shared_ptr<arrow::DataType> arrow_type_of(ColumnType type) {
  switch (type) {
    case ColumnType::Boolean: return arrow::boolean();
    case ColumnType::Integer: return arrow::int64();
    case ColumnType::Real: return arrow::float64();
    case ColumnType::Money: return arrow::decimal128(kMoneyDigits, kMoneyDecimals);
    case ColumnType::Day: return arrow::date32();
    case ColumnType::Instant: return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case ColumnType::Text: return arrow::dictionary(arrow::int32(), arrow::utf8());
  }
  return arrow::utf8();
}

bool column_type_of(const arrow::DataType& arrow_type, ColumnType& type) {
  using arrow::Type;
  switch (arrow_type.id()) {
    case Type::BOOL: type = ColumnType::Boolean; return true;
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::UINT8:
    case Type::UINT16:
    case Type::UINT32:
    case Type::UINT64: type = ColumnType::Integer; return true;
    case Type::HALF_FLOAT:
    case Type::FLOAT:
    case Type::DOUBLE: type = ColumnType::Real; return true;
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128:
    case Type::DECIMAL256: {
      const auto scale = static_cast<const arrow::DecimalType&>(arrow_type).scale();
      type = scale == kMoneyDecimals ? ColumnType::Money
             : scale == 0            ? ColumnType::Integer
                                     : ColumnType::Real;
      return true;
    }
    case Type::DATE32:
    case Type::DATE64: type = ColumnType::Day; return true;
    case Type::TIMESTAMP: type = ColumnType::Instant; return true;
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::NA:
    case Type::TIME32:
    case Type::TIME64: type = ColumnType::Text; return true;
    case Type::DICTIONARY:
      return column_type_of(*static_cast<const arrow::DictionaryType&>(arrow_type).value_type(), type);
    default: return false;
  }
}

}  // namespace holdfast::tables
