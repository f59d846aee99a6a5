#include "tables/parquet_cells.hpp"

#include <cmath>
#include <functional>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>
#include <fmt/format.h>

#include "core/day.hpp"
#include "core/text.hpp"
#include "tables/parquet_schema.hpp"

namespace holdfast::tables {
namespace {

using arrow::Type;

/// Calls fill(value of the array at i, i) for every cell that is there; `Array` is its class.
template <typename ArrayClass, typename Fill>
void each(const arrow::Array& array, const Fill& fill) {
  const auto& typed = static_cast<const ArrayClass&>(array);
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (!array.IsNull(i)) fill(typed.GetView(i), static_cast<std::size_t>(i));
  }
}

/// Whole numbers of any width; false for another type.
template <typename Fill>
bool each_whole(const arrow::Array& array, const Fill& fill) {
  switch (array.type_id()) {
    case Type::BOOL: each<arrow::BooleanArray>(array, fill); return true;
    case Type::INT8: each<arrow::Int8Array>(array, fill); return true;
    case Type::INT16: each<arrow::Int16Array>(array, fill); return true;
    case Type::INT32: each<arrow::Int32Array>(array, fill); return true;
    case Type::INT64: each<arrow::Int64Array>(array, fill); return true;
    case Type::UINT8: each<arrow::UInt8Array>(array, fill); return true;
    case Type::UINT16: each<arrow::UInt16Array>(array, fill); return true;
    case Type::UINT32: each<arrow::UInt32Array>(array, fill); return true;
    case Type::UINT64: each<arrow::UInt64Array>(array, fill); return true;
    case Type::DATE32: each<arrow::Date32Array>(array, fill); return true;
    case Type::DATE64:
      each<arrow::Date64Array>(array, [&](std::int64_t millis, std::size_t i) {
        fill(utc_day_of({millis * 1000}).number, i);
      });
      return true;
    default: return false;
  }
}

std::int64_t micros_of(std::int64_t value, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND: return value * 1'000'000;
    case arrow::TimeUnit::MILLI: return value * 1000;
    case arrow::TimeUnit::MICRO: return value;
    case arrow::TimeUnit::NANO: return value / 1000 - (value % 1000 < 0 ? 1 : 0);
  }
  return value;
}

template <typename Fill>
void each_instant(const arrow::Array& array, const TimeZone& zone, const Fill& fill) {
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  const bool is_wall_time = type.timezone().empty();
  each<arrow::TimestampArray>(array, [&](std::int64_t value, std::size_t i) {
    const auto micros = micros_of(value, type.unit());
    fill(is_wall_time ? zone.to_utc(micros) : micros, i);
  });
}

/// Decimals as their digits; false for another type.
template <typename Fill>
bool each_decimal(const arrow::Array& array, const Fill& fill) {
  const auto format = [&](const auto& typed) {
    for (std::int64_t i = 0; i < array.length(); ++i) {
      if (!array.IsNull(i)) fill(typed.FormatValue(i), static_cast<std::size_t>(i));
    }
    return true;
  };
  switch (array.type_id()) {
    case Type::DECIMAL32: return format(static_cast<const arrow::Decimal32Array&>(array));
    case Type::DECIMAL64: return format(static_cast<const arrow::Decimal64Array&>(array));
    case Type::DECIMAL128: return format(static_cast<const arrow::Decimal128Array&>(array));
    case Type::DECIMAL256: return format(static_cast<const arrow::Decimal256Array&>(array));
    default: return false;
  }
}

template <typename Fill>
bool each_real(const arrow::Array& array, const Fill& fill) {
  switch (array.type_id()) {
    case Type::HALF_FLOAT:
      each<arrow::HalfFloatArray>(array, [&](std::uint16_t bits, std::size_t i) {
        fill(static_cast<double>(arrow::util::Float16::FromBits(bits).ToFloat()), i);
      });
      return true;
    case Type::FLOAT: each<arrow::FloatArray>(array, fill); return true;
    case Type::DOUBLE: each<arrow::DoubleArray>(array, fill); return true;
    default: return false;
  }
}

template <typename Fill>
bool each_text(const arrow::Array& array, const Fill& fill) {
  switch (array.type_id()) {
    case Type::STRING: each<arrow::StringArray>(array, fill); return true;
    case Type::LARGE_STRING: each<arrow::LargeStringArray>(array, fill); return true;
    case Type::STRING_VIEW: each<arrow::StringViewArray>(array, fill); return true;
    case Type::BINARY: each<arrow::BinaryArray>(array, fill); return true;
    case Type::LARGE_BINARY: each<arrow::LargeBinaryArray>(array, fill); return true;
    default: return false;
  }
}

Column empty_column(const ColumnFormat& wanted, std::size_t rows) {
  Column column;
  column.name = wanted.name;
  column.type = wanted.type;
  column.valid.assign(rows, 0);
  if (wanted.type == ColumnType::Real) {
    column.reals.assign(rows, 0);
  } else {
    column.integers.assign(rows, 0);
  }
  return column;
}

