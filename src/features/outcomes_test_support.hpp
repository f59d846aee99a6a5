#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "features/outcomes.hpp"

/// Hand-built histories for the tests of outcomes and audit.
namespace holdfast::features::testing {

using Cell = std::variant<std::monostate, double, std::string, Day>;

inline Day day(std::string_view iso) { return parse_iso_day(iso).value(); }

/// One table of a small world: a spec and rows given in any order.
struct WorldTable {
  study::TableSpec spec;
  std::vector<std::string> names;
  std::vector<tables::ColumnType> types;
  struct Row {
    std::string customer;
    std::int32_t event_day;
    std::vector<Cell> cells;
    std::int32_t known_day;
    std::int32_t superseded_day;
  };
  std::vector<Row> rows;
  bool has_known_days = false;

  WorldTable& column(const std::string& name, tables::ColumnType type) {
    names.push_back(name);
    types.push_back(type);
    study::ColumnSpec column;
    column.format.name = name;
    column.format.type = type;
    spec.columns.push_back(column);
    return *this;
  }
  study::ColumnSpec& column_spec(const std::string& name) {
    return *std::find_if(spec.columns.begin(), spec.columns.end(),
                         [&](const auto& column) { return column.format.name == name; });
  }
  WorldTable& row(const std::string& customer, Day event_day, std::vector<Cell> cells) {
    rows.push_back({customer, event_day.number, std::move(cells),
                    event_day.number + spec.known_lag_days, history::kNeverDay});
    return *this;
  }
  /// Makes the last row known later than it happened, and corrected on `superseded`.
  WorldTable& known(Day known_day, std::int32_t superseded = history::kNeverDay) {
    rows.back().known_day = known_day.number;
    rows.back().superseded_day = superseded;
    has_known_days = true;
    return *this;
  }
};

inline void append_cell(const Cell& cell, history::ColumnData& to) {
  to.valid.push_back(cell.index() == 0 ? 0 : 1);
  const auto* number = std::get_if<double>(&cell);
  switch (to.type) {
    case tables::ColumnType::Day:
      to.days.push_back(cell.index() == 3 ? std::get<Day>(cell).number : 0);
      break;
    case tables::ColumnType::Real: to.reals.push_back(number ? *number : 0); break;
    case tables::ColumnType::Text: {
      const auto text = cell.index() == 2 ? std::get<std::string>(cell) : std::string();
      const auto found = std::find(to.categories.begin(), to.categories.end(), text);
      to.codes.push_back(static_cast<std::uint32_t>(found - to.categories.begin()));
      if (found == to.categories.end()) to.categories.push_back(text);
      break;
    }
    case tables::ColumnType::Money:
      to.integers.push_back(number ? static_cast<std::int64_t>(*number * 100) : 0);
      break;
    default: to.integers.push_back(number ? static_cast<std::int64_t>(*number) : 0);
  }
}

/// A study with its tables in memory, as one bucket.
struct World {
  study::Study study;
  study::ChurnDefinition churn;
  std::vector<WorldTable> tables;

  World() { tables.reserve(8); }  // References to tables stay good.

