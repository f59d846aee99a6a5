#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "history/bucket.hpp"

namespace holdfast::history {

/// Some rows of a file, from `first` to before `last`.
struct RowRange {
  std::size_t first = 0, last = 0;
};

/// A file of the store, open for reading. Safe for many threads.
class StoreFile {
 public:
  /// `bytes`: the size the manifest tells; another one means a truncated file. Errors: kDamaged.
  static Result<std::shared_ptr<const StoreFile>> open(const std::filesystem::path& path,
                                                       std::int64_t bytes);
  ~StoreFile();

  std::size_t rows() const;
  bool has(const std::string& column) const;
  /// The rows of one column. Only the row groups that hold them are read. Errors: kDamaged.
  Result<ColumnData> read(const std::string& column, tables::ColumnType type,
                          const RowRange& range) const;
  Result<std::vector<std::int32_t>> read_int32(const std::string& column,
                                               const RowRange& range) const;
  Result<std::vector<std::string>> read_texts(const std::string& column,
                                              const RowRange& range) const;
  Result<std::vector<std::uint64_t>> read_hashes(const std::string& column,
                                                 const RowRange& range) const;
  /// Rows of the row groups whose values of an ascending hash column may include `hash`.
  RowRange groups_with(const std::string& column, std::uint64_t hash) const;

 private:
  struct State;
  explicit StoreFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::history
