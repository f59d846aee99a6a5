#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/error.hpp"
#include "tables/cell_parser.hpp"
#include "tables/table.hpp"
#include "tables/text_dictionary.hpp"

namespace holdfast::tables {

/// Turns the cells of one column, one at a time, into a typed Column. For spreadsheets, databases
/// and Parquet; CSV files go through piece_columns.hpp, a column at a time.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(CellParser parser);

  /// Trimmed text of a cell. False where it does not fit the format: nothing is added then, and
  /// `reason_of` says why.
  bool add(std::string_view text);
  void add_missing();
  /// Numbers of spreadsheets and databases, without a detour over text where the type allows.
  bool add_number(double number);
  bool add_instant(std::int64_t micros);
  /// Takes back the last cell: its row turned out bad.
  void drop_last();
  Error reason_of(std::string_view text) const;
  /// The column so far; the builder begins anew.
  Column take();

 private:
  void begin();
  bool put(std::int64_t value);
  bool put_real(double value);
  bool put_serial(double serial);

  CellParser parser_;
  TextDictionary dictionary_;
  Column column_;
};

/// One builder for every declared column. Errors: a date format or time zone we cannot read.
Result<std::vector<ColumnBuilder>> builders_for(const ReadOptions& options);

/// A number as short as it can be told apart from its neighbours: "36902", "0.1".
std::string shortest(double number);

}  // namespace holdfast::tables
