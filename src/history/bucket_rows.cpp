#include "history/bucket_rows.hpp"

#include "core/hash.hpp"
#include "history/bucket.hpp"

namespace holdfast::history {
namespace {

using tables::ColumnType;

/// Rows of the chunk that lie in the bucket; empty: all do.
std::vector<std::uint32_t> rows_within(const RowChunk& chunk, const Partitions& from,
                                       const Customers& customers,
                                       const BucketRowsOptions& options) {
  std::vector<std::uint32_t> within;
  if (options.bits <= from.bits()) return within;
  for (std::size_t row = 0; row < chunk.rows; ++row) {
    if (top_bits(customers.hash(chunk.customer[row]), options.bits) == options.bucket) {
      within.push_back(static_cast<std::uint32_t>(row));
    }
  }
  return within;
}

template <typename T>
void append_values(std::vector<T>& to, const std::vector<T>& from,
                   const std::vector<std::uint32_t>& rows, bool all) {
  if (all) {
    to.insert(to.end(), from.begin(), from.end());
  } else {
    for (const auto row : rows) to.push_back(from[row]);
  }
}

std::vector<std::uint32_t> sources_of(const RowChunk& chunk) {
  std::vector<std::uint32_t> sources;
  sources.reserve(chunk.rows);
  for (const auto& run : chunk.sources) sources.insert(sources.end(), run.rows, run.source);
  return sources;
}

/// Gives the chunk's text codes those of the bucket's dictionary. `known` remembers, by the
/// table-wide code, what was found before.
void translate_texts(Cells& cells, std::size_t rows, const Partitions& from, std::size_t column,
                     std::vector<std::uint32_t>& known, Interner& dictionary) {
  known.resize(from.dictionary_size(column), kInlineText);
  for (std::size_t row = 0; row < rows; ++row) {
    if (!cells.is_valid(row)) continue;
    auto code = cells.at<std::uint32_t>(row);
    if ((code & kInlineText) != 0) {
      const auto text = cells.inline_text(code);
      code = dictionary.intern(text, hash64(text));
    } else {
      if (known[code] == kInlineText) {
        const auto text = from.text(column, code);
        known[code] = dictionary.intern(text, hash64(text));
      }
      code = known[code];
    }
    std::memcpy(cells.data.data() + row * sizeof code, &code, sizeof code);
  }
  cells.heap.clear();
}

void append_cells(Cells& to, Cells& from, std::size_t rows_before, std::size_t chunk_rows,
                  const std::vector<std::uint32_t>& rows, bool all, std::size_t width) {
  if (!from.valid.empty() && to.valid.empty()) to.valid.assign(rows_before, 1);
  if (from.valid.empty() && !to.valid.empty()) from.valid.assign(chunk_rows, 1);
  append_values(to.valid, from.valid, rows, all || from.valid.empty());
  if (all) {
    if (to.data.empty()) {
      to.data = std::move(from.data);
    } else {
      to.data.insert(to.data.end(), from.data.begin(), from.data.end());
    }
  } else {
    for (const auto row : rows) {
      const auto* at = from.data.data() + row * width;
      to.data.insert(to.data.end(), at, at + width);
    }
  }
  from = {};
}

}  // namespace

void append_chunks(const TableLayout& layout, const Partitions& from,
                   std::vector<RowChunk> chunks, const Customers& customers,
                   const BucketRowsOptions& options, BucketRows& rows) {
  rows.columns.resize(layout.stored.size());
  rows.dictionaries.resize(layout.stored.size());
  std::vector<std::vector<std::uint32_t>> known(layout.stored.size());
  for (auto& chunk : chunks) {
    const auto within = rows_within(chunk, from, customers, options);
    const bool all = options.bits <= from.bits();
    const auto added = all ? chunk.rows : within.size();
    append_values(rows.customer, chunk.customer, within, all);
    if (chunk.event_day.empty()) {
      rows.event_day.insert(rows.event_day.end(), added, options.undated_day);
    } else {
      append_values(rows.event_day, chunk.event_day, within, all);
    }
    if (chunk.known_day.empty()) {
      rows.known_day.insert(rows.known_day.end(), added, kUnsetDay);
    } else {
      append_values(rows.known_day, chunk.known_day, within, all);
    }
    if (!rows.superseded_day.empty()) {
      rows.superseded_day.resize(rows.superseded_day.size() + added, kNeverDay);
    }
    append_values(rows.source, sources_of(chunk), within, all);
    for (std::size_t column = 0; column < layout.stored.size(); ++column) {
      auto& cells = chunk.columns[column];
      const auto type = layout.stored[column].type;
      if (type == ColumnType::Text) {
        translate_texts(cells, chunk.rows, from, column, known[column],
                        rows.dictionaries[column]);
      }
      append_cells(rows.columns[column], cells, rows.rows, chunk.rows, within, all,
                   width_of(type));
    }
    rows.rows += added;
    chunk = {};
  }
}

}  // namespace holdfast::history
