#pragma once

#include <memory>
#include <string>

#include "tables/reader.hpp"

namespace holdfast::tables {

Result<Layout> inspect_spreadsheet(const std::string& location, const ReadOptions& hints);
Result<std::unique_ptr<Reader>> open_spreadsheet(const std::string& location, const ReadOptions& options,
                                        BadRowSink bad_rows);

}  // namespace holdfast::tables
