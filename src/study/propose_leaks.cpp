#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "study/naming.hpp"
#include "study/proposal.hpp"

/// Columns that know the outcome, found in the data first and by their names second.
namespace holdfast::study {
namespace {

constexpr std::int64_t kRowsMin = 20;  // Fewer agree by chance.
constexpr std::size_t kLevelsMin = 10;  // A number with fewer values is a grade rather than a measure.

}  // namespace

bool gives_outcome_away(const ColumnFacts& column, const RowLabels& labels) {
  std::unordered_map<std::uint64_t, std::array<double, 2>> by_value;
  double positives = 0, negatives = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (!labels[row]) continue;
    by_value[column.cells[row]][*labels[row]] += 1;
    (*labels[row] ? positives : negatives) += 1;
  }
  if (positives < kRowsMin || negatives < kRowsMin) return false;
  if (column.values.size() > kCategoriesMax || (column.is_number() && column.values.size() >= kLevelsMin)) {
    // Of a measure: whether all who stay share one value (missing is one).
    const bool is_shared = std::ranges::any_of(by_value, [&](const auto& entry) {
      return entry.second[0] >= 0.995 * negatives && entry.second[1] <= 0.4 * positives;
    });
    if (is_shared || column.values.size() > kCategoriesMax) return is_shared;
  }
  double pure = 0;
  for (const auto& [value, counts] : by_value) {
    if (counts[0] + counts[1] >= kRowsMin && counts[1] >= 0.995 * (counts[0] + counts[1]))
      pure += counts[1];
  }
  return pure >= 0.5 * positives;
}

bool is_function_of(const ColumnFacts& column, const ColumnFacts& outcome) {
  if (column.values.size() > kCategoriesMax || outcome.counts.empty()) return false;
  std::unordered_map<std::uint64_t, std::unordered_map<std::uint64_t, std::int64_t>> by_outcome;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    if (outcome.cells[row] != 0) ++by_outcome[outcome.cells[row]][column.cells[row]];
  }
  std::unordered_set<std::uint64_t> images;
  for (const auto& [level, cells] : by_outcome) {
    std::int64_t rows = 0;
    std::pair<std::uint64_t, std::int64_t> most{0, 0};
    for (const auto& [cell, count] : cells) {
      rows += count;
      if (count > most.second) most = {cell, count};
    }
    if (static_cast<double>(most.second) < 0.999 * static_cast<double>(rows)) return false;
    if (rows >= kRowsMin) images.insert(most.first);
  }
  return images.size() > 1;
}

Text reason_to_leave_out(const ColumnFacts& column, const RowLabels& labels,
                         const ColumnFacts* outcome) {
  if (outcome != nullptr && is_function_of(column, *outcome)) {
    return {"the outcome in other words: one value for each " + outcome->name,
            "与结果同义: 每个 " + outcome->name + " 取值只对应一个值"};
  }
  if (!labels.empty() && gives_outcome_away(column, labels)) {
    return {"all but gives the outcome away, so it was likely recorded afterwards",
            "几乎直接反映结果,可能为事后记录"};
  }
  if (tells_of_leaving(NameWords(column.name))) {
    return {"by its name recorded after the fact", "从名称看为事后记录"};
  }
  return {};
}

}  // namespace holdfast::study
