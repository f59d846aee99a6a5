#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "history/history_view.hpp"
#include "history/store.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::history::testing {

using tables::ColumnType;

inline study::ColumnSpec column(const std::string& name, ColumnType type) {
  study::ColumnSpec spec;
  spec.format.name = name;
  spec.format.type = type;
  if (type == ColumnType::Day) spec.format.date_format = "yyyy-MM-dd";
  if (type == ColumnType::Instant) spec.format.date_format = "yyyy-MM-dd HH:mm:ss";
  return spec;
}

inline study::TableSpec table(const std::string& name, study::Role role,
                              std::vector<study::ColumnSpec> columns) {
  study::TableSpec spec;
  spec.name = name;
  spec.role = role;
  spec.columns = std::move(columns);
  spec.locations = {name + "*.csv"};
  spec.read.encoding = Encoding::Utf8;
  spec.read.delimiter = ',';
  spec.read.header_row = 1;
  for (const auto& item : spec.columns) spec.read.columns.push_back(item.format);
  return spec;
}

/// payments: customer, day, kind, amount.
inline study::TableSpec payments() {
  auto spec = table("payments", study::Role::Event,
                    {column("customer", ColumnType::Text), column("day", ColumnType::Day),
                     column("kind", ColumnType::Text), column("amount", ColumnType::Money)});
  spec.customer_key = "customer";
  spec.event_time = "day";
  return spec;
}

/// A study in a folder of its own.
struct Project {
  holdfast::testing::TemporaryFolder folder;
  study::Study study;
  ImportOptions options;

  explicit Project(std::vector<study::TableSpec> tables) {
    study.folder = folder.path();
    study.file = folder.path() / "study.toml";
    study.tables = std::move(tables);
    options.now = Instant{1'700'000'000'000'000};  // 2023-11-14.
  }
  void write(const std::string& name, const std::string& contents) { folder.write(name, contents); }
  void on(Day day) { options.now = start_of_utc_day(day); }
  Result<ImportReport> import() { return history::import(study, options, silent()); }
  ImportReport imported() {
    auto report = import();
    if (!report.ok()) ADD_FAILURE() << render(report.error(), Language::En);
    return report.ok() ? std::move(*report) : ImportReport{};
  }
  Store store() {
    auto opened = Store::open(study);
    if (!opened.ok()) ADD_FAILURE() << render(opened.error(), Language::En);
    return std::move(*opened);
  }
  std::filesystem::path store_path() const { return folder.path() / "store"; }

  /// Every row as "key day col col …", in the order of the store; superseded and known days behind.
  std::vector<std::string> rows(const std::string& name, const std::vector<std::string>& columns);
  /// Contents of all data files, by bucket and table, without the number of the import.
  std::map<std::string, std::string> files() const;
};

std::string cell(const ColumnData& column, std::size_t row);

}  // namespace holdfast::history::testing
