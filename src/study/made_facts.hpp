#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "study/facts.hpp"
#include "study/study.hpp"

/// Tables made in memory for the tests of proposals.
namespace holdfast::study {

inline tables::Column texts(std::string name, const std::vector<std::string>& cells) {
  tables::Column column;
  column.name = std::move(name);
  for (const auto& cell : cells) {
    const auto found = std::ranges::find(column.categories, cell);
    column.codes.push_back(static_cast<std::uint32_t>(found - column.categories.begin()));
    if (found == column.categories.end()) column.categories.push_back(cell);
    column.valid.push_back(cell.empty() ? 0 : 1);
  }
  return column;
}

/// Whole numbers by default; -1 is missing.
inline tables::Column numbers(std::string name, const std::vector<std::int64_t>& cells,
                       tables::ColumnType type = tables::ColumnType::Integer) {
  tables::Column column;
  column.name = std::move(name);
  column.type = type;
  column.integers = cells;
  for (const auto cell : cells) column.valid.push_back(cell == -1 ? 0 : 1);
  return column;
}

inline TableFacts table(std::string name, const std::vector<tables::Column>& columns) {
  TableFacts facts;
  facts.name = std::move(name);
  facts.location = facts.name + ".csv";
  tables::Table piece;
  piece.columns = columns;
  piece.rows = columns[0].valid.size();
  for (const auto& column : columns) {
    tables::ColumnFormat format;
    format.name = column.name;
    format.type = column.type;
    if (column.type == tables::ColumnType::Day) format.date_format = "yyyy-MM-dd";
    facts.options.columns.push_back(format);
  }
  facts.add(piece);
  return facts;
}

/// All errors of a study as it is written; empty where there is none.
inline std::string wrong_with(const Study& study) {
  std::string out;
  const auto checked = parse(write(study), "study.toml");
  for (const auto& error : checked.errors) out += render(error, Language::En) + "\n";
  return out;
}

}  // namespace holdfast::study
