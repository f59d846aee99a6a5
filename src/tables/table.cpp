#include "tables/table.hpp"

#include <algorithm>
#include <array>

namespace holdfast::tables {

std::string_view name_of(ColumnType type) {
  constexpr std::array<std::string_view, 7> kNames = {"boolean", "integer", "real", "money",
                                                      "day",     "instant", "text"};
  return kNames[static_cast<std::size_t>(type)];
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace holdfast::tables
