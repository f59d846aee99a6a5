#include "history/layout.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "history/errors.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

/// Needed beside what features may ask for, even where the study ignores it.
bool is_needed(const study::TableSpec& table, const std::string& column) {
  return column == table.event_id || column == time_column_of(table);
}

bool is_in_key_column(const study::TableSpec& table, const std::string& column, ColumnType type) {
  return column == table.customer_key && (type == ColumnType::Text || type == ColumnType::Integer);
}

std::string fingerprint_of(const study::TableSpec& table, const study::Study& study) {
  const auto& read = table.read;
  std::string text = fmt::format(
      "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", static_cast<int>(table.role),
      table.customer_key, time_column_of(table), table.end, table.known_at, table.known_lag_days,
      table.event_id, table.replaces_range, study.time_zone, read.delimiter, read.quote,
      read.header_row, read.sheet, read.query, read.time_zone);
  text += fmt::format("|{}", read.encoding ? static_cast<int>(*read.encoding) : -1);
  for (const auto& missing : read.missing) text += "|" + missing;
  if (table.via) {
    text += fmt::format("|{}|{}|{}", table.via->column, table.via->table, table.via->table_column);
  }
  for (const auto& column : table.columns) {
    const auto& format = column.format;
    text += fmt::format("\n{}|{}|{}|{:d}|{:d}|{}|{}", format.name, static_cast<int>(format.type),
                        format.date_format, format.decimal, format.thousands, format.is_percent,
                        column.is_ignored);
  }
  for (const auto& column : table.computed) {
    text += fmt::format("\n{}={}|{}", column.name, column.expression,
                        static_cast<int>(column.type));
  }
  for (const auto& column : table.join_on) text += "\n" + column;
  return content_hash(text);
}

}  // namespace

const std::string& time_column_of(const study::TableSpec& table) {
  switch (table.role) {
    case study::Role::Attribute: return table.valid_from;
    case study::Role::Contract: return table.start;
    default: return table.event_time;
  }
}

bool has_time(const study::Study& study) {
  return std::ranges::any_of(study.tables,
                             [](const auto& table) { return !time_column_of(table).empty(); });
}

int TableLayout::stored_index(std::string_view name) const {
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (stored[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

TableLayout layout_of(const study::TableSpec& table, const study::Study& study) {
  TableLayout layout;
  layout.spec = &table;
  layout.is_context = table.role == study::Role::Context;
  layout.time_column = time_column_of(table);
  for (const auto& column : table.columns) {
    const auto& name = column.format.name;
    const auto type = column.format.type;
    if (name == layout.time_column) layout.time_type = type;
    auto origin = TableLayout::Origin::Stored;
    if (name == layout.time_column && type == ColumnType::Day) {
      origin = TableLayout::Origin::EventDay;
    } else if (!layout.is_context && is_in_key_column(table, name, type)) {
      origin = TableLayout::Origin::Customer;
    }
    if (!column.is_ignored) layout.fields.push_back({name, type, origin});
    const bool is_written = origin == TableLayout::Origin::Stored;
    if (is_written && (!column.is_ignored || is_needed(table, name))) {
      layout.stored.push_back({name, type});
    }
  }
  for (const auto& column : table.computed) {
    layout.fields.push_back({column.name, column.type, TableLayout::Origin::Stored});
    layout.stored.push_back({column.name, column.type});
  }
  if (layout.is_dated() && layout.time_type == ColumnType::Instant) {
    layout.time_index = layout.stored_index(layout.time_column);
  }
  if (!table.event_id.empty()) layout.id_index = layout.stored_index(table.event_id);
  const bool is_constant =
      !table.columns.empty() && std::ranges::all_of(table.columns, [&](const auto& column) {
        return column.is_constant || column.is_ignored || column.format.name == table.customer_key;
      });
  layout.is_undated_constant = !layout.is_dated() && (is_constant || !has_time(study));
  layout.fingerprint = fingerprint_of(table, study);
  return layout;
}

Result<std::vector<std::size_t>> reading_order(const study::Study& study) {
  enum class Mark : std::uint8_t { New, Open, Done };
  std::vector<Mark> marks(study.tables.size(), Mark::New);
  std::vector<std::size_t> order;
  const std::function<bool(std::size_t)> visit = [&](std::size_t at) {
    if (marks[at] == Mark::Done) return true;
    if (marks[at] == Mark::Open) return false;
    marks[at] = Mark::Open;
    const auto& table = study.tables[at];
    if (table.customer_key.empty() && table.via) {
      for (std::size_t other = 0; other < study.tables.size(); ++other) {
        if (study.tables[other].name == table.via->table && !visit(other)) return false;
      }
    }
    marks[at] = Mark::Done;
    order.push_back(at);
    return true;
  };
  for (std::size_t i = 0; i < study.tables.size(); ++i) {
    if (!visit(i)) {
      return Error{errors::kKeyPathCycle, {{"table", study.tables[i].name}}};
    }
  }
  return order;
}

std::string file_column(const std::string& name) {
  return name.starts_with('_') ? "_" + name : name;
}

}  // namespace holdfast::history
