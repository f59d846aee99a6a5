#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/inputs.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"

namespace holdfast::analyses {

/// One column of many customers' rows. A missing cell has valid 0.
struct EventColumn {
  std::string name;
  std::vector<double> values;            // [rows] numbers; money in whole units; days as day numbers.
  std::vector<std::uint32_t> codes;      // [rows] text: index into categories.
  std::vector<std::string> categories;   // Of the whole table, sorted.
  std::vector<std::uint8_t> valid;       // [rows]
  bool is_category() const { return !codes.empty() || !categories.empty(); }
};

/// The rows of one table by customer, in order of time, as they were known on a day: corrected rows
/// once, in their last version.
struct CustomerEvents {
  std::vector<std::string> customer_keys;  // [customers] in the store's order; only those with rows.
  std::vector<std::size_t> begin;          // [customers + 1] first row of each.
  std::vector<std::int32_t> day;           // [rows] event day; contract start; valid-from.
  std::vector<EventColumn> columns;        // As asked.

  std::size_t customers() const { return customer_keys.size(); }
  std::size_t rows() const { return day.size(); }
};

/// Reads a table of the store. Columns may be read or computed ones; "" is skipped. A value known from a
/// later day on (known_at, a cancellation) is missing before it. Errors: no such table or column. Cost: one pass over the table, all cores; memory of the columns asked for.
Result<CustomerEvents> read_events(const Inputs& inputs, std::string_view table,
                                   const std::vector<std::string>& columns, Progress& progress);

/// The table an analysis means where the study names none: the first whose topic is among `topics`,
/// else the first event table with an amount (`needs_amount`) or any. Null: there is none.
const study::TableSpec* table_for(const study::Study& study, const std::string& named,
                                  std::span<const study::Topic> topics, bool needs_amount);

}  // namespace holdfast::analyses
