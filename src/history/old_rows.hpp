#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "history/bucket_rows.hpp"
#include "history/customers.hpp"
#include "history/manifest.hpp"
#include "history/parquet_read.hpp"

namespace holdfast::history {

/// A bucket's customers and where their rows begin in each table, as an earlier import left them.
struct StoredKeys {
  std::vector<std::string> keys;
  std::vector<std::uint64_t> hashes;
  std::map<std::string, std::vector<std::size_t>> begins;  // By table: [customers + 1].
};

/// Errors: kDamaged.
Result<StoredKeys> read_stored_keys(const std::filesystem::path& store, const Manifest& manifest,
                                    std::size_t bucket);

/// Reads the rows [begins[first], begins[last]) of a table's file in front of new ones.
/// Errors: kDamaged.
Result<void> read_old_rows(const StoreFile& file, const TableLayout& layout,
                           const std::vector<std::uint32_t>& customer_of_row, const RowRange& range,
                           BucketRows& rows);

/// A column of decoded rows as cells; text codes stay.
Cells cells_of(const ColumnData& data);

}  // namespace holdfast::history
