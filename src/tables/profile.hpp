#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "tables/table.hpp"

namespace holdfast::tables {

/// Something about a column a person should look at.
enum class Suspicion {
  Constant, AllMissing, AllUnique, Outliers, FutureDates, AncientDates, DuplicateKeys, MixedCase
};

/// What one column holds. Counts are exact; distinct and quantiles are exact up to a size, then
/// estimates (is_estimate).
struct ColumnProfile {
  std::string name;
  ColumnType type = ColumnType::Text;
  std::int64_t rows = 0;
  std::int64_t missing_count = 0;
  std::int64_t distinct_count = 0;
  bool is_estimate = false;
  double min = 0, max = 0, mean = 0, sd = 0;  // Numbers; days and instants as numbers.
  std::vector<double> quantiles;              // 1 5 25 50 75 95 99 %.
  std::vector<std::pair<std::string, std::int64_t>> top_values;  // Most frequent first, up to 10.
  std::vector<Suspicion> suspicions;
  std::int64_t outliers_count = 0;  // Beyond 3 interquartile ranges of the quartiles.
};

struct TableProfile {
  std::string name;
  std::int64_t rows = 0;
  std::vector<ColumnProfile> columns;
};

/// Gathers a profile piece by piece.
class Profiler {
 public:
  explicit Profiler(std::string name, Day today);
  ~Profiler();
  Profiler(Profiler&&) noexcept;
  void add(const Table& rows);
  TableProfile finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Text text_of(Suspicion suspicion);

/// How many values of `from` stand in `to` (broken references), by normalised key.
struct ReferenceCheck {
  std::int64_t values_count = 0;   // Distinct in `from`.
  std::int64_t orphans_count = 0;  // Distinct in `from`, not in `to`.
  std::vector<std::string> orphan_examples;
};
ReferenceCheck check_reference(const std::vector<std::string>& from,
                               const std::vector<std::string>& to);

}  // namespace holdfast::tables
