// Reading cells and rows of a bucket for outcomes.

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/text.hpp"
#include "features/outcomes_compiled.hpp"

namespace holdfast::features::outcomes {
namespace {

constexpr double kCentsMax = 9e18;

std::optional<double> as_number(std::string_view text) {
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::int64_t clamped_cents(double cents) {
  return std::llround(std::clamp(cents, -kCentsMax, kCentsMax));
}

}  // namespace

CustomerRows::CustomerRows(const Compiled& compiled, const history::Bucket& bucket,
                           std::uint32_t customer, int table_index)
    : data_(&compiled.data(bucket, table_index)),
      all_{data_->begin[customer], data_->begin[customer + 1]} {}

RowRange CustomerRows::happened(std::int32_t cutoff) const {
  const auto from = data_->event_day.begin() + all_.first;
  const auto to = data_->event_day.begin() + all_.last;
  const auto end = std::lower_bound(from, to, cutoff);
  return {all_.first, static_cast<std::uint32_t>(end - data_->event_day.begin())};
}

RowRange CustomerRows::between(std::int32_t from_day, std::int32_t to_day) const {
  const auto from = data_->event_day.begin() + all_.first;
  const auto to = data_->event_day.begin() + all_.last;
  const auto first = std::lower_bound(from, to, from_day);
  const auto last = std::lower_bound(first, to, to_day);
  return {static_cast<std::uint32_t>(first - data_->event_day.begin()),
          static_cast<std::uint32_t>(last - data_->event_day.begin())};
}

std::optional<std::int32_t> day_at(const history::ColumnData* column, std::uint32_t row) {
  return column ? column->day(row) : std::nullopt;
}

std::optional<std::int64_t> cents_at(const history::ColumnData* column, std::uint32_t row) {
  if (!column || !column->is_valid(row)) return std::nullopt;
  switch (column->type) {
    case tables::ColumnType::Money: return column->integers[row];
    case tables::ColumnType::Integer:
      return clamped_cents(static_cast<double>(column->integers[row]) * 100);
    case tables::ColumnType::Real: return clamped_cents(column->reals[row] * 100);
    default: return std::nullopt;
  }
}

std::optional<double> number_at(const history::ColumnData* column, std::uint32_t row) {
  if (!column || !column->is_valid(row)) return std::nullopt;
  switch (column->type) {
    case tables::ColumnType::Money: return static_cast<double>(column->integers[row]) / 100;
    case tables::ColumnType::Boolean:
    case tables::ColumnType::Integer: return static_cast<double>(column->integers[row]);
    case tables::ColumnType::Real: return column->reals[row];
    default: return std::nullopt;
  }
}

std::optional<std::string> text_at(const history::ColumnData* column, std::uint32_t row) {
  if (!column || !column->is_valid(row)) return std::nullopt;
  switch (column->type) {
    case tables::ColumnType::Text: return column->categories[column->codes[row]];
    case tables::ColumnType::Boolean: return column->integers[row] != 0 ? "true" : "false";
    case tables::ColumnType::Day: return to_string(Day{column->days[row]});
    case tables::ColumnType::Instant: return to_string(Instant{column->integers[row]});
    case tables::ColumnType::Integer: return std::to_string(column->integers[row]);
    case tables::ColumnType::Money:
      return brief(static_cast<double>(column->integers[row]) / 100, 17);
    case tables::ColumnType::Real: return brief(column->reals[row], 15);
  }
  return std::nullopt;
}

bool is_cell_known(const Compiled& compiled, const history::Bucket& bucket, const Cell& cell,
                   std::uint32_t row, std::int32_t cutoff) {
  if (!cell.known_at) return true;
  const auto known = day_at(compiled.column(bucket, cell.known_at), row);
  return known && *known < cutoff;
}

bool matches(std::string_view text, const std::vector<std::string>& values) {
  const auto cell = lower(trimmed(text));
  const auto number = as_number(cell);
  for (const auto& value : values) {
    const auto wanted = lower(trimmed(value));
    if (wanted == cell) return true;
    const auto wanted_number = as_number(wanted);
    if (number && wanted_number && *number == *wanted_number) return true;
    // Booleans are written in many ways; a reader has made them true and false.
    if (cell == "true" && (wanted == "1" || wanted == "yes" || wanted == "y" || wanted == "是")) {
      return true;
    }
    if (cell == "false" && (wanted == "0" || wanted == "no" || wanted == "n" || wanted == "否")) {
      return true;
    }
  }
  return false;
}

std::uint32_t Compiled::class_index(std::string_view name) const {
  const auto found = std::find(exit_classes.begin(), exit_classes.end(), name);
  HOLDFAST_CHECK(found != exit_classes.end());
  return static_cast<std::uint32_t>(found - exit_classes.begin());
}

ExitKind classify(const Compiled& compiled, const history::Bucket& bucket,
                  std::optional<std::uint32_t> row, std::string_view fallback) {
  const auto& exits = compiled.definition.exits;
  if (row && compiled.exit_reason && !exits.empty()) {
    const auto reason = text_at(compiled.column(bucket, compiled.exit_reason.value), *row);
    for (const auto& exit : exits) {
      if (reason && matches(*reason, exit.values)) {
        return {compiled.class_index(exit.name), exit.is_churn};
      }
    }
  }
  for (const auto& exit : exits) {
    if (exit.name == fallback) return {compiled.class_index(exit.name), exit.is_churn};
  }
  return {compiled.class_index(fallback), true};
}

std::optional<Limit> limit_of(const Compiled& compiled, const history::Bucket& bucket,
                              std::uint32_t customer, std::int32_t cutoff) {
  const auto& limits = compiled.definition.inactive_days;
  if (limits.empty()) return std::nullopt;
  std::optional<std::string> segment;
  if (compiled.segment) {
    const CustomerRows rows(compiled, bucket, customer, compiled.segment.value.table);
    const auto* column = compiled.column(bucket, compiled.segment.value);
    const auto happened = rows.happened(cutoff);
    for (auto row = happened.last; row-- > happened.first && !segment;) {
      if (rows.is_known(row, cutoff) &&
          is_cell_known(compiled, bucket, compiled.segment, row, cutoff)) {
        segment = text_at(column, row);
      }
    }
    // A segment first recorded later still says which limit is meant: the definition would have no
    // meaning without it, and no feature reads it.
    for (auto row = rows.first(); row < rows.last() && !segment; ++row) {
      segment = text_at(column, row);
    }
  }
  for (const auto& limit : limits) {
    if (segment && !limit.segment.empty() && matches(*segment, {limit.segment})) {
      return Limit{limit.limit, true};
    }
  }
  for (const auto& limit : limits) {
    if (limit.segment.empty()) return Limit{limit.limit, false};
  }
  return std::nullopt;
}

std::span<const Day> cutoffs_of(const Compiled& compiled, const RowPlan& plan) {
  if (plan.is_scoring) return {&plan.as_of, 1};
  if (!plan.cutoffs.empty()) return plan.cutoffs;
  return compiled.cutoffs;
}

Window window_of(const Compiled& compiled, std::int32_t cutoff) {
  const auto from = cutoff + compiled.study.cutoffs.gap_days;
  return {from, from + compiled.study.cutoffs.outcome_days};
}

std::int64_t value_of(const Compiled& compiled, const history::Bucket& bucket,
                      std::uint32_t customer, std::int32_t cutoff) {
  const auto& value = compiled.value;
  if (compiled.value_kind == ValueKind::None) return 0;
  const auto* column = compiled.column(bucket, value.value);
  const CustomerRows rows(compiled, bucket, customer, value.value.table);
  std::int64_t cents = 0;
  if (compiled.value_kind == ValueKind::ContractPremium) {
    for (const auto row : contracts_in_force(compiled, bucket, customer, cutoff)) {
      if (is_cell_known(compiled, bucket, value, row, cutoff)) {
        cents += cents_at(column, row).value_or(0);
      }
    }
    return cents;
  }
  const auto happened = rows.happened(cutoff);
  for (auto row = happened.last; row-- > happened.first;) {
    if (compiled.value_kind == ValueKind::YearAmount && rows.day(row) < cutoff - 365) break;
    if (!rows.is_known(row, cutoff) || !is_cell_known(compiled, bucket, value, row, cutoff)) {
      continue;
    }
    const auto amount = cents_at(column, row);
    if (!amount) continue;
    if (compiled.value_kind == ValueKind::LastAmount) return *amount;
    cents += *amount;
  }
  return cents;
}

}  // namespace holdfast::features::outcomes
