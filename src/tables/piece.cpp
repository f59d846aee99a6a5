#include "tables/piece.hpp"

namespace holdfast::tables {

std::string_view Piece::undoubled(const CellRef& cell, std::string& scratch) const {
  const std::string_view raw(text.data() + cell.begin, cell.size & ~CellRef::kDoubled);
  scratch.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    scratch += raw[i];
    if (raw[i] == quote && i + 1 < raw.size() && raw[i + 1] == quote) ++i;
  }
  return trimmed_cell(scratch);
}

void prepare_column(const CellParser& parser, std::size_t rows, Column& column) {
  column.name = parser.format().name;
  column.type = parser.type();
  column.valid.assign(rows, 1);
  column.integers.clear();
  column.reals.clear();
  column.codes.clear();
  column.categories.clear();
  switch (column.type) {
    case ColumnType::Text: column.codes.resize(rows); break;
    case ColumnType::Real: column.reals.resize(rows); break;
    default: column.integers.resize(rows);
  }
}

void fill_values(const Piece& piece, std::size_t index, std::size_t from, std::size_t to,
                 const CellParser& parser, Column& column, std::vector<Misfit>& misfits) {
  std::string scratch;
  const bool is_real = column.type == ColumnType::Real;
  for (std::size_t row = from; row < to; ++row) {
    const auto text = piece.text_of(piece.cells[row * piece.columns + index], scratch);
    const auto fit = is_real ? parser.real(text, column.reals[row])
                             : parser.integer(text, column.integers[row]);
    if (fit == Fit::Value) continue;
    column.valid[row] = 0;
    if (fit != Fit::Missing) misfits.push_back({static_cast<std::uint32_t>(row), fit});
  }
}

void fill_texts(const Piece& piece, std::size_t index, const CellParser& parser,
                TextDictionary& dictionary, Column& column, std::vector<Misfit>& misfits) {
  std::string scratch;
  dictionary.clear();
  for (std::size_t row = 0; row < piece.rows; ++row) {
    const auto text = piece.text_of(piece.cells[row * piece.columns + index], scratch);
    if (parser.is_missing(text)) {
      column.valid[row] = 0;
      column.codes[row] = 0;
      continue;
    }
    bool is_new = false;
    column.codes[row] = dictionary.code_of(text, column.categories, is_new);
    if (piece.has_malformed && text.find("\uFFFD") != std::string_view::npos) {
      column.valid[row] = 0;
      misfits.push_back({static_cast<std::uint32_t>(row), Fit::Misfit});
    }
  }
  if (column.categories.empty()) column.categories.emplace_back();  // Codes index something.
}

}  // namespace holdfast::tables
