#pragma once

#include <memory>
#include <string>
#include <vector>

#include "features/family.hpp"

/// Windowed aggregates of one event table, all windows and cutoffs of a customer at once.
/// Inside features/ only.
namespace holdfast::features {

/// Aggregates of one numeric column; slot lists are [windows], empty where none is wanted.
struct Measure {
  Cell cell;
  bool is_whole = false;  // Stored as whole numbers: sums are exact prefix differences.
  double scale = 1;       // Divides stored whole numbers: 100 for money.
  bool has_running = false;  // Figures of all history are asked for: kept for every beginning.
  std::vector<int> sum, mean, min, max, sd, first, last;

  bool needs_scan() const {
    return !min.empty() || !max.empty() || !sd.empty() || !is_whole;
  }
};

/// Counts, and sums of a measure, by the category of a text column.
struct CategorySplit {
  Cell cell;
  std::vector<std::string> values;
  int measure = -1;           // Of `measures`; -1: counts only.
  std::vector<int> count;     // [windows x values]
  std::vector<int> sum;       // [windows x values]; empty without measure.
};

/// Distinct values of a text column.
struct DistinctValues {
  Cell cell;
  std::vector<int> slots;  // [windows]
};

struct WindowPlan {
  int table = 0;
  std::vector<int> windows;  // Ascending days; all history (0) last.
  std::vector<int> count;    // [windows]
  std::vector<Measure> measures;
  std::vector<CategorySplit> splits;
  std::vector<DistinctValues> distincts;

  /// True where no cell depends on the cutoff beyond its row's visibility.
  bool is_plain() const;
};

std::unique_ptr<Family> make_window_family(WindowPlan plan);

}  // namespace holdfast::features
