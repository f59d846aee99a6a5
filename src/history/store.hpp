#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "core/progress.hpp"
#include "history/bucket.hpp"
#include "study/study.hpp"

/// The history store: every table of a study in Parquet files, bucketed by customer, sorted by
/// (hash, key, time), published atomically (DESIGN, History store).
namespace holdfast::history {

/// What one import did to one table. read = kept + quarantined + duplicates.
struct ImportCounts {
  std::string table;
  std::int64_t rows_read = 0;
  std::int64_t rows_kept = 0;
  std::int64_t rows_quarantined = 0;
  std::int64_t rows_duplicate = 0;
  std::int64_t orphans_count = 0;   // Quarantined because the key path leads nowhere.
  std::int64_t rows_stored = 0;     // In the store afterwards.
  bool was_up_to_date = false;      // No source changed: nothing was read.
};

struct ImportReport {
  std::vector<ImportCounts> tables;
  std::vector<Error> warnings;
  std::filesystem::path quarantine;  // CSV of bad rows: source,line,column,value,reason; empty: none.
  std::int64_t manifest_number = 0;
};

struct ImportOptions {
  bool is_forced = false;                     // Read sources again even if unchanged.
  std::optional<Instant> now;                 // Known-at of what comes later than the first load.
  std::size_t memory_max_bytes = std::size_t{1} << 30;
  int bucket_count_min = 0;                   // 0: by size.
};

/// Takes every source of the study that is new or changed into the store. Killed at any moment, it
/// leaves the old state or the new one. Errors: too many bad rows, a source unreadable.
Result<ImportReport> import(const study::Study& study, const ImportOptions& options,
                            Progress& progress);

/// What the store knows about one table.
struct TableInfo {
  std::string name;
  std::vector<std::string> columns;
  std::vector<tables::ColumnType> types;
  /// By column: the values of a text column, sorted; empty where there are more than 1,000 (and for
  /// other types, and for the customer key).
  std::vector<std::vector<std::string>> categories;
  std::int64_t rows = 0;
  Day first_day, last_day;        // Of event time.
  Day complete_until;             // As the study says, else last_day.
  int known_lag_days = 0;
  bool has_assumed_known_at = false;
};

/// Reading side; immutable, safe for many threads.
class Store {
 public:
  /// Errors: no store there, newer format, a file of the manifest missing or truncated.
  /// `manifest_number` 0: the newest.
  static Result<Store> open(const study::Study& study, std::int64_t manifest_number = 0);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  std::int64_t manifest_number() const;
  int bucket_count() const;
  const std::vector<TableInfo>& tables() const;  // In the study's order.
  const TableInfo* find(std::string_view table) const;

  /// Decodes one bucket. Order of `Bucket::tables` and of each table's columns: as asked.
  Result<Bucket> read_bucket(int bucket, const std::vector<TableColumns>& wanted) const;
  /// One customer's rows alone, from a cold store: reads only the row groups that hold them.
  /// A bucket with at most one customer; none where nobody has that key.
  Result<Bucket> read_customer(std::string_view key, const std::vector<TableColumns>& wanted) const;
  /// All rows of a context table (not bucketed), sorted by its join columns and event time.
  Result<TableData> read_context(std::string_view table, const std::vector<std::string>& columns) const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Which bucket a key lies in. Part of the format: hash64(normalised key), top bits.
int bucket_of(std::string_view key, int bucket_count);

}  // namespace holdfast::history
