#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tables/table.hpp"

namespace holdfast::tables {

/// Column names and types of a table to be written.
struct Schema {
  std::vector<std::string> names;
  std::vector<ColumnType> types;
};

/// Writes rows to one Parquet file, published atomically by close(). Money becomes decimal(18,2),
/// Day date32, Instant timestamp[us, UTC], Text dictionary-coded strings.
class ParquetWriter {
 public:
  static Result<std::unique_ptr<ParquetWriter>> create(const std::filesystem::path& path,
                                                       const Schema& schema);
  virtual ~ParquetWriter() = default;
  virtual Result<void> write(const Table& rows) = 0;
  virtual Result<void> close() = 0;
};

Result<void> write_parquet(const std::filesystem::path& path, const Table& table);

/// UTF-8 with BOM (so that Excel opens it), RFC 4180 quoting. A text that begins with = + - @ tab
/// or return gets a leading apostrophe: no cell becomes a formula.
Result<void> write_csv(const std::filesystem::path& path, const Table& table);

}  // namespace holdfast::tables
