#include "tables/spreadsheet.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "core/text.hpp"
#include "tables/column_builder.hpp"
#include "tables/column_guess.hpp"
#include "tables/columns_of_source.hpp"
#include "tables/errors.hpp"
#include "tables/rows.hpp"
#include "tables/sheet.hpp"

namespace holdfast::tables {
namespace {

constexpr std::size_t kRowsPerPiece = 65'536;
constexpr std::size_t kSampleRows = 1000;
constexpr std::size_t kRowsLookedAt = 50;

Result<std::unique_ptr<Workbook>> open_workbook(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{holdfast::errors::kFileMissing, {{"path", path}}};
  std::string begin(8, '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (file.gcount() == 0) return Error{errors::kEmpty, {{"path", path}}, {.file = path}};
  // By what it is, not by its ending: xlsx files are often named .xls, and pages of HTML too.
  if (begin.starts_with("PK")) return open_xlsx(path);
  if (begin.starts_with("\xD0\xCF\x11\xE0")) return open_xls(path);
  return Error{errors::kNotATable,
               {{"path", path}, {"why", "it holds neither xlsx nor xls, whatever its ending"}},
               {.file = path}};
}

/// Cells of one row.
struct RowSpan {
  std::uint32_t row = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<RowSpan> rows_of(const Sheet& sheet) {
  std::vector<RowSpan> rows;
  for (std::size_t i = 0; i < sheet.cells.size(); ++i) {
    if (rows.empty() || rows.back().row != sheet.cells[i].row) {
      rows.push_back({sheet.cells[i].row, i, i});
    }
    rows.back().end = i + 1;
  }
  return rows;
}

/// The header: the first row about as wide as most, all in words; -1 where that row holds numbers.
/// Title lines above it have a cell or two.
int find_header_row(const Sheet& sheet, const std::vector<RowSpan>& rows) {
  const auto looked_at = std::min(rows.size(), kRowsLookedAt);
  std::map<std::size_t, std::size_t> by_width;
  for (std::size_t r = 0; r < looked_at; ++r) ++by_width[rows[r].end - rows[r].begin];
  const auto usual = std::ranges::max_element(by_width, {}, [](const auto& w) { return w.second; });
  for (std::size_t r = 0; r < looked_at; ++r) {
    const auto& row = rows[r];
    if ((row.end - row.begin) * 10 < usual->first * 6) continue;
    const auto numbers = std::count_if(
        sheet.cells.begin() + static_cast<std::ptrdiff_t>(row.begin),
        sheet.cells.begin() + static_cast<std::ptrdiff_t>(row.end),
        [](const SheetCell& cell) { return cell.kind != SheetCell::Kind::Text; });
    // A few headers may be numbers: 2023, 2024.
    return numbers * 2 > static_cast<std::ptrdiff_t>(row.end - row.begin) ? -1
                                                                         : static_cast<int>(row.row);
  }
  return static_cast<int>(rows.front().row);
}

std::string text_of(const SheetCell& cell, const Sheet& sheet) {
  switch (cell.kind) {
    case SheetCell::Kind::Text: return std::string(trimmed(sheet.texts[cell.text]));
    case SheetCell::Kind::Boolean: return cell.number != 0 ? "true" : "false";
    default: return shortest(cell.number);
  }
}

/// The names by column, and the rows below the header.
struct Body {
  std::vector<std::string> names;
  std::vector<bool> is_named;
  std::vector<RowSpan> rows;
};

Body body_of(const Sheet& sheet, const std::vector<RowSpan>& rows, int header_row) {
  Body body;
  std::uint32_t width = 0;
  std::vector<std::string> headers;
  for (const auto& row : rows) {
    if (static_cast<int>(row.row) < header_row) continue;
    for (auto i = row.begin; i < row.end; ++i) width = std::max(width, sheet.cells[i].column + 1);
    headers.resize(width);
    if (static_cast<int>(row.row) != header_row) {
      body.rows.push_back(row);
      continue;
    }
    for (auto i = row.begin; i < row.end; ++i) {
      headers[sheet.cells[i].column] = text_of(sheet.cells[i], sheet);
    }
  }
  for (auto& header : headers) {
    std::ranges::replace(header, '\n', ' ');
    body.is_named.push_back(!header.empty());
  }
  body.names = header_names(headers);
  return body;
}

/// The sheet asked for, or the first with more than a header.
Result<std::size_t> choose_sheet(Workbook& workbook, const std::string& path,
                                 const std::string& wanted) {
  const auto& names = workbook.sheets();
  if (!wanted.empty()) {
    const auto found = std::ranges::find(names, wanted);
    if (found == names.end()) {
      return Error{errors::kNoSuchSheet,
                   {{"sheet", wanted}, {"sheets", join(names, ", ")}},
                   {.file = path}};
    }
    return static_cast<std::size_t>(found - names.begin());
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    HOLDFAST_TRY(const auto sheet, workbook.load(i));
    if (rows_of(sheet).size() > 1) return i;
  }
  return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
}

class SpreadsheetReader : public Reader {
 public:
  SpreadsheetReader(std::string path, ReadOptions options, Sheet sheet, BadRowSink bad_rows)
      : path_(std::move(path)), options_(std::move(options)),
        sheet_(std::move(sheet)), bad_rows_(std::move(bad_rows)) {}

  Result<void> begin() {
    auto body = body_of(sheet_, rows_of(sheet_), options_.header_row);
    HOLDFAST_TRY(places_, place_columns(body.names, options_, path_));
    rows_ = std::move(body.rows);
    HOLDFAST_TRY(builders_, builders_for(options_));
    return {};
  }

  Result<bool> next(Table& rows) override {
    rows = {};
    // A piece of bad rows only is not the end.
    while (at_ < rows_.size() && rows.lines.size() < kRowsPerPiece) {
      const auto& row = rows_[at_++];
      if (add_row(row)) rows.lines.push_back(row.row);
    }
    rows.rows = rows.lines.size();
    for (auto& builder : builders_) rows.columns.push_back(builder.take());
    return rows.rows > 0;
  }

  std::int64_t rows_read() const override { return static_cast<std::int64_t>(at_); }
  double share_done() const override {
    return rows_.empty() ? 1 : static_cast<double>(at_) / static_cast<double>(rows_.size());
  }

 private:
  bool add_row(const RowSpan& row) {
    cell_of_.assign(builders_.size(), nullptr);
    for (auto i = row.begin; i < row.end; ++i) {
      const auto& cell = sheet_.cells[i];
      if (cell.column >= places_.size() || places_[cell.column] < 0) continue;
      cell_of_[static_cast<std::size_t>(places_[cell.column])] = &cell;
    }
    for (std::size_t c = 0; c < builders_.size(); ++c) {
      if (add_cell(cell_of_[c], builders_[c])) continue;
      tell_bad_row(c, row.row);
      for (std::size_t before = 0; before < c; ++before) builders_[before].drop_last();
      return false;
    }
    return true;
  }

  bool add_cell(const SheetCell* cell, ColumnBuilder& builder) {
    if (cell == nullptr) {
      builder.add_missing();
      return true;
    }
    if (cell->kind == SheetCell::Kind::Text) return builder.add(trimmed(sheet_.texts[cell->text]));
    if (cell->kind == SheetCell::Kind::Boolean) {
      return builder.add(cell->number != 0 ? "true" : "false") || builder.add_number(cell->number);
    }
    return builder.add_number(cell->number);
  }

  void tell_bad_row(std::size_t column, std::uint32_t row) {
    const auto value = text_of(*cell_of_[column], sheet_);
    auto reason = builders_[column].reason_of(value);
    reason.place = {.file = path_, .line = row,
                    .column = static_cast<std::int64_t>(cell_of_[column]->column) + 1};
    bad_rows_({row, options_.columns[column].name, value, std::move(reason)});
  }

  std::string path_;
  ReadOptions options_;
  Sheet sheet_;
  BadRowSink bad_rows_;
  std::vector<RowSpan> rows_;
  std::vector<int> places_;
  std::vector<ColumnBuilder> builders_;
  std::vector<const SheetCell*> cell_of_;
  std::size_t at_ = 0;
};

std::vector<ColumnFormat> guess_columns(const Sheet& sheet, const Body& body, const std::string& path,
                                        const MissingSpellings& missing, std::vector<Error>& notes) {
  std::vector<ColumnGuess> guesses;
  std::vector<bool> has_cells(body.names.size(), false);
  for (const auto& name : body.names) guesses.emplace_back(name);
  for (const auto& row : body.rows) {
    for (auto i = row.begin; i < row.end; ++i) {
      const auto& cell = sheet.cells[i];
      has_cells[cell.column] = true;
      if (cell.kind == SheetCell::Kind::Number || cell.kind == SheetCell::Kind::Date) {
        guesses[cell.column].add_number(cell.number, cell.kind == SheetCell::Kind::Date);
      } else {
        guesses[cell.column].add(text_of(cell, sheet), missing);
      }
    }
  }
  std::vector<ColumnFormat> columns;
  for (std::size_t c = 0; c < guesses.size(); ++c) {
    // A blank column beside or inside the table is no column of it.
    if (body.is_named[c] || has_cells[c]) columns.push_back(guesses[c].decide(path, notes));
  }
  return columns;
}

}  // namespace

Result<Layout> inspect_spreadsheet(const std::string& path, const ReadOptions& hints) {
  HOLDFAST_TRY(const auto workbook, open_workbook(path));
  Layout layout;
  layout.sheets = workbook->sheets();
  layout.options = hints;
  auto& options = layout.options;
  HOLDFAST_TRY(const auto number, choose_sheet(*workbook, path, hints.sheet));
  options.sheet = workbook->sheets()[number];
  HOLDFAST_TRY(auto sheet, workbook->load(number));
  const auto rows = rows_of(sheet);
  if (rows.empty()) return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
  if (options.header_row == 0) options.header_row = find_header_row(sheet, rows);
  const auto body = body_of(sheet, rows, options.header_row);
  if (body.rows.empty()) return Error{errors::kNoRows, {{"path", path}}, {.file = path}};
  layout.rows_estimate = std::ssize(body.rows);
  if (options.columns.empty()) {
    options.columns =
        guess_columns(sheet, body, path, MissingSpellings(options.missing), layout.notes);
  }
  SpreadsheetReader reader(path, options, std::move(sheet), [](const BadRow&) {});
  HOLDFAST_TRY_VOID(reader.begin());
  HOLDFAST_TRY(const bool any, reader.next(layout.sample));
  if (any) keep_first(kSampleRows, layout.sample);
  return layout;
}

Result<std::unique_ptr<Reader>> open_spreadsheet(const std::string& path, const ReadOptions& options,
                                                 BadRowSink bad_rows) {
  HOLDFAST_TRY(const auto workbook, open_workbook(path));
  HOLDFAST_TRY(const auto number, choose_sheet(*workbook, path, options.sheet));
  HOLDFAST_TRY(auto sheet, workbook->load(number));
  auto reader = std::make_unique<SpreadsheetReader>(path, options, std::move(sheet),
                                                    std::move(bad_rows));
  HOLDFAST_TRY_VOID(reader->begin());
  return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace holdfast::tables
