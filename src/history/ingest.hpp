#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "history/customers.hpp"
#include "history/layout.hpp"
#include "history/local_day.hpp"
#include "history/manifest.hpp"
#include "history/partitions.hpp"
#include "history/quarantine.hpp"
#include "history/references.hpp"
#include "history/resolve.hpp"
#include "history/sources.hpp"
#include "history/store.hpp"

namespace holdfast::history {

/// A table whose new sources were read.
struct IngestedTable {
  std::unique_ptr<Partitions> rows;
  std::vector<SourceEntry> sources;
  std::vector<NewSource> new_sources;
  std::optional<Day> last_day;
  std::int64_t rows_read = 0, rows_good = 0, orphans_count = 0;
};

/// Reads sources into partitions, spilling to files when they pass the memory they may take.
class Ingest {
 public:
  struct Context {
    const study::Study& study;
    Customers& customers;
    References& references;
    LocalDays& days;
    Quarantine& quarantine;
    Progress& progress;
    std::filesystem::path spill_folder;
    std::size_t memory_max_bytes = 0;
    int partition_bits = 0;
  };
  explicit Ingest(const Context& context) : context_(context) {}

  /// Errors: a source unreadable, cancelled, kUnwritable.
  Result<IngestedTable> read_table(const TableLayout& layout, const TablePlan& plan,
                                   std::uint32_t first_source_id);

 private:
  Result<void> read_source(const TableLayout& layout, const SourcePlan& source,
                           class PieceJudge& judge, std::uint32_t id, IngestedTable& table);
  Result<void> spill_if_full();

  Context context_;
  std::vector<Partitions*> all_;  // Of every table read so far.
};

}  // namespace holdfast::history
