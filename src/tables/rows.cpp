#include "tables/rows.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::tables {
namespace {

template <typename T>
void remove_from(const std::vector<std::uint8_t>& is_removed, std::vector<T>& values) {
  if (values.empty()) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < is_removed.size(); ++i) {
    if (is_removed[i] == 0) values[kept++] = values[i];
  }
  values.resize(kept);
}

/// Categories that are still used, in the order they are met.
void drop_unused(Column& column) {
  constexpr std::uint32_t kUnused = 0xFFFF'FFFF;
  std::vector<std::uint32_t> new_code(column.categories.size(), kUnused);
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < column.codes.size(); ++i) {
    auto& code = column.codes[i];
    if (column.valid[i] == 0) {
      code = 0;
      continue;
    }
    auto& fresh = new_code[code];
    if (fresh == kUnused) {
      fresh = static_cast<std::uint32_t>(kept.size());
      kept.push_back(std::move(column.categories[code]));
    }
    code = fresh;
  }
  if (kept.empty()) kept.emplace_back();  // All missing: codes still index something.
  column.categories = std::move(kept);
}

}  // namespace

void remove_rows(const std::vector<std::uint8_t>& is_removed, Table& rows) {
  for (auto& column : rows.columns) {
    remove_from(is_removed, column.integers);
    remove_from(is_removed, column.reals);
    remove_from(is_removed, column.codes);
    remove_from(is_removed, column.valid);
    if (column.type == ColumnType::Text) drop_unused(column);
  }
  remove_from(is_removed, rows.lines);
  rows.rows = static_cast<std::size_t>(std::ranges::count(is_removed, 0));
}

void keep_first(std::size_t count, Table& rows) {
  if (rows.rows <= count) return;
  std::vector<std::uint8_t> is_removed(rows.rows, 1);
  std::fill_n(is_removed.begin(), count, std::uint8_t{0});
  remove_rows(is_removed, rows);
}

}  // namespace holdfast::tables
