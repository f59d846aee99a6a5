#pragma once

#include <string>
#include <string_view>

#include "history/bucket.hpp"
#include "tables/table.hpp"

namespace holdfast::history {

/// A cell as a key or a message writes it: 17850 for the number 17850.0; empty where missing.
/// Text columns give a view of the category, others of `scratch`.
std::string_view cell_text(const tables::Column& column, std::size_t row, std::string& scratch);
std::string_view cell_text(const ColumnData& column, std::size_t row, std::string& scratch);

}  // namespace holdfast::history
