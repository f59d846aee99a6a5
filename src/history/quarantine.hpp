#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

#include "core/error.hpp"
#include "core/language.hpp"
#include "tables/reader.hpp"

namespace holdfast::history {

/// The CSV file of rows that cannot be kept: source, line, column, value, reason. Written aside
/// while the import goes on; no file where no row was bad. Thread-safe.
class Quarantine {
 public:
  Quarantine(std::filesystem::path path, Language language);
  ~Quarantine();
  Quarantine(const Quarantine&) = delete;
  Quarantine& operator=(const Quarantine&) = delete;

  void add(const std::string& source, const tables::BadRow& row);
  std::int64_t rows() const { return rows_; }
  const std::filesystem::path& path() const { return path_; }
  /// Puts the file in its place. Errors: kFileUnwritable.
  Result<void> close();

 private:
  std::filesystem::path path_, aside_;
  Language language_;
  std::ofstream file_;
  std::mutex mutex_;
  std::int64_t rows_ = 0;
};

}  // namespace holdfast::history
