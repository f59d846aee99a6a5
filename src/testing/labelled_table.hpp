#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace holdfast::testing {

/// A table with a class for each row, as the programs we compare with read it: a column is numeric
/// where every value is a number; category values and classes stand in sorted order; "", NA and ? are
/// missing.
struct LabelledTable {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;           // Empty for categories.
  std::vector<std::vector<std::uint32_t>> codes;     // Empty for numbers.
  std::vector<std::vector<std::string>> categories;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::uint8_t> y;
  std::vector<std::string> classes;

  std::size_t rows() const { return y.size(); }
  /// Makes cells missing: row r and column c where (7919r + 104729c + 31rc) % 1009 % every is 0.
  void plant_missing(std::uint64_t every);
};

struct LabelledFile {
  char delimiter = ',';
  bool has_header = true;            // Without: c1, c2, …
  std::string outcome;
  std::set<std::string> left_out;
};

/// Reads a delimited file, gzipped or not. None of the files may have a line break inside quotes.
LabelledTable read_labelled_table(const std::filesystem::path& path, const LabelledFile& file);

}  // namespace holdfast::testing