  WorldTable& table(const std::string& name, study::Role role) {
    tables.push_back({});
    tables.back().spec.name = name;
    tables.back().spec.role = role;
    return tables.back();
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (const auto& table : tables) {
      for (const auto& row : table.rows) all.push_back(row.customer);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  std::vector<history::TableColumns> layout() const {
    std::vector<history::TableColumns> all;
    for (const auto& table : tables) all.push_back({table.spec.name, table.names});
    return all;
  }

  history::Bucket bucket() const {
    history::Bucket bucket;
    bucket.keys = keys();
    for (const auto& table : tables) bucket.tables.push_back(data_of(table, bucket.keys));
    return bucket;
  }

  std::vector<history::TableInfo> infos() const {
    std::vector<history::TableInfo> all;
    for (const auto& table : tables) {
      history::TableInfo info;
      info.name = table.spec.name;
      info.columns = table.names;
      info.types = table.types;
      info.rows = static_cast<std::int64_t>(table.rows.size());
      info.first_day = {history::kNeverDay};
      info.last_day = {0};
      for (const auto& row : table.rows) {
        info.first_day = std::min(info.first_day, Day{row.event_day});
        info.last_day = std::max(info.last_day, Day{row.event_day});
      }
      info.complete_until = table.spec.complete_until.value_or(info.last_day);
      all.push_back(info);
    }
    return all;
  }

  study::Study made() const {
    auto whole = study;
    for (const auto& table : tables) whole.tables.push_back(table.spec);
    whole.churn = churn;
    return whole;
  }

  Result<OutcomeProgram> compile() const {
    auto program = OutcomeProgram::compile(made(), churn, infos());
    if (program.ok()) program->bind(layout());
    return program;
  }

  /// Rows of one customer.
  std::vector<PlannedRow> plan(const std::string& customer, const RowPlan& plan = {}) const {
    auto program = compile();
    if (!program.ok()) {
      ADD_FAILURE() << render(program.error(), Language::En);
      return {};
    }
    const auto all = bucket();
    if (churn.kind == study::ChurnKind::Contractual) {
      program->learn(all);
      program->finish_learning();
    }
    const auto found = std::find(all.keys.begin(), all.keys.end(), customer);
    std::vector<PlannedRow> rows;
    program->plan_customer(all, static_cast<std::uint32_t>(found - all.keys.begin()), plan, rows);
    return rows;
  }
  std::vector<PlannedRow> score(const std::string& customer, Day as_of) const {
    return plan(customer, RowPlan{.is_scoring = true, .as_of = as_of, .cutoffs = {}});
  }

 private:
  static history::TableData data_of(const WorldTable& table, const std::vector<std::string>& keys) {
    history::TableData data;
    data.known_lag_days = table.spec.known_lag_days;
    for (const auto type : table.types) {
      data.columns.push_back({});
      data.columns.back().type = type;
    }
    bool has_corrections = false;
    for (const auto& row : table.rows) has_corrections |= row.superseded_day != history::kNeverDay;
    data.begin.push_back(0);
    for (const auto& key : keys) {
      std::vector<WorldTable::Row> own;
      std::copy_if(table.rows.begin(), table.rows.end(), std::back_inserter(own),
                   [&](const auto& row) { return row.customer == key; });
      std::stable_sort(own.begin(), own.end(), [](const auto& a, const auto& b) {
        return a.event_day < b.event_day;
      });
      for (const auto& row : own) {
        data.event_day.push_back(row.event_day);
        if (table.has_known_days) data.known_day.push_back(row.known_day);
        if (has_corrections) data.superseded_day.push_back(row.superseded_day);
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
          append_cell(row.cells[c], data.columns[c]);
        }
      }
      data.begin.push_back(static_cast<std::uint32_t>(data.event_day.size()));
    }
    data.rows = data.event_day.size();
    return data;
  }
};

/// "stayed", "churned:lapsed", … for short expectations.
inline std::string said(const PlannedRow& row, const std::vector<std::string>& classes) {
  switch (row.outcome) {
    case OutcomeState::Stayed: return "stayed";
    case OutcomeState::Churned: return "churned:" + classes[row.exit_class];
    case OutcomeState::CompetingExit: return "competing:" + classes[row.exit_class];
    case OutcomeState::Immature: return "immature";
    case OutcomeState::Unknown: return "unknown";
  }
  return "";
}

/// What became of a customer, row by row: "2020-01-01 stayed".
inline std::vector<std::string> story(const World& world, const std::string& customer,
                                      const RowPlan& plan = {}) {
  auto program = world.compile();
  std::vector<std::string> lines;
  if (!program.ok()) return {render(program.error(), Language::En)};
  for (const auto& row : world.plan(customer, plan)) {
    lines.push_back(to_string(Day{row.cutoff_day}) + " " + said(row, program->exit_classes()));
  }
  return lines;
}

}  // namespace holdfast::features::testing
