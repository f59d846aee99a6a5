#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/interner.hpp"
#include "history/layout.hpp"
#include "history/partitions.hpp"
#include "history/rows.hpp"

namespace holdfast::history {

/// All rows of one table in one bucket, old ones first, then new ones in source order.
struct BucketRows {
  std::size_t rows = 0;
  std::size_t rows_old = 0;                  // Of these, how many stood in the store already.
  std::vector<std::uint32_t> customer;       // Number in Customers; later the place in the bucket.
  std::vector<std::int32_t> event_day;
  std::vector<std::int32_t> known_day;       // kUnsetDay: event day + lag.
  std::vector<std::int32_t> superseded_day;  // Empty: none.
  std::vector<std::uint32_t> source;
  std::vector<Cells> columns;                // Text: codes into dictionaries.
  std::vector<Interner> dictionaries;        // By column; empty unless text.
};

struct BucketRowsOptions {
  int bits = 0;            // Of the bucket count.
  std::size_t bucket = 0;  // Rows of other buckets are left out.
  std::int32_t undated_day = 0;
};

/// Puts the chunks' rows behind the old ones.
void append_chunks(const TableLayout& layout, const Partitions& from,
                   std::vector<RowChunk> chunks, const Customers& customers,
                   const BucketRowsOptions& options, BucketRows& rows);

}  // namespace holdfast::history
