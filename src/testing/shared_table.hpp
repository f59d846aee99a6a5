#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace holdfast::testing {

/// A CSV file read by rules simple enough to be written again in the language of a peer: cells are
/// trimmed; "", NA and ? are missing; a column is numeric where every present cell is a number;
/// categories and classes stand in the order of their bytes.
struct SharedTable {
  std::vector<std::string> names;                    // Columns without the outcome.
  std::vector<std::vector<double>> values;           // [columns][rows]; empty: a category column.
  std::vector<std::vector<std::uint32_t>> codes;     // [columns][rows]; empty: numeric.
  std::vector<std::vector<std::string>> categories;  // [columns]
  std::vector<std::vector<std::uint8_t>> valid;      // [columns][rows]
  std::vector<std::uint8_t> y;                       // [rows] index into classes.
  std::vector<std::string> classes;

  std::size_t rows() const { return y.size(); }
  /// Makes cells missing: row r and column c where (7919r + 104729c + 31rc) % 1009 % every is 0.
  void plant_missing(std::uint64_t every);
};

/// Quoted cells may hold the delimiter, not line ends. A file that cannot be read is empty.
SharedTable read_shared_table(const std::filesystem::path& path, const std::string& outcome,
                              const std::set<std::string>& left_out = {}, char delimiter = ',');

}  // namespace holdfast::testing
