#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tables/piece.hpp"

namespace holdfast::tables {

/// Splits CSV text into rows and cells (RFC 4180, and what spreadsheets and people make of it):
/// line breaks and doubled quotes inside quotes; a quote inside an unquoted cell is itself; blanks
/// before an opening quote are dropped. Of the delimiter ' ' any number is one, and those at a
/// line's ends are none: tables set in columns.
class CsvTokenizer {
 public:
  CsvTokenizer(char delimiter, char quote)
      : delimiter_(delimiter), quote_(quote), is_blanks_(delimiter == ' ') {}

  /// Rows must have `width` cells (0: any; all are kept, `slots` is not used). `slots[i]` is where
  /// cell i goes in its row of piece.cells, or -1.
  void expect(std::size_t width, std::vector<int> slots);

  /// Fills `piece` from piece.text, which begins at a row's start, up to `rows_max` rows. Returns
  /// how many bytes are done with; the rest is the beginning of a row, unless `is_last`.
  std::size_t split(Piece& piece, std::size_t rows_max, bool is_last);

  /// The line the next text begins on.
  std::int64_t line() const { return line_; }
  void set_line(std::int64_t line) { line_ = line; }
  /// Cells of each row, where any width goes.
  const std::vector<std::size_t>& widths() const { return widths_; }

 private:
  struct Row;
  /// One run over the text from a row's start; true where an open quote reached the end.
  bool scan(Piece& piece, std::size_t& position, std::size_t rows_max, bool is_last);
  void end_cell(Piece& piece, Row& row, std::size_t end);
  bool end_row(Piece& piece, Row& row, std::size_t end);

  char delimiter_;
  char quote_;
  bool is_blanks_;
  std::size_t width_ = 0;
  std::vector<int> slots_;
  std::int64_t line_ = 1;
  std::size_t next_cell_ = 0;  // Where the current row's cells begin in piece.cells.
  std::vector<std::size_t> widths_;
};

}  // namespace holdfast::tables
