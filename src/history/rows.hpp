#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/layout.hpp"

namespace holdfast::history {

constexpr std::int32_t kUnsetDay = std::numeric_limits<std::int32_t>::min();

/// Texts beyond a column's dictionary stand beside the rows: a code with this bit is an offset into
/// `heap`, where a length of four bytes and the text lie.
constexpr std::uint32_t kInlineText = 0x8000'0000U;

/// One column's cells, fixed width, of some rows.
struct Cells {
  std::vector<std::byte> data;
  std::vector<std::uint8_t> valid;  // Empty: every cell is present.
  std::string heap;                 // Text only.

  template <typename T>
  T at(std::size_t row) const {
    T value;
    std::memcpy(&value, data.data() + row * sizeof(T), sizeof(T));
    return value;
  }
  bool is_valid(std::size_t row) const { return valid.empty() || valid[row] != 0; }
  std::string_view inline_text(std::uint32_t code) const {
    const auto offset = static_cast<std::size_t>(code & ~kInlineText);
    std::uint32_t length = 0;
    std::memcpy(&length, heap.data() + offset, sizeof length);
    return std::string_view(heap).substr(offset + sizeof length, length);
  }
};

/// So many rows in a row come from one source.
struct SourceRun {
  std::uint32_t source = 0;
  std::uint32_t rows = 0;
};

/// Rows of one table on their way into the store.
struct RowChunk {
  std::size_t rows = 0;
  std::vector<std::uint32_t> customer;  // Number in Customers; empty for context tables.
  std::vector<std::int32_t> event_day;  // Empty: undated.
  std::vector<std::int32_t> known_day;  // Empty: no known-at column. kUnsetDay: missing.
  std::vector<SourceRun> sources;
  std::vector<Cells> columns;  // As TableLayout::stored.

  std::size_t bytes() const;
  void add_run(std::uint32_t source, std::size_t count);
};

/// Writes a chunk as bytes, for spilling, and reads it back on the same machine.
std::string to_bytes(const RowChunk& chunk);
RowChunk from_bytes(std::string_view bytes);

}  // namespace holdfast::history
