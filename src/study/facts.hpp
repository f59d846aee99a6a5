#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/error.hpp"
#include "tables/reader.hpp"

/// What a proposal needs to know of tables beyond their layout. Inner header of study/.
namespace holdfast::study {

constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();
/// Rows looked at per table: enough to judge, bounded in memory.
constexpr std::size_t kFactRowsMax = 1'000'000;
/// Columns with more values than this are no categories.
constexpr std::size_t kCategoriesMax = 64;

struct ColumnFacts {
  std::string name;
  tables::ColumnType type = tables::ColumnType::Text;
  std::int64_t present_count = 0;
  std::unordered_set<std::uint64_t> values;    // Hashes of distinct values, the same for 7 and "7".
  std::vector<std::uint64_t> cells;            // [rows] hash; 0: missing.
  std::vector<std::int32_t> days;              // [rows] Day, Instant; kNoDay: missing.
  std::vector<double> numbers;                 // [rows] of numbers; 0: missing.
  std::map<std::string, std::int64_t> counts;  // By value; empty where there are too many.
  std::map<std::string, std::uint64_t> hashes;  // Of the values in `counts`.
  bool is_in_cents = true;                      // Real: no value has more than two decimals.

  bool is_dated() const {
    return type == tables::ColumnType::Day || type == tables::ColumnType::Instant;
  }
  bool is_number() const {
    return type == tables::ColumnType::Integer || type == tables::ColumnType::Real ||
           type == tables::ColumnType::Money;
  }
};

struct TableFacts {
  std::string name;
  std::string location;  // As the study will say it.
  tables::ReadOptions options;
  std::size_t rows = 0;
  bool is_whole = true;  // False where kFactRowsMax cut it short.
  std::vector<ColumnFacts> columns;

  const ColumnFacts* find(std::string_view column) const;
  void add(const tables::Table& piece);
};

/// Looks at all sources; several sheets become several tables. `outcome` is read as text, so that
/// its values stand as the file spells them.
Result<std::vector<TableFacts>> gather(const std::vector<std::string>& locations,
                                       const std::filesystem::path& folder,
                                       const std::string& outcome);

}  // namespace holdfast::study
