#include <algorithm>

#include "core/text.hpp"
#include "study/errors.hpp"
#include "study/proposal.hpp"

namespace holdfast::study {
namespace {

constexpr std::size_t kStatesMax = 6;
constexpr std::size_t kNamedMax = 10;  // Columns that one message names.

/// By its name and two values ("Churn": yes, no), or by one of its states ("Churned", "流失").
bool says_who_left(const ColumnFacts& column) {
  const NameWords name(column.name);
  if (name.has({"reason", "category", "原因"})) return false;
  if (column.counts.size() == 2 && is_outcome(name)) return true;
  return column.counts.size() >= 2 && column.counts.size() <= kStatesMax &&
         std::ranges::any_of(column.counts, [](const auto& state) {
           return is_gone(NameWords(state.first));
         });
}

/// A column of reasons that also has a word for those who stay ("In force", "在保").
bool has_reasons_and_stayers(const ColumnFacts& column) {
  return NameWords(column.name).has({"reason", "原因"}) && column.counts.size() >= 2 &&
         std::ranges::any_of(column.counts, [](const auto& state) { return means_staying(state.first); });
}

/// Those that `says`; of several in a table that say the same the first.
std::vector<std::string> columns_that(bool (*says)(const ColumnFacts&),
                                      const std::vector<TableFacts>& tables) {
  std::vector<std::string> found;
  for (const auto& table : tables) {
    std::vector<const ColumnFacts*> of_table;
    for (const auto& column : table.columns) {
      const bool is_said_already = std::ranges::any_of(
          of_table, [&](const auto* other) { return is_function_of(column, *other); });
      if (!says(column) || is_said_already) continue;
      of_table.push_back(&column);
      found.push_back(column.name);
    }
  }
  return found;
}

/// Where no name and values tell: states under a name that may mean it first, then all of two values.
Error cannot_tell(const std::vector<TableFacts>& tables) {
  std::vector<std::string> candidates, of_two;
  for (const auto& table : tables) {
    for (const auto& column : table.columns) {
      const auto states = column.counts.size();
      if (states < 2 || states > kStatesMax || is_unique(column)) continue;
      if (tells_of_leaving(NameWords(column.name))) candidates.push_back(column.name);
      else if (states == 2) of_two.push_back(column.name);
    }
  }
  candidates.insert(candidates.end(), of_two.begin(), of_two.end());
  if (candidates.empty()) return Error{errors::kNothingToPredict};
  if (candidates.size() > kNamedMax) {
    candidates.resize(kNamedMax);
    candidates.emplace_back("…");
  }
  return Error{errors::kOutcomeUnnamed, {{"columns", join(candidates, ", ")}}};
}

}  // namespace

Result<std::string> outcome_by_name(const std::vector<TableFacts>& tables) {
  auto found = columns_that(says_who_left, tables);
  if (found.empty()) found = columns_that(has_reasons_and_stayers, tables);
  if (found.empty()) return cannot_tell(tables);
  if (found.size() > 1) return Error{errors::kOutcomeUnsure, {{"columns", join(found, ", ")}}};
  return found.front();
}

}  // namespace holdfast::study
