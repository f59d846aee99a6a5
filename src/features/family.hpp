#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "features/matrix.hpp"
#include "features/outcomes.hpp"
#include "history/bucket.hpp"

/// What every feature family is made of. Inside features/ only.
namespace holdfast::features {

constexpr int kNoSlot = -1;

/// The rows of one table one customer's planned rows may read, oldest first. Where visibility only
/// grows with the cutoff, all lists share one array and differ in length alone (is_shared).
struct TableView {
  std::vector<std::uint32_t> index;  // Row numbers in TableData.
  std::vector<std::uint32_t> begin;  // [planned rows] where its list starts in `index`.
  std::vector<std::uint32_t> count;  // [planned rows]
  bool is_shared = true;

  std::span<const std::uint32_t> of(std::size_t row) const {
    return {index.data() + begin[row], count[row]};
  }
};

/// Fills `view` with the rows HistoryView would show at each cutoff (ascending).
void see(const history::TableData& data, std::uint32_t customer,
         std::span<const std::int32_t> cutoffs, TableView& view);

/// One customer with the rows to be made for it.
struct Batch {
  const history::Bucket* bucket = nullptr;
  std::uint32_t customer = 0;
  std::size_t first_row = 0;  // In its block.
  std::span<const PlannedRow> rows;
  std::span<const std::int32_t> cutoffs;  // [rows] ascending.
  std::span<const TableView> views;       // By table of the bucket; filled for used tables only.

  std::size_t size() const { return rows.size(); }
  const history::TableData& table(int t) const {
    return bucket->tables[static_cast<std::size_t>(t)];
  }
  const history::ColumnData& column(int t, int c) const {
    return table(t).columns[static_cast<std::size_t>(c)];
  }
  const TableView& view(int t) const { return views[static_cast<std::size_t>(t)]; }
};

/// Where values go: the rows of a block in some columns, moved on to the current customer's first row.
class Out {
 public:
  /// `block_row`: where the block's first row stands in the columns.
  Out(std::vector<FeatureColumn>& columns, std::size_t block_row) {
    to_.reserve(columns.size());
    for (auto& column : columns) {
      const auto from = [&](auto& cells) { return cells.empty() ? nullptr : cells.data() + block_row; };
      to_.push_back({from(column.values), from(column.codes), from(column.valid)});
    }
  }
  void move_to(std::size_t first_row) { base_ = first_row; }

  double* values(int slot) { return to_[static_cast<std::size_t>(slot)].values + base_; }
  const std::uint32_t* codes(int slot) { return to_[static_cast<std::size_t>(slot)].codes + base_; }
  std::uint8_t* valid(int slot) { return to_[static_cast<std::size_t>(slot)].valid + base_; }
  void set(int slot, std::size_t row, double value) {
    if (slot == kNoSlot) return;
    values(slot)[row] = value;
    valid(slot)[row] = 1;
  }
  void set_code(int slot, std::size_t row, std::uint32_t code) {
    if (slot == kNoSlot) return;
    to_[static_cast<std::size_t>(slot)].codes[base_ + row] = code;
    valid(slot)[row] = 1;
  }

 private:
  struct Place {
    double* values;
    std::uint32_t* codes;
    std::uint8_t* valid;
  };
  std::vector<Place> to_;
  std::size_t base_ = 0;
};

/// What a family works out once per bucket, and its scratch space; one per task.
class Prepared {
 public:
  virtual ~Prepared() = default;
};

/// One family over one table, compiled. Immutable.
class Family {
 public:
  virtual ~Family() = default;
  virtual std::unique_ptr<Prepared> prepare(const history::Bucket& bucket) const {
    (void)bucket;
    return nullptr;
  }
  /// Fills this family's features of all the customer's rows. Missing is the default.
  virtual void run(const Batch& batch, Prepared* prepared, Out& out) const = 0;
  /// The same for customers whose rows follow each other.
  virtual void run_block(std::span<const Batch> block, Prepared* prepared, Out& out) const {
    for (const auto& batch : block) {
      out.move_to(batch.first_row);
      run(batch, prepared, out);
    }
  }
};

/// A cell as a number: money in whole units, days and booleans as numbers, instants in days.
inline double number_at(const history::ColumnData& column, std::size_t row) {
  switch (column.type) {
    case tables::ColumnType::Money: return static_cast<double>(column.integers[row]) / 100.0;
    case tables::ColumnType::Boolean:
    case tables::ColumnType::Integer: return static_cast<double>(column.integers[row]);
    case tables::ColumnType::Instant:
      return static_cast<double>(column.integers[row]) / static_cast<double>(kMicrosPerDay);
    case tables::ColumnType::Real: return column.reals[row];
    case tables::ColumnType::Day: return column.days[row];
    case tables::ColumnType::Text: return column.codes[row];
  }
  return 0;
}

/// Reads a column of a visible row under its own known-at: a cell whose known-at day is not before
/// the cutoff, or is missing, is missing.
struct Cell {
  int column = -1;    // In the bucket's table; -1: there is none.
  int known_at = -1;  // Day column of the same table; -1: known with the row.
  bool is_past_day = false;  // A day at or after the cutoff reads as missing.

  bool exists() const { return column >= 0; }
  bool is_plain() const { return known_at < 0 && !is_past_day; }
  bool is_readable(const history::TableData& data, std::size_t row, std::int32_t cutoff) const {
    const auto& cells = data.columns[static_cast<std::size_t>(column)];
    if (!cells.is_valid(row)) return false;
    if (is_past_day && cells.days[row] >= cutoff) return false;
    if (known_at < 0) return true;
    const auto& known = data.columns[static_cast<std::size_t>(known_at)];
    return known.is_valid(row) && known.days[row] < cutoff;
  }
};

}  // namespace holdfast::features
