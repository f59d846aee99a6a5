#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/text_encoding.hpp"
#include "tables/table.hpp"

/// Reads tables from files and databases: CSV (also .gz), xlsx, xls, Parquet, PostgreSQL.
///
/// `inspect` looks and guesses, once, and its answer is written into the study file; `open` obeys
/// what is written and never guesses.
namespace holdfast::tables {

/// How the cells of one column are written.
struct ColumnFormat {
  std::string name;                      // As in the header, trimmed.
  ColumnType type = ColumnType::Text;
  std::string date_format;  // Day, Instant: "yyyy-MM-dd", "dd/MM/yyyy", "yyyy年M月d日", "yyyyMMdd",
                            // "yyyy-MM-dd HH:mm:ss", "excel" (serial), "iso" …; ICU-like letters.
  char decimal = '.';       // Or ','.
  char thousands = '\0';    // '\0': none.
  bool is_percent = false;  // "12.5%" is 0.125.
  bool operator==(const ColumnFormat&) const = default;
};

/// How one source is written. What is unset is found by `inspect`; `open` needs `columns`.
struct ReadOptions {
  std::optional<Encoding> encoding;
  char delimiter = '\0';  // '\0': find it. ',' ';' '\t' '|', ' ': any number of blanks.
  char quote = '"';
  int header_row = 0;     // From 1; 0: find it; -1: there is none (columns are column_1 …).
  std::string sheet;      // xlsx, xls; empty: the first with data.
  std::string query;      // PostgreSQL; empty: the table named in the location.
  std::string time_zone = "UTC";     // Of instants without an offset.
  std::vector<std::string> missing;  // Spellings of a missing cell; empty: the usual ones. Sources
                                     // that say null themselves (Parquet, PostgreSQL) keep texts.
  std::vector<ColumnFormat> columns;
  bool operator==(const ReadOptions&) const = default;
};

/// The usual spellings: "", NA, N/A, NULL, \N, NaN, None, 无, 空, -, --, ?, #N/A …
const std::vector<std::string>& usual_missing();

/// What `inspect` found: options that read the source, and the first rows.
struct Layout {
  ReadOptions options;              // Complete.
  std::vector<std::string> sheets;  // xlsx, xls: all of them.
  std::int64_t rows_estimate = 0;
  Table sample;                     // Up to 1,000 rows, as `options` reads them.
  std::vector<Error> notes;         // Doubts worth telling: an unsure encoding, an ambiguous date.
};

/// One row that cannot be kept, and why.
struct BadRow {
  std::int64_t line = 0;
  std::string column;  // Empty where the whole row is wrong.
  std::string value;   // The cell, or the raw row.
  Error reason;
};

/// Gets every bad row of a source. Called by one thread at a time.
using BadRowSink = std::function<void(const BadRow&)>;

/// Reads a source in pieces of rows, in file order. Memory: one piece.
class Reader {
 public:
  virtual ~Reader() = default;
  /// The next rows; false at the end. Errors: the source as a whole is unreadable or truncated.
  virtual Result<bool> next(Table& rows) = 0;
  /// Rows met so far, bad ones included.
  virtual std::int64_t rows_read() const = 0;
  /// Share of the source consumed, 0 to 1, for progress.
  virtual double share_done() const = 0;
};

/// Looks at a source: a path, or "postgresql://user@host/db?table=…" . Whole columns are examined
/// for types and date order, not only the first rows.
/// Errors: file missing, not a table, zip bomb, truncated file, server unreachable.
Result<Layout> inspect(const std::string& location, const ReadOptions& hints = {});

/// Every table of a source: each sheet of a spreadsheet that has a header of two columns or more and
/// rows below it, in their order; else the source itself. A sheet of remarks is no table and no
/// reason to stop. Errors: as for inspect(), of the first sheet with data.
Result<std::vector<Layout>> inspect_all(const std::string& location);

/// Opens a source for reading as `options` say. Columns in the source but not in `options` are
/// skipped; columns in `options` but not in the source are an error that names the nearest header.
Result<std::unique_ptr<Reader>> open(const std::string& location, const ReadOptions& options,
                                     BadRowSink bad_rows);

/// The files of a location with wildcards ("claims-*.csv"), sorted; itself where it has none.
std::vector<std::string> expand(const std::string& location);

/// True for "postgresql://…" and "postgres://…".
bool is_database(const std::string& location);

}  // namespace holdfast::tables
