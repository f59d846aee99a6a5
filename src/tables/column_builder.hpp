#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "tables/cells.hpp"
#include "tables/table.hpp"

namespace holdfast::tables {

/// Spellings of a missing cell, asked for every cell: short ones by first letter and length.
class MissingSpellings {
 public:
  explicit MissingSpellings(const std::vector<std::string>& spellings);
  bool contains(std::string_view text) const;

 private:
  std::vector<std::string> spellings_;
  bool begins_[256] = {};
  std::size_t longest_ = 0;
};

/// Turns the cells of one column, one at a time, into a typed Column.
class ColumnBuilder {
 public:
  ColumnBuilder(const ColumnFormat& format, const MissingSpellings& missing,
                const std::string& time_zone);
  ~ColumnBuilder();
  ColumnBuilder(ColumnBuilder&&) noexcept;

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
  std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::tables
