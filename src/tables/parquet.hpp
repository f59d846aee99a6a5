#pragma once

#include <memory>
#include <string>

#include "tables/reader.hpp"

namespace holdfast::tables {

Result<Layout> inspect_parquet(const std::string& location, const ReadOptions& hints);
Result<std::unique_ptr<Reader>> open_parquet(const std::string& location, const ReadOptions& options,
                                        BadRowSink bad_rows);

}  // namespace holdfast::tables
