#include <algorithm>
#include <array>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "tables/cell_parser.hpp"
#include "tables/column_guess.hpp"
#include "tables/csv.hpp"
#include "tables/csv_rows.hpp"
#include "tables/errors.hpp"
#include "tables/rows.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kHeadBytes = 1 << 20;
constexpr std::size_t kRowsLookedAt = 200;
constexpr std::size_t kSampleRows = 1000;

/// Excel's own first line: "sep=;".
char announced_delimiter(std::string_view text) {
  const bool is_announced = text.size() > 5 && lower(text.substr(0, 4)) == "sep=" &&
                            (text[5] == '\n' || text[5] == '\r');
  return is_announced ? text[4] : '\0';
}

/// Blanks between cells, as statistics programs print tables: every row of one width, and more than
/// two cells, which tells it from a list of names.
bool is_set_in_columns(std::string_view head, char quote, bool is_whole) {
  const auto rows = first_rows(head, ' ', quote, is_whole, kRowsLookedAt);
  const auto width = rows.usual_width();
  return width > 2 && rows.rows_of_width(width) == rows.cells.size();
}

char find_delimiter(std::string_view head, char quote, bool is_whole) {
  if (const char announced = announced_delimiter(head)) return announced;
  char best = ',';
  double best_score = 0;
  for (const char delimiter : std::array{',', ';', '\t', '|'}) {
    const auto rows = first_rows(head, delimiter, quote, is_whole, kRowsLookedAt);
    const auto width = rows.usual_width();
    if (width < 2) continue;
    // Agreement first, then width: ',' inside numbers of a ';' file agrees less.
    const double share = static_cast<double>(rows.rows_of_width(width)) /
                         static_cast<double>(rows.cells.size());
    const double score = share * 100 + static_cast<double>(std::min<std::size_t>(width, 50));
    if (share > 0.5 && score > best_score) best_score = score, best = delimiter;
  }
  return best_score == 0 && is_set_in_columns(head, quote, is_whole) ? ' ' : best;
}

/// What a header never is: a number or a day.
bool looks_like_data(std::string_view cell) {
  if (parse_real(cell, {'.', ',', false}) || parse_real(cell, {',', '.', false})) return true;
  static const auto days = [] {
    std::vector<DatePattern> patterns;
    for (const auto* format : {"iso", "yyyy/M/d", "d/M/yyyy", "d.M.yyyy", "M/d/yyyy"}) {
      patterns.push_back(*DatePattern::compile(format));
    }
    return patterns;
  }();
  WrittenTime time;
  return std::ranges::any_of(days, [&](const auto& day) { return day.parse(cell, time) == Fit::Value; });
}

/// Years may be headers beside words: name, 2023, 2024.
bool has_years(const std::vector<std::string>& row) {
  int year = 0;
  for (std::size_t i = 1; i < row.size(); ++i) {
    const auto value = parse_integer(row[i], {});
    if (!value || *value < 1950 || *value > 2100 || (year != 0 && *value != year + 1)) return false;
    year = static_cast<int>(*value);
  }
  return row.size() > 2 && !row[0].empty() && !looks_like_data(row[0]);
}

/// The line of the header: the first row of the usual width with most of its cells filled; -1 where
/// its cells are data like those below it.
int find_header_row(const FirstRows& rows) {
  const auto width = rows.usual_width();
  const auto filled = [](const std::vector<std::string>& row) {
    return static_cast<std::size_t>(
        std::ranges::count_if(row, [](const auto& cell) { return !cell.empty(); }));
  };
  for (std::size_t i = 0; i < rows.cells.size(); ++i) {
    const auto& row = rows.cells[i];
    if (row.size() != width || (width > 2 && filled(row) * 5 < width * 3)) continue;
    return std::ranges::none_of(row, looks_like_data) || has_years(row)
               ? static_cast<int>(rows.lines[i])
               : -1;
  }
  return 1;
}

/// Looks at every cell of the file.
Result<std::int64_t> guess_all(CsvRows& source, const MissingSpellings& missing,
                               std::vector<ColumnGuess>& guesses) {
  std::int64_t rows = 0;
  Piece piece;
  Piece ahead;
  Result<bool> more = source.next(ahead);
  for (;;) {
    if (!more.ok()) return more.error();
    if (!*more) return rows;
    std::swap(piece, ahead);
    rows += static_cast<std::int64_t>(piece.rows + piece.ragged.size());
    parallel_for(guesses.size() + 1, 1, [&](std::size_t i, std::size_t) {
      if (i == 0) {
        more = source.next(ahead);
        return;
      }
      std::string scratch;
      auto& guess = guesses[i - 1];
      for (std::size_t row = 0; row < piece.rows; ++row) {
        guess.add(piece.text_of(piece.cells[row * piece.columns + i - 1], scratch), missing);
      }
    });
  }
}

}  // namespace

Result<Layout> inspect_csv(const std::string& path, const ReadOptions& hints) {
  Layout layout;
  layout.options = hints;
  auto& options = layout.options;
  std::string head;
  bool is_whole = false;
  {
    HOLDFAST_TRY(const auto source, TextSource::open(path, hints.encoding));
    HOLDFAST_TRY(const bool any, source->read(kHeadBytes, head));
    HOLDFAST_TRY(const bool more, source->read(kHeadBytes, head));
    is_whole = !any || !more;
    options.encoding = source->encoding();
    if (!source->is_encoding_sure()) {
      layout.notes.push_back({errors::kUnsureEncoding,
                              {{"path", path}, {"encoding", name_of(source->encoding())}},
                              {.file = path}});
    }
  }
  if (std::ranges::count(head, '\0') * 20 > std::ssize(head)) {
    return Error{errors::kNotATable, {{"path", path}, {"why", "it is no text"}}, {.file = path}};
  }
  if (options.delimiter == '\0') options.delimiter = find_delimiter(head, options.quote, is_whole);
  auto first = first_rows(head, options.delimiter, options.quote, is_whole, kRowsLookedAt);
  if (announced_delimiter(head) != '\0' && !first.cells.empty()) {
    first.cells.erase(first.cells.begin());
    first.lines.erase(first.lines.begin());
  }
  if (first.cells.empty()) return Error{errors::kEmpty, {{"path", path}}, {.file = path}};
  if (options.header_row == 0) options.header_row = find_header_row(first);

  HOLDFAST_TRY(const auto source, CsvRows::open(path, options));
  std::vector<ColumnGuess> guesses;
  for (const auto& name : source->names()) guesses.emplace_back(name);
  HOLDFAST_TRY(layout.rows_estimate, guess_all(*source, MissingSpellings(options.missing), guesses));
  if (source->malformed_count() > 0 && !hints.encoding) {
    HOLDFAST_TRY(const auto found, TextSource::detect_in_depth(path));
    if (found.encoding != *options.encoding) {
      auto again = hints;
      again.encoding = found.encoding;
      return inspect_csv(path, again);
    }
  }
  if (layout.rows_estimate == 0) return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
  if (options.columns.empty()) {
    for (const auto& guess : guesses) options.columns.push_back(guess.decide(path, layout.notes));
  }
  HOLDFAST_TRY(const auto reader, open_csv(path, options, [](const BadRow&) {}));
  HOLDFAST_TRY(const bool any, reader->next(layout.sample));
  if (any) keep_first(kSampleRows, layout.sample);
  return layout;
}

}  // namespace holdfast::tables
