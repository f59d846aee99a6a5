#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "history/bucket_rows.hpp"
#include "history/layout.hpp"

namespace holdfast::history {

/// Rows of a row group: small enough that one customer is read fast, large enough to decode fast.
constexpr std::size_t kRowGroupRows = std::size_t{1} << 17;

/// Writes the rows in the order given, and syncs the file. `keys`: what the customers' places in
/// the bucket mean; empty for context tables. Gives the file's size. Errors: kUnwritable.
Result<std::int64_t> write_table_file(const std::filesystem::path& path, const TableLayout& layout,
                                      const BucketRows& rows, std::span<const std::uint32_t> order,
                                      std::span<const std::string_view> keys);

/// The customers of one bucket and where their rows begin in each table's file.
struct BucketKeys {
  std::vector<std::string_view> keys;
  std::vector<std::uint64_t> hashes;               // Ascending.
  std::vector<std::string> tables;
  std::vector<std::vector<std::int32_t>> begins;   // [tables][customers]
};

/// Errors: kUnwritable.
Result<std::int64_t> write_keys_file(const std::filesystem::path& path, const BucketKeys& keys);

}  // namespace holdfast::history
