#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

constexpr int kFormat = 1;

/// A data file; path empty: there is none.
struct FileEntry {
  std::string path;  // Relative to the store.
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
};

/// A source that was taken in. Ids are never used again, rows carry them.
struct SourceEntry {
  std::uint32_t id = 0;
  std::string location;      // As `tables::expand` gives it, relative to the study where it can be.
  std::string hash;          // Of the contents; empty: a database.
  std::int64_t bytes = 0;
  std::int64_t rows = 0;     // Read.
  std::int64_t orphans = 0;
  bool is_current = true;    // False: newer contents of the same location were taken in later.
};

/// Distinct values of a text column, sorted; nothing where there are too many.
using Categories = std::optional<std::vector<std::string>>;

struct TableEntry {
  std::string name;
  std::string fingerprint;
  bool is_context = false;
  std::vector<std::string> columns;  // What may be asked for …
  std::vector<tables::ColumnType> types;
  std::vector<std::string> origins;  // … and where it comes from: stored, event_day, customer.
  std::vector<Categories> categories;
  std::int64_t rows = 0;
  std::optional<Day> first_day, last_day;
  std::optional<Day> complete_until;  // As the study said.
  int known_lag_days = 0;
  bool has_assumed_known_at = false;
  std::vector<FileEntry> files;       // One a bucket; context tables: one.
  std::vector<SourceEntry> sources;
};

/// One state of the store.
struct Manifest {
  std::int64_t number = 0;
  int bucket_bits = 0;
  std::string imported_at;
  std::vector<FileEntry> keys;  // One a bucket.
  std::vector<TableEntry> tables;

  int bucket_count() const { return 1 << bucket_bits; }
  const TableEntry* find(std::string_view table) const;
  std::set<std::string> paths() const;
};

/// Distinct values a text column may have to be listed.
constexpr std::size_t kCategoriesMax = 1000;

std::filesystem::path manifest_path(const std::filesystem::path& store, std::int64_t number);
/// Number 0: the newest. Errors: kNoStore, kNoSuchManifest, kNewerFormat, kDamaged.
Result<Manifest> load_manifest(const std::filesystem::path& store, std::int64_t number);
bool has_manifest(const std::filesystem::path& store);
/// Makes the state the newest by one rename. Its files must be in place and synced.
Result<void> publish_manifest(const std::filesystem::path& store, const Manifest& manifest);

}  // namespace holdfast::history
