#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "tables/reader.hpp"

namespace holdfast::tables {

/// Names of a header row: trimmed, blank ones named column_<n>, repeated ones made unique by _2, _3.
std::vector<std::string> header_names(const std::vector<std::string>& cells);

/// For each column of the source the index of the wanted column, or -1.
/// Errors: a wanted column is not there; the nearest header is named.
Result<std::vector<int>> place_columns(const std::vector<std::string>& names,
                                       const ReadOptions& options, const std::string& path);

}  // namespace holdfast::tables
