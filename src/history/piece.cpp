#include "history/piece.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "history/cell_text.hpp"
#include "history/errors.hpp"
#include "history/rows.hpp"

namespace holdfast::history {
namespace {

using tables::Column;
using tables::ColumnType;

constexpr std::uint32_t kNobody = 0xFFFF'FFFFU;

}  // namespace

/// Keeps or refuses rows; the first reason counts.
struct PieceJudge::Verdict {
  const tables::Table& piece;
  const tables::BadRowSink& bad_rows;
  std::vector<std::uint8_t> is_bad;

  void refuse(std::size_t row, const std::string& column, std::string value, Error reason) {
    if (is_bad[row] != 0) return;
    is_bad[row] = 1;
    bad_rows({.line = piece.lines.empty() ? 0 : piece.lines[row],
              .column = column,
              .value = std::move(value),
              .reason = std::move(reason)});
  }
};

PieceJudge::PieceJudge(const TableLayout& layout, const ComputedColumns& computed,
                       Customers& customers, References& references, LocalDays& days)
    : layout_(layout),
      computed_(computed),
      customers_(customers),
      references_(references),
      days_(days) {}

tables::ReadOptions PieceJudge::read_options() const {
  const auto& spec = *layout_.spec;
  std::unordered_set<std::string> needed = {spec.customer_key, layout_.time_column, spec.known_at};
  if (spec.role == study::Role::Contract) needed.insert(spec.end);
  if (spec.via) needed.insert(spec.via->column);
  for (const auto& column : layout_.stored) needed.insert(column.name);
  for (const auto& column : references_.columns_of(spec.name)) needed.insert(column);
  needed.insert(computed_.inputs().begin(), computed_.inputs().end());
  auto options = spec.read;
  options.columns.clear();
  for (const auto& column : spec.columns) {
    if (needed.contains(column.format.name)) options.columns.push_back(column.format);
  }
  return options;
}

JudgedPiece PieceJudge::judge(tables::Table& piece, const tables::BadRowSink& bad_rows) {
  computed_.add_to(piece);
  JudgedPiece judged;
  Verdict verdict{piece, bad_rows, std::vector<std::uint8_t>(piece.rows, 0)};
  if (layout_.is_dated()) find_days(piece, judged, verdict);
  if (layout_.spec->role == study::Role::Contract) check_contracts(piece, judged, verdict);
  if (!layout_.is_context) find_customers(piece, judged, verdict);
  if (layout_.is_customer_table()) check_customers(piece, judged, verdict);
  judged.good.reserve(piece.rows);
  for (std::uint32_t row = 0; row < piece.rows; ++row) {
    if (verdict.is_bad[row] == 0) judged.good.push_back(row);
  }
  remember_references(piece, judged);
  for (const auto& stored : layout_.stored) {
    const auto* column = piece.find(stored.name);
    HOLDFAST_CHECK(column != nullptr && column->type == stored.type);
    judged.columns.push_back(column);
  }
  return judged;
}

void PieceJudge::find_customers(const tables::Table& piece, JudgedPiece& judged,
                                Verdict& verdict) {
  judged.customer.assign(piece.rows, kNobody);
  if (!layout_.spec->customer_key.empty()) read_keys(piece, judged, verdict);
  else if (layout_.spec->via) follow_key_path(piece, judged, verdict);
  else number_rows(piece, judged);
}

void PieceJudge::number_rows(const tables::Table& piece, JudgedPiece& judged) {
  for (std::size_t row = 0; row < piece.rows; ++row) {
    judged.customer[row] = customers_.number_of(fmt::format("row-{}", ++rows_numbered_));
  }
}

void PieceJudge::read_keys(const tables::Table& piece, JudgedPiece& judged, Verdict& verdict) {
  const auto& name = layout_.spec->customer_key;
  const auto* column = piece.find(name);
  HOLDFAST_CHECK(column != nullptr);
  const auto by_category = customers_.numbers_of(column->categories);
  std::string scratch;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (verdict.is_bad[row] != 0) continue;
    auto& customer = judged.customer[row];
    if (column->valid[row] == 0) {
      verdict.refuse(row, name, "", {errors::kMissingKey, {{"column", name}}});
    } else if (column->type == ColumnType::Text) {
      customer = by_category[column->codes[row]];
    } else if (column->type == ColumnType::Integer) {
      const auto [known, is_new] = numbers_.emplace(column->integers[row], kNobody);
      if (is_new) known->second = customers_.number_of(cell_text(*column, row, scratch));
      customer = known->second;
    } else {
      customer = customers_.number_of(cell_text(*column, row, scratch));
    }
  }
}

