#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/day.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

constexpr std::int32_t kNeverDay = std::numeric_limits<std::int32_t>::max();

/// One decoded column of a bucket. Exactly one of days, integers, reals, codes is filled, by type.
struct ColumnData {
  tables::ColumnType type = tables::ColumnType::Real;
  std::vector<std::int32_t> days;       // Day.
  std::vector<std::int64_t> integers;   // Boolean, Integer, Money (cents), Instant (micros).
  std::vector<double> reals;            // Real.
  std::vector<std::uint32_t> codes;     // Text: index into categories.
  std::vector<std::string> categories;  // Of this bucket.
  std::vector<std::uint8_t> valid;      // 1: present. Empty: every cell is.

  bool is_valid(std::size_t row) const { return valid.empty() || valid[row] != 0; }
  /// The day of a Day or an Instant; nothing of other types and of missing cells.
  std::optional<std::int32_t> day(std::size_t row) const {
    if (!is_valid(row)) return std::nullopt;
    if (type == tables::ColumnType::Day) return days[row];
    if (type == tables::ColumnType::Instant) return utc_day_of(Instant{integers[row]}).number;
    return std::nullopt;
  }
};

/// One table's rows of a bucket, by customer, within a customer by (event_day, time, source order).
/// Event day is what the role says: event time, contract start, attribute valid-from.
/// All days are local days of the study's time zone; a fact of day d may be used at cutoffs > d.
struct TableData {
  std::size_t rows = 0;
  std::vector<std::uint32_t> begin;          // [customers + 1] first row of each customer.
  std::vector<std::int32_t> event_day;       // [rows]; undated: the extract day, or int32 min
                                             // where the study declares the table constant.
  std::vector<std::int32_t> known_day;       // [rows]; empty: event_day + known_lag_days.
  std::int32_t known_lag_days = 0;
  std::vector<std::int32_t> superseded_day;  // [rows] day a correction became known, kNeverDay:
                                             // none. Empty: no row was ever corrected.
  std::vector<ColumnData> columns;

  std::int32_t known_day_of(std::size_t row) const {
    return known_day.empty() ? event_day[row] + known_lag_days : known_day[row];
  }
};

/// The customers of one bucket with all their rows in the tables asked for. Customers stand in order
/// of (hash, key); a customer without rows in a table has an empty range there.
struct Bucket {
  std::vector<std::string> keys;  // [customers] as the company writes them.
  std::vector<TableData> tables;
};

/// What to decode of one table.
struct TableColumns {
  std::string table;
  std::vector<std::string> columns;
};

}  // namespace holdfast::history
