#include <algorithm>
#include <array>
#include <unordered_map>

#include "study/naming.hpp"
#include "study/proposal.hpp"

/// Columns that know the outcome, found in the data first and by their names second.
namespace holdfast::study {

bool gives_outcome_away(const ColumnFacts& column, const RowLabels& labels) {
  std::unordered_map<std::uint64_t, std::array<double, 2>> by_value;
  double positives = 0, negatives = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (!labels[row]) continue;
    by_value[column.cells[row]][*labels[row]] += 1;
    (*labels[row] ? positives : negatives) += 1;
  }
  if (positives < 20 || negatives < 20) return false;
  if (column.values.size() > kCategoriesMax) {
    // Many values: only whether all who stay share one (missing is one) can be judged.
    return std::ranges::any_of(by_value, [&](const auto& entry) {
      return entry.second[0] >= 0.995 * negatives && entry.second[1] <= 0.4 * positives;
    });
  }
  double pure = 0;
  for (const auto& [value, counts] : by_value) {
    if (counts[0] + counts[1] >= 20 && counts[1] >= 0.995 * (counts[0] + counts[1]))
      pure += counts[1];
  }
  return pure >= 0.5 * positives;
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
