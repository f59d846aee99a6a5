#include "tables/column_builder.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/day.hpp"

namespace holdfast::tables {
namespace {

constexpr double kExactMax = 9'007'199'254'740'992;  // 2^53.

}  // namespace

std::string shortest(double number) {
  if (number == std::floor(number) && std::abs(number) < kExactMax) {
    return fmt::format("{}", static_cast<std::int64_t>(number));
  }
  return fmt::format("{}", number);
}

Result<std::vector<ColumnBuilder>> builders_for(const ReadOptions& options) {
  HOLDFAST_TRY(auto parsers, parsers_for(options));
  std::vector<ColumnBuilder> builders;
  for (auto& parser : parsers) builders.emplace_back(std::move(parser));
  return builders;
}

ColumnBuilder::ColumnBuilder(CellParser parser) : parser_(std::move(parser)) { begin(); }

void ColumnBuilder::begin() {
  column_ = {};
  column_.name = parser_.format().name;
  column_.type = parser_.type();
  dictionary_.clear();
}

bool ColumnBuilder::put(std::int64_t value) {
  column_.integers.push_back(value);
  column_.valid.push_back(1);
  return true;
}

bool ColumnBuilder::put_real(double value) {
  column_.reals.push_back(value);
  column_.valid.push_back(1);
  return true;
}

bool ColumnBuilder::put_serial(double serial) {
  const auto time = time_of_serial(serial);
  return time && put(parser_.value_of(*time));
}

bool ColumnBuilder::add(std::string_view text) {
  Fit fit = Fit::Misfit;
  if (parser_.type() == ColumnType::Text) {
    if (!parser_.is_missing(text)) {
      bool is_new = false;
      column_.codes.push_back(dictionary_.code_of(text, column_.categories, is_new));
      column_.valid.push_back(1);
      return true;
    }
    fit = Fit::Missing;
  } else if (parser_.type() == ColumnType::Real) {
    double value = 0;
    fit = parser_.real(text, value);
    if (fit == Fit::Value) return put_real(value);
  } else {
    std::int64_t value = 0;
    fit = parser_.integer(text, value);
    if (fit == Fit::Value) return put(value);
  }
  if (fit != Fit::Missing) return false;
  add_missing();
  return true;
}

void ColumnBuilder::add_missing() {
  switch (column_.type) {
    case ColumnType::Text: column_.codes.push_back(0); break;
    case ColumnType::Real: column_.reals.push_back(0); break;
    default: column_.integers.push_back(0);
  }
  column_.valid.push_back(0);
}

bool ColumnBuilder::add_number(double number) {
  if (!std::isfinite(number)) {
    add_missing();
    return true;
  }
  switch (parser_.type()) {
    case ColumnType::Real: return put_real(number);
    case ColumnType::Integer:
      return number == std::floor(number) && std::abs(number) < kExactMax &&
             put(static_cast<std::int64_t>(number));
    // By its digits, as llround(1.005 * 100) is 100.
    case ColumnType::Money: return add(fmt::format("{}", number));
    case ColumnType::Day:
    case ColumnType::Instant:
      if (parser_.format().date_format == "excel") return put_serial(number);
      return add(shortest(number));
    case ColumnType::Boolean: return (number == 0 || number == 1) && put(number == 1 ? 1 : 0);
    case ColumnType::Text: return add(shortest(number));
  }
  return false;
}

bool ColumnBuilder::add_instant(std::int64_t micros) {
  if (parser_.type() == ColumnType::Instant) return put(micros);
  if (parser_.type() == ColumnType::Day) return put(utc_day_of({micros}).number);
  return add(to_string(Instant{micros}));
}

void ColumnBuilder::drop_last() {
  if (column_.type == ColumnType::Text) {
    column_.codes.pop_back();
  } else if (column_.type == ColumnType::Real) {
    column_.reals.pop_back();
  } else {
    column_.integers.pop_back();
  }
  column_.valid.pop_back();
}

Error ColumnBuilder::reason_of(std::string_view text) const {
  Fit fit = Fit::Misfit;
  std::int64_t ignored = 0;
  if (parser_.type() != ColumnType::Text && parser_.type() != ColumnType::Real) {
    fit = parser_.integer(text, ignored);
  }
  return parser_.reason(text, fit);
}

Column ColumnBuilder::take() {
  auto column = std::move(column_);
  if (column.type == ColumnType::Text && column.categories.empty() && !column.codes.empty()) {
    column.categories.emplace_back();  // All missing: codes still index something.
  }
  begin();
  return column;
}

}  // namespace holdfast::tables
