#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tables/cell_parser.hpp"
#include "tables/reader.hpp"
#include "tables/text_dictionary.hpp"

namespace holdfast::tables {

/// One cell: where it stands in its piece's text.
struct CellRef {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;  // With kDoubled: the text holds doubled quotes.

  static constexpr std::uint32_t kDoubled = 0x8000'0000;
};

/// A line that is no row of this table.
struct RaggedRow {
  std::int64_t line = 0;
  std::size_t begin = 0;  // In the piece's text.
  std::size_t size = 0;
  std::size_t cells = 0;
  bool is_unclosed = false;  // It opens a quote that nothing closes.
};

/// Some rows of a CSV file, split into cells but not yet read.
struct Piece {
  std::string text;
  char quote = '"';
  bool has_malformed = false;       // Bytes that were no character stand in it as U+FFFD.
  std::size_t columns = 0;          // Wanted ones.
  std::size_t rows = 0;
  std::vector<CellRef> cells;       // [rows * columns] and more as scratch, row by row.
  std::vector<std::int64_t> lines;  // [rows]
  std::vector<RaggedRow> ragged;

  /// A cell's text, trimmed. `scratch` holds it where quotes had to be undoubled.
  std::string_view text_of(const CellRef& cell, std::string& scratch) const {
    if ((cell.size & CellRef::kDoubled) != 0) return undoubled(cell, scratch);
    return trimmed_cell({text.data() + cell.begin, cell.size});
  }

 private:
  std::string_view undoubled(const CellRef& cell, std::string& scratch) const;
};

/// A cell that does not fit its column's format.
struct Misfit {
  std::uint32_t row = 0;
  Fit fit = Fit::Misfit;
};

/// Makes room for `rows` cells.
void prepare_column(const CellParser& parser, std::size_t rows, Column& column);

/// Reads rows [from, to) of column `index`; cells that do not fit are missing and noted.
void fill_values(const Piece& piece, std::size_t index, std::size_t from, std::size_t to,
                 const CellParser& parser, Column& column, std::vector<Misfit>& misfits);

/// The same for all rows of a Text column.
void fill_texts(const Piece& piece, std::size_t index, const CellParser& parser,
                TextDictionary& dictionary, Column& column, std::vector<Misfit>& misfits);

}  // namespace holdfast::tables
