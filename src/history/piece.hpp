#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "history/computed.hpp"
#include "history/customers.hpp"
#include "history/layout.hpp"
#include "history/local_day.hpp"
#include "history/references.hpp"
#include "tables/reader.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

/// What was found out about the rows of a piece.
struct JudgedPiece {
  std::vector<std::uint32_t> good;        // Positions of the rows to keep, ascending.
  std::vector<std::uint32_t> customer;    // By position; empty: context.
  std::vector<std::int32_t> event_day;    // By position; empty: undated.
  std::vector<std::int32_t> known_day;    // By position; empty: no known-at column.
  std::vector<const tables::Column*> columns;  // As TableLayout::stored.
  std::int64_t orphans_count = 0;
};

/// Judges the rows of one table as they are read: whose they are, when they happened, and whether
/// they can be kept.
class PieceJudge {
 public:
  PieceJudge(const TableLayout& layout, const ComputedColumns& computed, Customers& customers,
             References& references, LocalDays& days);

  /// Options that read only the columns needed.
  tables::ReadOptions read_options() const;
  /// A new source begins: a customer may stand in it once more.
  void begin_source() { seen_.clear(); }
  JudgedPiece judge(tables::Table& piece, const tables::BadRowSink& bad_rows);

 private:
  struct Verdict;
  void find_customers(const tables::Table& piece, JudgedPiece& judged, Verdict& verdict);
  void number_rows(const tables::Table& piece, JudgedPiece& judged);
  void follow_key_path(const tables::Table& piece, JudgedPiece& judged, Verdict& verdict);
  void read_keys(const tables::Table& piece, JudgedPiece& judged, Verdict& verdict);
  void find_days(const tables::Table& piece, JudgedPiece& judged, Verdict& verdict);
  void check_contracts(const tables::Table& piece, const JudgedPiece& judged, Verdict& verdict);
  void check_customers(const tables::Table& piece, const JudgedPiece& judged, Verdict& verdict);
  void remember_references(const tables::Table& piece, const JudgedPiece& judged);
  std::int32_t day_at(const tables::Column& column, std::size_t row);

  const TableLayout& layout_;
  const ComputedColumns& computed_;
  Customers& customers_;
  References& references_;
  LocalDays& days_;
  std::vector<std::uint8_t> seen_;  // Customer table: by customer, in this source.
  std::int64_t rows_numbered_ = 0;
  std::unordered_map<std::int64_t, std::uint32_t> numbers_;  // Customers of whole-number keys.
};

}  // namespace holdfast::history
