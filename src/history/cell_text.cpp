#include "history/cell_text.hpp"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "core/day.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

constexpr double kExactMax = 9007199254740992.0;  // 2^53

std::string text_of_number(ColumnType type, std::int64_t number) {
  switch (type) {
    case ColumnType::Boolean: return number != 0 ? "true" : "false";
    case ColumnType::Money:
      return fmt::format("{}{}.{:02}", number < 0 ? "-" : "", std::abs(number / 100),
                         std::abs(number % 100));
    case ColumnType::Day: return to_string(Day{static_cast<std::int32_t>(number)});
    case ColumnType::Instant: return to_string(Instant{number});
    default: return fmt::format_int(number).str();
  }
}

std::string text_of_real(double number) {
  if (std::floor(number) == number && std::abs(number) <= kExactMax) {
    return fmt::format_int(static_cast<std::int64_t>(number)).str();
  }
  return fmt::format("{}", number);
}

}  // namespace

std::string_view cell_text(const tables::Column& column, std::size_t row, std::string& scratch) {
  if (column.valid[row] == 0) return {};
  if (column.type == ColumnType::Text) return column.categories[column.codes[row]];
  scratch = column.type == ColumnType::Real ? text_of_real(column.reals[row])
                                            : text_of_number(column.type, column.integers[row]);
  return scratch;
}

std::string_view cell_text(const ColumnData& column, std::size_t row, std::string& scratch) {
  if (!column.is_valid(row)) return {};
  switch (column.type) {
    case ColumnType::Text: return column.categories[column.codes[row]];
    case ColumnType::Real: scratch = text_of_real(column.reals[row]); break;
    case ColumnType::Day: scratch = text_of_number(column.type, column.days[row]); break;
    default: scratch = text_of_number(column.type, column.integers[row]); break;
  }
  return scratch;
}

}  // namespace holdfast::history
