#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyses/analyses.hpp"
#include "core/file.hpp"
#include "history/store.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::analyses::testing {

/// A study written into a folder of its own and imported. For tests only.
struct MadeStudy {
  holdfast::testing::TemporaryFolder folder;
  std::optional<study::Study> study;
  std::optional<history::Store> store;

  MadeStudy(const std::string& toml, const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, text] : files) folder.write(name, text);
    auto checked = study::load(folder.write("study.toml", toml));
    for (const auto& error : checked.errors) ADD_FAILURE() << render(error, Language::En);
    study = std::move(checked.study);
    const auto done = history::import(*study, {}, silent());
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : render(done.error(), Language::En));
    auto opened = history::Store::open(*study);
    EXPECT_TRUE(opened.ok());
    if (opened.ok()) store = std::move(*opened);
  }
  Inputs inputs(Day as_of) const { return Inputs(*study, *store, as_of); }
};

/// A table or another block of an analysis by its id; null and a failure where there is none.
template <typename Kind>
const Kind* find_block(const Analysis& analysis, std::string_view id) {
  for (const auto& section : analysis.sections) {
    for (const auto& block : section.blocks) {
      const auto* found = std::get_if<Kind>(&block);
      if (found != nullptr && found->id == id) return found;
    }
  }
  ADD_FAILURE() << "no block " << id;
  return nullptr;
}

/// The number in the column of a row.
inline double number_in(const Table& table, std::size_t row, std::string_view column) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].id != column) continue;
    const auto* number = std::get_if<double>(&table.rows.at(row).at(c));
    EXPECT_NE(number, nullptr) << column;
    return number == nullptr ? 0 : *number;
  }
  ADD_FAILURE() << "no column " << column;
  return 0;
}

/// The first row that has this text in English somewhere; rows.size() where none has.
inline std::size_t row_of(const Table& table, std::string_view text) {
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (const auto& cell : table.rows[row]) {
      const auto* words = std::get_if<Text>(&cell);
      if (words != nullptr && words->en == text) return row;
    }
  }
  ADD_FAILURE() << "no row " << text;
  return table.rows.size();
}

/// What must hold of every analysis: both languages, numbers that are numbers, columns as rows have.
inline void expect_well_formed(const Analysis& analysis) {
  EXPECT_FALSE(analysis.findings.empty());
  for (const auto& finding : analysis.findings) {
    EXPECT_FALSE(finding.en.empty());
    EXPECT_FALSE(finding.zh.empty());
    EXPECT_EQ(finding.en.find("nan"), std::string::npos) << finding.en;
  }
  for (const auto& section : analysis.sections) {
    EXPECT_FALSE(section.title.zh.empty()) << section.id;
    for (const auto& block : section.blocks) {
      const auto* table = std::get_if<Table>(&block);
      if (table == nullptr) continue;
      for (const auto& row : table->rows) {
        ASSERT_EQ(row.size(), table->columns.size()) << table->id;
        for (const auto& cell : row) {
          const auto* number = std::get_if<double>(&cell);
          if (number != nullptr) {
            EXPECT_EQ(*number, *number) << table->id;
          }
        }
      }
    }
  }
  for (const auto& column : analysis.customers.columns) {
    EXPECT_EQ(std::max(column.values.size(), column.texts.size()),
              analysis.customers.customer_keys.size())
        << column.id;
  }
}

}  // namespace holdfast::analyses::testing
