#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tables/reader.hpp"

namespace holdfast::tables {

class MissingSpellings;

/// Finds the type of a column from all of its cells. Every way of writing is a candidate until too
/// many cells do not fit it: a few bad cells (an impossible date, a stray word) are left for the
/// quarantine rather than turning the column into text.
class ColumnGuess {
 public:
  explicit ColumnGuess(std::string name);
  ~ColumnGuess();
  ColumnGuess(ColumnGuess&&) noexcept;

  void add(std::string_view text, const MissingSpellings& missing);
  /// A spreadsheet's number; `is_date`: shown as a date there.
  void add_number(double number, bool is_date);

  /// The format, and a note where day and month could not be told apart.
  ColumnFormat decide(const std::string& path, std::vector<Error>& notes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::tables
