#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tables/table.hpp"

namespace holdfast::tables {

/// Takes out the rows marked; texts that only they had leave the categories.
void remove_rows(const std::vector<std::uint8_t>& is_removed, Table& rows);

/// Keeps the first `count` rows.
void keep_first(std::size_t count, Table& rows);

}  // namespace holdfast::tables
