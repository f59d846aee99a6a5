#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "history/bucket_rows.hpp"
#include "history/layout.hpp"

namespace holdfast::history {

/// What a new source replaces, for tables whose rows have no id.
struct NewSource {
  std::uint32_t id = 0;
  /// Earlier contents of the same location.
  std::unordered_set<std::uint32_t> replaces;
  /// With replaces_range: the days it covers; to < from: none.
  std::int32_t from_day = 0, to_day = -1;
};

struct ResolveOptions {
  std::vector<NewSource> sources;  // In the order read.
  std::int32_t import_day = 0;     // Later imports: what is new was known from then on.
  bool is_first_load = false;
};

/// What became of the rows of a bucket.
struct Resolved {
  std::vector<std::uint32_t> kept;  // Rows, by customer, as they came.
  std::int64_t duplicates_count = 0;
};

/// True where rows can meet others that say the same or replace them.
bool needs_resolving(const TableLayout& layout, const BucketRows& rows,
                     const ResolveOptions& options);

/// Settles duplicates, corrections and replaced extracts within each customer, and fills in the
/// known and superseded days. `order`: rows by customer, within one as they came.
Resolved resolve(const TableLayout& layout, const ResolveOptions& options,
                 std::span<const std::uint32_t> order, BucketRows& rows);

/// Fills in the known days only: nothing can meet.
void set_known_days(const TableLayout& layout, const ResolveOptions& options, BucketRows& rows);

/// Drops known days that are all event day + lag, and superseded days that are all never.
void drop_plain_days(const TableLayout& layout, std::span<const std::uint32_t> kept,
                     BucketRows& rows);

}  // namespace holdfast::history
