#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "tables/column_builder.hpp"
#include "tables/column_guess.hpp"
#include "tables/columns_of_source.hpp"
#include "tables/csv.hpp"
#include "tables/csv_records.hpp"
#include "tables/errors.hpp"
#include "tables/text_source.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kPieceBytes = 4 << 20;
constexpr std::size_t kRecordsLookedAt = 200;
constexpr std::size_t kSampleRows = 1000;

std::string_view record_at(std::string_view text, const RecordScan& scan, std::size_t i) {
  const auto from = scan.records[i].offset;
  const auto to = i + 1 < scan.records.size() ? scan.records[i + 1].offset : scan.end;
  return text.substr(from, to - from);
}

/// Cells of the first records under one delimiter.
std::vector<std::vector<std::string>> first_cells(std::string_view text, char delimiter, char quote,
                                                  bool is_last) {
  const auto scan = scan_records(text, 1, delimiter, quote, is_last);
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string_view> cells;
  std::string scratch;
  for (std::size_t i = 0; i < std::min(kRecordsLookedAt, scan.records.size()); ++i) {
    split_record(record_at(text, scan, i), delimiter, quote, cells, scratch);
    rows.emplace_back(cells.begin(), cells.end());
  }
  return rows;
}

/// How many rows share the most common width above one, and that width.
struct Shape {
  std::size_t rows = 0;
  std::size_t width = 0;
};

Shape shape_of(const std::vector<std::vector<std::string>>& rows) {
  Shape best;
  for (const auto& row : rows) {
    if (row.size() < 2 || row.size() == best.width) continue;
    const auto same = static_cast<std::size_t>(
        std::ranges::count(rows, row.size(), [](const auto& r) { return r.size(); }));
    if (same > best.rows || (same == best.rows && row.size() > best.width)) {
      best = {same, row.size()};
    }
  }
  return best;
}

char find_delimiter(std::string_view text, char quote, bool is_last) {
  char best = ',';
  double best_score = 0;
  for (const char delimiter : std::array{',', ';', '\t', '|'}) {
    const auto rows = first_cells(text, delimiter, quote, is_last);
    const auto shape = shape_of(rows);
    if (rows.empty() || shape.width < 2) continue;
    // Agreement first, then width: ',' inside numbers of a ';' file agrees less.
    const double share = static_cast<double>(shape.rows) / static_cast<double>(rows.size());
    const double score = share * 100 + static_cast<double>(std::min<std::size_t>(shape.width, 50));
    if (share > 0.5 && score > best_score) best_score = score, best = delimiter;
  }
  return best;
}

bool looks_like_data(const std::string& cell) {
  ColumnFormat plain;
  ColumnFormat comma;
  comma.decimal = ',';
  return parse_real(cell, plain).has_value() || parse_real(cell, comma).has_value();
}

/// The header is the first row of full width; none where its cells look like the data below.
int find_header_row(const std::vector<std::vector<std::string>>& rows) {
  auto shape = shape_of(rows);
  if (shape.width == 0) shape.width = 1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != shape.width) continue;
    if (std::ranges::any_of(rows[i], looks_like_data)) return -1;
    return static_cast<int>(i) + 1;
  }
  return 1;
}

}  // namespace

Result<Layout> inspect_csv(const std::string& path, const ReadOptions& hints) {
  HOLDFAST_TRY(auto source, TextSource::open(path, hints.encoding));
  Layout layout;
  layout.options = hints;
  auto& options = layout.options;
  std::string text;
  HOLDFAST_TRY(bool more, source->read(kPieceBytes, text));
  std::string after;
  HOLDFAST_TRY(more, source->read(kPieceBytes, after));
  const bool is_small = !more;
  options.encoding = source->encoding();
  if (!source->is_encoding_sure()) {
    layout.notes.push_back({errors::kUnsureEncoding,
                            {{"path", path}, {"encoding", name_of(source->encoding())}},
                            {.file = path}});
  }
  if (options.delimiter == '\0') options.delimiter = find_delimiter(text, options.quote, is_small);
  const auto first = first_cells(text, options.delimiter, options.quote, is_small);
  if (first.empty()) return Error{errors::kEmpty, {{"path", path}}, {.file = path}};
  if (options.header_row == 0) options.header_row = find_header_row(first);
  const auto header = static_cast<std::size_t>(std::max(options.header_row, 0));
  if (options.header_row > 0 && header > first.size()) {
    return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
  }
  const auto names = header_names(options.header_row > 0
                                      ? first[header - 1]
                                      : std::vector<std::string>(shape_of(first).width));

  // The whole file, for types.
  const MissingSpellings missing(options.missing);
  std::vector<ColumnGuess> guesses;
  for (const auto& name : names) guesses.emplace_back(name);
  std::vector<std::string_view> cells;
  std::string scratch;
  std::int64_t rows = 0;
  std::int64_t line = 1;
  std::size_t record_number = 0;
  text += after;
  for (bool again = true; again;) {
    const auto scan = scan_records(text, line, options.delimiter, options.quote, !more);
    for (std::size_t i = 0; i < scan.records.size(); ++i) {
      if (++record_number <= header) continue;
      split_record(record_at(text, scan, i), options.delimiter, options.quote, cells, scratch);
      if (cells.size() == 1 && cells[0].empty() && names.size() > 1) continue;
      ++rows;
      if (cells.size() != names.size()) continue;  // Ragged: open() will tell.
      for (std::size_t c = 0; c < cells.size(); ++c) guesses[c].add(cells[c], missing);
    }
    if (scan.ends_in_quotes && !more) {
      return Error{errors::kUnclosedQuote, {{"path", path}}, {.file = path, .line = scan.end_line}};
    }
    text.erase(0, scan.end);
    line = scan.end_line;
    again = more;
    if (more) {
      HOLDFAST_TRY(more, source->read(kPieceBytes, text));
    }
  }
  if (rows == 0) return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
  layout.rows_estimate = rows;
  if (options.columns.empty()) {
    for (const auto& guess : guesses) options.columns.push_back(guess.decide(path, layout.notes));
  }
  HOLDFAST_TRY(const auto reader, open_csv(path, options, [](const BadRow&) {}));
  HOLDFAST_TRY(const bool any, reader->next(layout.sample));
  (void)any;
  if (layout.sample.rows > kSampleRows) {
    for (auto& column : layout.sample.columns) {
      column.valid.resize(kSampleRows);
      if (column.type == ColumnType::Text) {
        column.codes.resize(kSampleRows);
      } else if (column.type == ColumnType::Real) {
        column.reals.resize(kSampleRows);
      } else {
        column.integers.resize(kSampleRows);
      }
    }
    layout.sample.rows = kSampleRows;
    layout.sample.lines.resize(kSampleRows);
  }
  return layout;
}

}  // namespace holdfast::tables