void PieceJudge::follow_key_path(const tables::Table& piece, JudgedPiece& judged,
                                 Verdict& verdict) {
  const auto& via = *layout_.spec->via;
  const auto& map = references_.map(via.table, via.table_column);
  const auto* column = piece.find(via.column);
  HOLDFAST_CHECK(column != nullptr);
  std::vector<std::optional<std::optional<std::uint32_t>>> by_category(column->categories.size());
  std::string scratch;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (verdict.is_bad[row] != 0) continue;
    if (column->valid[row] == 0) {
      verdict.refuse(row, via.column, "", {errors::kMissingKey, {{"column", via.column}}});
      continue;
    }
    std::optional<std::uint32_t> found;
    if (column->type == ColumnType::Text) {
      auto& known = by_category[column->codes[row]];
      if (!known) known = map.find(column->categories[column->codes[row]]);
      found = *known;
    } else {
      found = map.find(cell_text(*column, row, scratch));
    }
    if (found) {
      judged.customer[row] = *found;
      continue;
    }
    const std::string value(cell_text(*column, row, scratch));
    ++judged.orphans_count;
    verdict.refuse(row, via.column, value,
                   {errors::kOrphan,
                    {{"value", value}, {"table", via.table}, {"column", via.table_column}}});
  }
}

std::int32_t PieceJudge::day_at(const Column& column, std::size_t row) {
  if (column.type == ColumnType::Instant) {
    return days_.day_of(Instant{column.integers[row]}).number;
  }
  return static_cast<std::int32_t>(column.integers[row]);
}

void PieceJudge::find_days(const tables::Table& piece, JudgedPiece& judged, Verdict& verdict) {
  const auto* time = piece.find(layout_.time_column);
  HOLDFAST_CHECK(time != nullptr);
  judged.event_day.resize(piece.rows);
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (time->valid[row] != 0) {
      judged.event_day[row] = day_at(*time, row);
    } else {
      verdict.refuse(row, layout_.time_column, "",
                     {errors::kMissingTime, {{"column", layout_.time_column}}});
    }
  }
  const auto* known = piece.find(layout_.spec->known_at);
  if (known == nullptr || layout_.spec->known_at.empty()) return;
  judged.known_day.assign(piece.rows, kUnsetDay);
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (known->valid[row] != 0) judged.known_day[row] = day_at(*known, row);
  }
}

void PieceJudge::check_contracts(const tables::Table& piece, const JudgedPiece& judged,
                                 Verdict& verdict) {
  const auto& name = layout_.spec->end;
  const auto* end = name.empty() ? nullptr : piece.find(name);
  if (end == nullptr || judged.event_day.empty()) return;
  std::string scratch;
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (verdict.is_bad[row] != 0 || end->valid[row] == 0) continue;
    const auto last = day_at(*end, row);
    if (last >= judged.event_day[row]) continue;
    verdict.refuse(row, name, std::string(cell_text(*end, row, scratch)),
                   {errors::kEndsBeforeStart,
                    {{"start", to_string(Day{judged.event_day[row]})},
                     {"end", to_string(Day{last})}}});
  }
}

void PieceJudge::check_customers(const tables::Table& piece, const JudgedPiece& judged,
                                 Verdict& verdict) {
  if (layout_.spec->customer_key.empty() || layout_.id_index >= 0) return;
  seen_.resize(customers_.size(), 0);
  for (std::size_t row = 0; row < piece.rows; ++row) {
    if (verdict.is_bad[row] != 0) continue;
    const auto customer = judged.customer[row];
    if (seen_[customer]++ == 0) continue;
    seen_[customer] = 1;
    const std::string key(customers_.written(customer));
    verdict.refuse(row, layout_.spec->customer_key, key, {errors::kDuplicateKey, {{"key", key}}});
  }
}

void PieceJudge::remember_references(const tables::Table& piece, const JudgedPiece& judged) {
  std::string scratch;
  for (const auto& name : references_.columns_of(layout_.spec->name)) {
    const auto* column = piece.find(name);
    if (column == nullptr || layout_.is_context) continue;
    auto& map = references_.map(layout_.spec->name, name);
    for (const auto row : judged.good) {
      const auto value = cell_text(*column, row, scratch);
      if (!value.empty()) map.set(value, judged.customer[row]);
    }
  }
}

}  // namespace holdfast::history
