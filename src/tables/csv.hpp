#pragma once

#include <memory>
#include <string>

#include "tables/reader.hpp"

namespace holdfast::tables {

Result<Layout> inspect_csv(const std::string& path, const ReadOptions& hints);
Result<std::unique_ptr<Reader>> open_csv(const std::string& path, const ReadOptions& options,
                                         BadRowSink bad_rows);

}  // namespace holdfast::tables
