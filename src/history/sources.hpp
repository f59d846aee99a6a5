#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/error.hpp"
#include "history/manifest.hpp"
#include "study/study.hpp"

namespace holdfast::history {

/// A source that will be read.
struct SourcePlan {
  std::string location;  // To open it.
  std::string shown;     // In messages and the manifest: relative to the study, without password.
  std::string hash;      // Of the contents; empty: a database, or still to be found.
  std::int64_t bytes = 0;
  bool needs_hash = false;  // Found while reading: nothing depends on it.
  std::unordered_set<std::uint32_t> replaces;  // Ids of earlier contents of this location.
};

/// What one table's sources ask for.
struct TablePlan {
  std::vector<SourcePlan> sources;  // New or changed, in the order to read.
  std::vector<Error> warnings;
  bool is_anew = false;             // What the store holds of the table does not count.
};

/// Compares a table's sources with what was taken in. `old`: null where the table is new or must
/// be read anew. Errors: kNoSource, kFileMissing.
Result<TablePlan> plan_sources(const study::Study& study, const study::TableSpec& table,
                               const TableEntry* old);

}  // namespace holdfast::history
