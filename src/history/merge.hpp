#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "history/customers.hpp"
#include "history/layout.hpp"
#include "history/manifest.hpp"
#include "history/partitions.hpp"
#include "history/resolve.hpp"

namespace holdfast::history {

/// One table of an import, before its buckets are written.
struct MergeTable {
  const TableLayout* layout = nullptr;
  Partitions* added = nullptr;        // Null: no source is new.
  const TableEntry* old = nullptr;    // Null: not in the store, or read anew.
  std::string folder;                 // Of its files, relative to the store.
  ResolveOptions resolve;
  std::int32_t undated_day = 0;
  bool may_withdraw = false;          // Old rows may be withdrawn where no new ones stand.
};

struct MergeInput {
  std::filesystem::path store;
  std::int64_t number = 0;  // Of the manifest in the making; file names carry it.
  int bits = 0;             // Of the bucket count.
  const Customers* customers = nullptr;
  std::vector<std::uint32_t> order;  // Customers by (hash, key).
  std::vector<std::uint32_t> rank;   // Place of each customer in there.
  const Manifest* old = nullptr;     // Null: a new store.
  std::vector<MergeTable> tables;
};

/// What merging gave for one table in one bucket.
struct MergedTable {
  FileEntry file;
  bool is_rewritten = false;
  std::int64_t duplicates_count = 0;
  std::optional<Day> first_day, last_day;
  std::vector<Categories> categories;  // By stored column.
};

struct MergedBucket {
  FileEntry keys;
  std::vector<MergedTable> tables;  // As MergeInput::tables; context tables are left out.
};

/// Sorts and writes one bucket of all tables. Different buckets may be merged at once.
/// Errors: kDamaged, kUnwritable, kTooLarge.
Result<MergedBucket> merge_bucket(const MergeInput& input, std::size_t bucket);

/// Sorts and writes a context table.
Result<MergedTable> merge_context(const MergeInput& input, const MergeTable& table);

}  // namespace holdfast::history
