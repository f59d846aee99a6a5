#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "study/study.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

/// A column as rows carry it within the store.
struct StoredColumn {
  std::string name;
  tables::ColumnType type = tables::ColumnType::Text;
};

/// How one table of a study lies in the store.
struct TableLayout {
  /// Where a column that others may ask for comes from.
  enum class Origin : std::uint8_t { Stored, EventDay, Customer };
  struct Field {
    std::string name;
    tables::ColumnType type = tables::ColumnType::Text;
    Origin origin = Origin::Stored;
  };

  const study::TableSpec* spec = nullptr;
  std::vector<Field> fields;         // What may be asked for, in the study's order.
  std::vector<StoredColumn> stored;  // What is written.
  std::string time_column;           // Empty: undated.
  tables::ColumnType time_type = tables::ColumnType::Day;
  int time_index = -1;  // Stored column that orders rows within a day; -1: none.
  int id_index = -1;    // Stored column of the event id; -1: none.
  bool is_context = false;
  bool is_undated_constant = false;  // Undated, and the study declares that it never changes.
  std::string fingerprint;           // Of everything that decides how a source is read.

  bool is_dated() const { return !time_column.empty(); }
  bool is_customer_table() const { return spec->role == study::Role::Customer; }
  int stored_index(std::string_view name) const;
};

/// The column that says when a row of the table happened; empty: none.
const std::string& time_column_of(const study::TableSpec& table);

/// True where any table of the study has a time.
bool has_time(const study::Study& study);

TableLayout layout_of(const study::TableSpec& table, const study::Study& study);

/// Tables such that a key path's goal stands before those that lead there. Errors: kKeyPathCycle.
Result<std::vector<std::size_t>> reading_order(const study::Study& study);

/// Names of the columns the store adds to those of a table.
constexpr const char* kCustomerColumn = "_customer";
constexpr const char* kEventDayColumn = "_event_day";
constexpr const char* kKnownDayColumn = "_known_day";
constexpr const char* kSupersededDayColumn = "_superseded_day";
constexpr const char* kSourceColumn = "_source";

/// A table column's name in a file: one that begins with _ gets another, to stay apart from ours.
std::string file_column(const std::string& name);

/// Bytes of one cell in memory.
inline std::size_t width_of(tables::ColumnType type) {
  switch (type) {
    case tables::ColumnType::Boolean: return 1;
    case tables::ColumnType::Day:
    case tables::ColumnType::Text: return 4;
    default: return 8;
  }
}

}  // namespace holdfast::history
