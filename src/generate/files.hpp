#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/error.hpp"
#include "generate/world.hpp"

namespace holdfast::generate {

/// Rows by file name, bad rows included.
using RowCounts = std::map<std::string, std::int64_t>;

/// Writes the GBK CSV files to `folder`, some of them with the faults real extracts have.
Result<void> write_csv_files(const World& world, const std::filesystem::path& folder,
                             RowCounts& counts);

/// Writes 客户.xlsx: a title above the header, dates as Excel has them.
Result<void> write_customers(const World& world, const std::filesystem::path& folder,
                             RowCounts& counts);

/// Writes truth.json and truth_decisions.csv.
Result<void> write_truth(const World& world, const PortfolioOptions& options,
                         const std::filesystem::path& folder);

}  // namespace holdfast::generate
