#include "history/ingest.hpp"

#include <algorithm>
#include <future>
#include <limits>

#include <fmt/format.h>
#include <malloc.h>

#include "core/hash.hpp"
#include "history/computed.hpp"
#include "history/piece.hpp"
#include "history/piece_queue.hpp"
#include "tables/reader.hpp"

namespace holdfast::history {
namespace {

/// The hash of a source's contents, found in the background where it is still unknown.
std::future<Result<std::string>> hash_of(const SourcePlan& source) {
  if (!source.needs_hash) {
    return std::async(std::launch::deferred,
                      [hash = source.hash]() -> Result<std::string> { return hash; });
  }
  return std::async(std::launch::async,
                    [path = source.location] { return content_hash_of_file(path); });
}

}  // namespace

Result<IngestedTable> Ingest::read_table(const TableLayout& layout, const TablePlan& plan,
                                         std::uint32_t first_source_id) {
  HOLDFAST_TRY(const auto computed, ComputedColumns::create(*layout.spec));
  PieceJudge judge(layout, computed, context_.customers, context_.references, context_.days);
  IngestedTable table;
  table.rows = std::make_unique<Partitions>(layout, context_.partition_bits);
  all_.push_back(table.rows.get());
  auto id = first_source_id;
  for (const auto& source : plan.sources) {
    judge.begin_source();
    HOLDFAST_TRY_VOID(read_source(layout, source, judge, id++, table));
  }
  return table;
}

Result<void> Ingest::read_source(const TableLayout& layout, const SourcePlan& source,
                                 PieceJudge& judge, std::uint32_t id, IngestedTable& table) {
  const bool has_replacement = layout.id_index < 0 && !layout.is_customer_table();
  NewSource replaced{.id = id};
  if (has_replacement) replaced.replaces = source.replaces;
  SourceEntry entry{.id = id,
                    .location = source.shown,
                    .hash = "",
                    .bytes = source.bytes,
                    .rows = 0,
                    .orphans = 0,
                    .is_current = true};
  std::int32_t first = std::numeric_limits<std::int32_t>::max();
  std::int32_t last = std::numeric_limits<std::int32_t>::min();
  const tables::BadRowSink bad_rows = [&](const tables::BadRow& row) {
    context_.quarantine.add(source.shown, row);
  };
  auto hash = hash_of(source);
  // The reader outlives the queue, whose thread uses it; the queue gathers the reader's bad rows.
  std::unique_ptr<tables::Reader> reader;
  context_.progress.begin({fmt::format("reading {}", source.shown),
                           fmt::format("读取 {}", source.shown)}, source.bytes);
  std::int64_t shown_bytes = 0;
  {
    PieceQueue pieces;
    HOLDFAST_TRY(reader, tables::open(source.location, judge.read_options(), pieces.bad_rows()));
    pieces.start(*reader);
    for (;;) {
      if (cancel_requested()) return Error{holdfast::errors::kCancelled};
      Piece piece;
      HOLDFAST_TRY(const bool has_more, pieces.next(piece));
      for (const auto& row : piece.bad_rows) bad_rows(row);
      if (!has_more) break;
      const auto judged = judge.judge(piece.rows, bad_rows);
      table.rows->add({.piece = &piece.rows,
                       .rows = judged.good,
                       .customer = judged.customer,
                       .event_day = judged.event_day,
                       .known_day = judged.known_day,
                       .columns = judged.columns,
                       .source = id},
                      context_.customers);
      for (const auto row : judged.good) {
        if (judged.event_day.empty()) break;
        first = std::min(first, judged.event_day[row]);
        last = std::max(last, judged.event_day[row]);
      }
      table.rows_good += static_cast<std::int64_t>(judged.good.size());
      entry.orphans += judged.orphans_count;
      HOLDFAST_TRY_VOID(spill_if_full());
      const auto done_bytes =
          static_cast<std::int64_t>(piece.share_done * static_cast<double>(source.bytes));
      context_.progress.advance(std::max<std::int64_t>(done_bytes - shown_bytes, 0));
      shown_bytes = std::max(shown_bytes, done_bytes);
    }
  }
  context_.progress.end();
  entry.rows = reader->rows_read();
  HOLDFAST_TRY(entry.hash, hash.get());
  if (has_replacement && layout.spec->replaces_range && first <= last) {
    replaced.from_day = first;
    replaced.to_day = last;
  }
  if (first <= last) table.last_day = std::max(table.last_day.value_or(Day{last}), Day{last});
  table.rows_read += entry.rows;
  table.orphans_count += entry.orphans;
  table.sources.push_back(std::move(entry));
  table.new_sources.push_back(std::move(replaced));
  return {};
}

Result<void> Ingest::spill_if_full() {
  std::size_t bytes = 0;
  for (const auto* rows : all_) bytes += rows->bytes();
  if (bytes <= context_.memory_max_bytes) return {};
  for (std::size_t i = 0; i < all_.size(); ++i) {
    HOLDFAST_TRY_VOID(all_[i]->spill(context_.spill_folder / fmt::format("{}.rows", i)));
  }
  // Freed blocks are many and small: without this the process keeps them.
  ::malloc_trim(0);
  return {};
}

}  // namespace holdfast::history