/// The array as it is, where its type is the wanted one; false where it is not.
bool copy_as_is(const arrow::Array& array, const ColumnFormat& wanted, const TimeZone& zone,
                Column& column) {
  ColumnType own{};
  if (wanted.type == ColumnType::Text || !column_type_of(*array.type(), own) || own != wanted.type) {
    return false;
  }
  column = empty_column(wanted, static_cast<std::size_t>(array.length()));
  const auto put = [&](auto value, std::size_t i) {
    column.integers[i] = static_cast<std::int64_t>(value);
    column.valid[i] = 1;
  };
  if (each_whole(array, put)) return true;
  if (array.type_id() == Type::TIMESTAMP) {
    each_instant(array, zone, put);
    return true;
  }
  if (each_real(array, [&](double value, std::size_t i) {
        if (!std::isfinite(value)) return;  // NaN is how pandas writes a missing number.
        column.reals[i] = value;
        column.valid[i] = 1;
      })) {
    return true;
  }
  if (array.type_id() != Type::DECIMAL128 || wanted.type != ColumnType::Money) return false;
  const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i)) continue;
    const arrow::Decimal128 value(decimals.GetValue(i));
    std::int64_t cents = 0;
    if (value.ToInteger(&cents).ok()) put(cents, static_cast<std::size_t>(i));
  }
  return true;
}

/// A cell of any type as text, the way a person would write it.
std::vector<std::string> spelled(const arrow::Array& array) {
  std::vector<std::string> texts(static_cast<std::size_t>(array.length()));
  const auto number = [&](auto value, std::size_t i) { texts[i] = fmt::format("{}", value); };
  if (array.type_id() == Type::BOOL) {
    each<arrow::BooleanArray>(array, [&](bool v, std::size_t i) { texts[i] = v ? "true" : "false"; });
  } else if (array.type_id() == Type::DATE32 || array.type_id() == Type::DATE64) {
    each_whole(array, [&](auto day, std::size_t i) {
      texts[i] = to_string(Day{static_cast<std::int32_t>(day)});
    });
  } else if (each_whole(array, number) || each_real(array, number) || each_decimal(array, number) ||
             each_text(array, number)) {
    return texts;
  } else {
    for (std::int64_t i = 0; i < array.length(); ++i) {
      if (array.IsNull(i)) continue;
      const auto scalar = array.GetScalar(i);
      if (scalar.ok()) texts[static_cast<std::size_t>(i)] = (*scalar)->ToString();
    }
  }
  return texts;
}

/// 1 where a cell is null; NaN is how pandas writes a missing number.
std::vector<std::uint8_t> nulls_of(const arrow::Array& array) {
  std::vector<std::uint8_t> nulls(static_cast<std::size_t>(array.length()), 1);
  const bool is_real =
      each_real(array, [&](double value, std::size_t i) { nulls[i] = std::isfinite(value) ? 0 : 1; });
  if (is_real) return nulls;
  for (std::size_t i = 0; i < nulls.size(); ++i) {
    nulls[i] = array.IsNull(static_cast<std::int64_t>(i)) ? 1 : 0;
  }
  return nulls;
}

/// Texts by way of their dictionary: each distinct one is looked at once.
void add_dictionary(const arrow::DictionaryArray& array, ColumnBuilder& builder,
                    const std::function<void(std::size_t, const std::string&)>& note) {
  const auto texts = spelled(*array.dictionary());
  const auto is_null = nulls_of(*array.dictionary());
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i) || is_null[static_cast<std::size_t>(array.GetValueIndex(i))] != 0) {
      builder.add_missing();
      continue;
    }
    const auto& text = texts[static_cast<std::size_t>(array.GetValueIndex(i))];
    if (!builder.add(trimmed(text))) note(static_cast<std::size_t>(i), text);
  }
}

}  // namespace

Column column_of(const arrow::Array& array, const ColumnFormat& wanted, ColumnBuilder& builder,
                 const TimeZone& zone, std::vector<MisfitCell>& misfits) {
  Column column;
  if (copy_as_is(array, wanted, zone, column)) return column;
  const auto note = [&](std::size_t row, const std::string& text) {
    misfits.push_back({row, text, builder.reason_of(text)});
    builder.add_missing();
  };
  if (array.type_id() == Type::DICTIONARY) {
    add_dictionary(static_cast<const arrow::DictionaryArray&>(array), builder, note);
    return builder.take();
  }
  const auto count = static_cast<std::size_t>(array.length());
  const auto is_null = nulls_of(array);
  const bool is_time = wanted.type == ColumnType::Day || wanted.type == ColumnType::Instant;
  std::vector<std::int64_t> instants(count);
  bool has_instants = false;
  if (array.type_id() == Type::TIMESTAMP) {
    each_instant(array, zone, [&](std::int64_t micros, std::size_t i) { instants[i] = micros; });
    has_instants = true;
  } else if (is_time && (array.type_id() == Type::DATE32 || array.type_id() == Type::DATE64)) {
    each_whole(array, [&](auto day, std::size_t i) { instants[i] = day * kMicrosPerDay; });
    has_instants = true;
  }
  const auto texts = has_instants ? std::vector<std::string>{} : spelled(array);
  // pandas writes whole numbers with gaps as doubles, and flags as numbers.
  const bool is_real = array.type_id() == Type::DOUBLE || array.type_id() == Type::FLOAT;
  const bool as_number = is_real && wanted.type != ColumnType::Text;
  const bool flag_as_number = array.type_id() == Type::BOOL && (wanted.type == ColumnType::Integer ||
                                                                wanted.type == ColumnType::Real);
  for (std::size_t i = 0; i < count; ++i) {
    if (is_null[i] != 0) {
      builder.add_missing();
    } else if (has_instants) {
      if (!builder.add_instant(instants[i])) note(i, to_string(Instant{instants[i]}));
    } else if (as_number) {
      if (!builder.add_number(std::stod(texts[i]))) note(i, texts[i]);
    } else if (flag_as_number) {
      builder.add_number(texts[i] == "true" ? 1 : 0);
    } else if (!builder.add(trimmed(texts[i]))) {
      note(i, texts[i]);
    }
  }
  return builder.take();
}

}  // namespace holdfast::tables
