#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/day.hpp"
#include "core/error.hpp"

/// Generated data with a known truth, for examples and tests.
namespace holdfast::generate {

struct PortfolioOptions {
  std::int64_t customers = 4000;
  std::uint64_t seed = 20240331;
  Day from{17897};  // 2019-01-01: the first policies start here …
  Day to{19813};    // 2024-03-31: … and this is the last day anybody wrote anything down.
};

/// How many rows each table got, by file name.
struct PortfolioSummary {
  std::map<std::string, std::int64_t> rows;
  std::int64_t renewals = 0;
  std::int64_t lapses = 0;
  std::int64_t competing = 0;  // Sold vehicles and refusals by the insurer.
};

/// Writes a Chinese motor-insurance portfolio below `folder`: data/*.csv in GBK and data/客户.xlsx;
/// beside them truth.json with the coefficients its renewals follow, and truth_decisions.csv with
/// every decision and what drove it. The same options give the same bytes on every machine. Errors:
/// the folder cannot be written, impossible options.
Result<PortfolioSummary> portfolio(const std::filesystem::path& folder,
                                   const PortfolioOptions& options);

}  // namespace holdfast::generate
