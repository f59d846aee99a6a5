#include "tables/reader.hpp"

#include <algorithm>
#include <filesystem>

#include <fnmatch.h>

#include "core/text.hpp"
#include "tables/csv.hpp"
#include "tables/parquet.hpp"
#include "tables/postgres.hpp"
#include "tables/spreadsheet.hpp"

namespace holdfast::tables {
namespace {

enum class Kind { Csv, Spreadsheet, Parquet, Postgres };

Kind kind_of(const std::string& location) {
  if (is_database(location)) return Kind::Postgres;
  const auto ending = lower(std::filesystem::path(location).extension().string());
  if (ending == ".xlsx" || ending == ".xls" || ending == ".xlsm") return Kind::Spreadsheet;
  if (ending == ".parquet" || ending == ".pq") return Kind::Parquet;
  return Kind::Csv;
}

}  // namespace

bool is_database(const std::string& location) {
  return location.starts_with("postgresql://") || location.starts_with("postgres://");
}

std::vector<std::string> expand(const std::string& location) {
  namespace fs = std::filesystem;
  const fs::path path(location);
  const auto pattern = path.filename().string();
  if (is_database(location) || pattern.find_first_of("*?[") == std::string::npos) return {location};
  std::vector<std::string> found;
  std::error_code failure;
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const auto name = entry.path().filename().string();
    if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
    found.push_back(path.has_parent_path() ? (folder / name).string() : name);
  }
  std::ranges::sort(found);
  // Nothing fits: the pattern itself is reported as missing by whoever opens it.
  return found.empty() ? std::vector<std::string>{location} : found;
}

Result<Layout> inspect(const std::string& location, const ReadOptions& hints) {
  switch (kind_of(location)) {
    case Kind::Csv: return inspect_csv(location, hints);
    case Kind::Spreadsheet: return inspect_spreadsheet(location, hints);
    case Kind::Parquet: return inspect_parquet(location, hints);
    case Kind::Postgres: return inspect_postgres(location, hints);
  }
  return inspect_csv(location, hints);
}

Result<std::vector<Layout>> inspect_all(const std::string& location) {
  HOLDFAST_TRY(auto found, inspect(location));
  if (found.sheets.size() < 2) return std::vector<Layout>{std::move(found)};
  std::vector<Layout> all;
  for (const auto& sheet : found.sheets) {
    if (sheet == found.options.sheet) {
      all.push_back(found);
      continue;
    }
    ReadOptions hints;
    hints.sheet = sheet;
    auto other = inspect(location, hints);
    if (!other.ok() || other->options.columns.size() < 2 || other->sample.rows == 0) continue;
    all.push_back(std::move(*other));
  }
  return all;
}

Result<std::unique_ptr<Reader>> open(const std::string& location, const ReadOptions& given,
                                     BadRowSink bad_rows) {
  auto options = given;
  // What a study leaves out means the usual: the header on line 1, commas.
  if (options.header_row == 0) options.header_row = 1;
  if (options.delimiter == '\0') options.delimiter = ',';
  switch (kind_of(location)) {
    case Kind::Csv: return open_csv(location, options, std::move(bad_rows));
    case Kind::Spreadsheet: return open_spreadsheet(location, options, std::move(bad_rows));
    case Kind::Parquet: return open_parquet(location, options, std::move(bad_rows));
    case Kind::Postgres: return open_postgres(location, options, std::move(bad_rows));
  }
  return open_csv(location, options, std::move(bad_rows));
}

}  // namespace holdfast::tables
