#include "tables/csv_tokenizer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace holdfast::tables {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kUnclosedMax = 1 << 20;  // A quote open for longer is a mistake.

/// Bit i: byte i of the 64 at `p` is a delimiter, quote or line end.
std::uint64_t marks(const char* p, char delimiter, char quote) {
#ifdef __AVX2__
  const auto half = [&](const char* at) {
    const auto bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const auto is = [&](char c) { return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)); };
    const auto any = _mm256_or_si256(_mm256_or_si256(is(delimiter), is(quote)), is('\n'));
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(any));
  };
  return half(p) | (static_cast<std::uint64_t>(half(p + 32)) << 32);
#else
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool hit = p[i] == delimiter || p[i] == quote || p[i] == '\n';
    bits |= static_cast<std::uint64_t>(hit) << i;
  }
  return bits;
#endif
}

}  // namespace

/// Where the scan stands in its row.
struct CsvTokenizer::Row {
  std::size_t begin = 0;
  std::int64_t line = 1;
  std::size_t cells = 0;
  std::size_t cell_begin = 0;
  std::size_t quote_end = 0;  // Behind the quote that closed last.
  bool in_quotes = false;
  bool is_quoted = false;
  bool has_doubled = false;

  void next_cell(std::size_t at) {
    ++cells;
    cell_begin = at;
    is_quoted = has_doubled = false;
  }
};

void CsvTokenizer::expect(std::size_t width, std::vector<int> slots) {
  width_ = width;
  slots_ = std::move(slots);
}

std::size_t CsvTokenizer::split(Piece& piece, std::size_t rows_max, bool is_last) {
  piece.quote = quote_;
  piece.rows = 0;
  piece.lines.clear();
  piece.ragged.clear();
  piece.columns =
      slots_.empty() ? 0 : static_cast<std::size_t>(std::ranges::max(slots_) + 1);
  widths_.clear();
  next_cell_ = 0;
  std::size_t position = 0;
  while (position < piece.text.size() && piece.rows < rows_max) {
    const bool is_open = scan(piece, position, rows_max, is_last);
    if (!is_open) break;
    if (!is_last && piece.text.size() - position <= kUnclosedMax) break;
    // Nothing closes the quote: its line alone is wrong, the next one begins a row again.
    const auto end = std::min(piece.text.find('\n', position), piece.text.size());
    piece.ragged.push_back({line_, position, end - position, 0, true});
    ++line_;
    position = std::min(end + 1, piece.text.size());
  }
  return position;
}

bool CsvTokenizer::scan(Piece& piece, std::size_t& position, std::size_t rows_max, bool is_last) {
  const std::string& text = piece.text;
  Row row;
  row.begin = row.cell_begin = position;
  row.line = line_;
  char tail[kBlock];
  for (std::size_t base = position; base < text.size(); base += kBlock) {
    const char* block = text.data() + base;
    if (text.size() - base < kBlock) {
      std::memset(tail, 0, sizeof tail);
      std::memcpy(tail, block, text.size() - base);
      block = tail;
    }
    for (auto bits = marks(block, delimiter_, quote_); bits != 0; bits &= bits - 1) {
      const auto at = base + static_cast<std::size_t>(std::countr_zero(bits));
      if (at >= text.size()) break;  // A delimiter or quote of '\0' in the padding.
      const char c = text[at];
      if (c == quote_ && quote_ != '\0') {
        if (row.in_quotes) {
          row.in_quotes = false;
          row.quote_end = at + 1;
        } else if (row.is_quoted && at == row.quote_end) {
          row.in_quotes = row.has_doubled = true;
        } else if (!row.is_quoted &&
                   text.find_first_not_of(' ', row.cell_begin) == at) {
          row.cell_begin = at;
          row.in_quotes = row.is_quoted = true;
        }
      } else if (row.in_quotes) {
        line_ += c == '\n' ? 1 : 0;
      } else if (c == '\n') {
        ++line_;
        end_row(piece, row, at > row.begin && text[at - 1] == '\r' ? at - 1 : at);
        position = at + 1;
        row = {.begin = at + 1, .line = line_, .cell_begin = at + 1};
        if (piece.rows == rows_max) return false;
      } else if (c == delimiter_) {
        if (is_blanks_ && at == row.cell_begin) {
          ++row.cell_begin;  // One of several blanks, or at the line's begin.
          continue;
        }
        end_cell(piece, row, at);
        row.next_cell(at + 1);
      }
    }
  }
  if (row.in_quotes) {
    line_ = row.line;
    return true;
  }
  if (is_last && row.begin < text.size()) {
    end_row(piece, row, text.size());
    position = text.size();
    ++line_;
  } else {
    line_ = row.line;  // Counted again with the rest of the row.
  }
  return false;
}

void CsvTokenizer::end_cell(Piece& piece, Row& row, std::size_t end) {
  auto at = next_cell_ + row.cells;
  if (width_ != 0) {
    if (row.cells >= width_ || slots_[row.cells] < 0) return;
    at = next_cell_ + static_cast<std::size_t>(slots_[row.cells]);
  }
  if (at >= piece.cells.size()) piece.cells.resize(std::max(at + 1 + width_, piece.cells.size() * 2));
  auto begin = row.cell_begin;
  std::uint32_t doubled = 0;
  if (row.is_quoted) {
    // Blanks may follow the closing quote; anything else makes the quotes part of the text.
    auto last = end;
    while (last > row.quote_end && (piece.text[last - 1] == ' ' || piece.text[last - 1] == '\r')) --last;
    if (last == row.quote_end) {
      ++begin;
      end = row.quote_end - 1;
      doubled = row.has_doubled ? CellRef::kDoubled : 0;
    }
  }
  piece.cells[at] = {static_cast<std::uint32_t>(begin),
                     static_cast<std::uint32_t>(end - begin) | doubled};
}

bool CsvTokenizer::end_row(Piece& piece, Row& row, std::size_t end) {
  const bool is_empty = end <= row.cell_begin;
  if (row.cells == 0 && is_empty) return false;
  const bool is_done = is_blanks_ && is_empty;  // By the blanks at the line's end.
  if (!is_done) end_cell(piece, row, end);
  const auto cells = row.cells + (is_done ? 0 : 1);
  if (width_ == 0) {
    widths_.push_back(cells);
    next_cell_ += cells;
  } else {
    // A delimiter at the very end of each line makes one empty cell more.
    const bool trails = cells == width_ + 1 && end == row.cell_begin;
    if (cells != width_ && !trails) {
      piece.ragged.push_back({row.line, row.begin, end - row.begin, cells, false});
      return false;
    }
    next_cell_ += piece.columns;
  }
  piece.lines.push_back(row.line);
  ++piece.rows;
  return true;
}

}  // namespace holdfast::tables
