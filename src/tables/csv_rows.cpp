#include "tables/csv_rows.hpp"

#include <algorithm>

#include "tables/columns_of_source.hpp"
#include "tables/errors.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kRowsPerPiece = 65'536;
constexpr std::size_t kPieceBytesMin = 1 << 18;
constexpr std::size_t kPieceBytesMax = 8 << 20;
constexpr std::size_t kLineBytesMax = 64 << 20;
constexpr std::size_t kHeadBytes = 1 << 20;
constexpr std::size_t kRowsLookedAt = 200;

}  // namespace

std::size_t FirstRows::rows_of_width(std::size_t width) const {
  return static_cast<std::size_t>(
      std::ranges::count(cells, width, [](const auto& row) { return row.size(); }));
}

std::size_t FirstRows::usual_width() const {
  std::size_t best = 1;
  std::size_t best_rows = 0;
  for (const auto& row : cells) {
    if (row.size() == best) continue;
    const auto rows = rows_of_width(row.size());
    if (rows > best_rows || (rows == best_rows && row.size() > best)) {
      best = row.size(), best_rows = rows;
    }
  }
  return rows_of_width(1) > best_rows ? 1 : best;
}

FirstRows first_rows(std::string_view text, char delimiter, char quote, bool is_last,
                     std::size_t rows_max) {
  CsvTokenizer tokenizer(delimiter, quote);
  tokenizer.expect(0, {});
  Piece piece;
  piece.text = text;
  tokenizer.split(piece, rows_max, is_last);
  FirstRows first;
  first.lines = piece.lines;
  std::size_t at = 0;
  std::string scratch;
  for (const auto width : tokenizer.widths()) {
    auto& row = first.cells.emplace_back();
    for (std::size_t c = 0; c < width; ++c) row.emplace_back(piece.text_of(piece.cells[at++], scratch));
  }
  return first;
}

Result<std::unique_ptr<CsvRows>> CsvRows::open(const std::string& path, const ReadOptions& options) {
  HOLDFAST_TRY(auto source, TextSource::open(path, options.encoding));
  std::unique_ptr<CsvRows> rows(new CsvRows(path, options, std::move(source)));
  HOLDFAST_TRY_VOID(rows->read_header(options));
  std::vector<int> all(rows->names_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
  rows->select(all);
  return rows;
}

Result<void> CsvRows::read_until(std::size_t bytes, std::string& text) {
  while (more_ && text.size() < bytes) {
    HOLDFAST_TRY(more_, source_->read(bytes - text.size(), text));
  }
  return {};
}

Result<void> CsvRows::read_header(const ReadOptions& options) {
  HOLDFAST_TRY_VOID(read_until(kHeadBytes, rest_));
  has_malformed_rest_ = source_->malformed_count() > 0;
  std::int64_t line = 1;
  std::size_t begin = 0;
  for (; line < options.header_row; ++line) {
    const auto end = rest_.find('\n', begin);
    if (end == std::string::npos) return Error{errors::kNoRows, {{"path", path_}}, {.file = path_}};
    begin = end + 1;
  }
  rest_.erase(0, begin);
  if (options.header_row < 1) {
    const auto first = first_rows(rest_, options.delimiter, options.quote, !more_, kRowsLookedAt);
    names_ = header_names(std::vector<std::string>(first.usual_width()));
    return {};
  }
  tokenizer_.set_line(line);
  tokenizer_.expect(0, {});
  Piece piece;
  piece.text = std::move(rest_);
  const auto done = tokenizer_.split(piece, 1, !more_);
  if (piece.rows == 0) return Error{errors::kNoRows, {{"path", path_}}, {.file = path_}};
  std::vector<std::string> headers;
  std::string scratch;
  for (std::size_t c = 0; c < tokenizer_.widths()[0]; ++c) {
    headers.emplace_back(piece.text_of(piece.cells[c], scratch));
  }
  names_ = header_names(headers);
  rest_ = piece.text.substr(done);
  return {};
}

Result<bool> CsvRows::next(Piece& piece) {
  const auto malformed_before = source_->malformed_count();
  piece.text.swap(rest_);
  rest_.clear();
  for (auto bytes = piece_bytes_;; bytes = piece.text.size() * 2) {
    HOLDFAST_TRY_VOID(read_until(bytes, piece.text));
    const auto done = tokenizer_.split(piece, kRowsPerPiece, !more_);
    if (done == 0 && more_) {
      if (piece.text.size() < kLineBytesMax) continue;
      return Error{errors::kLineTooLong, {{"path", path_}}, {.file = path_, .line = tokenizer_.line()}};
    }
    rest_.assign(piece.text, done);
    // The rest may hold them too; then the next piece is told again.
    piece.has_malformed = source_->malformed_count() > malformed_before || has_malformed_rest_;
    has_malformed_rest_ = piece.has_malformed && !rest_.empty();
    piece_bytes_ = std::clamp(done + done / 8, kPieceBytesMin, kPieceBytesMax);
    return done > 0;
  }
}

}  // namespace holdfast::tables
