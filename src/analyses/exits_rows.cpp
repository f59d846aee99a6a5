#include "analyses/exits_rows.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analyses/errors.hpp"

namespace holdfast::analyses {
namespace {

using dataset::Split;
using features::OutcomeState;

bool is_exit(OutcomeState state) {
  return state == OutcomeState::Churned || state == OutcomeState::CompetingExit;
}

Text name_of_exit(const study::Study& study, const std::string& id) {
  if (id.empty()) return {"left, kind unknown", "离开，类别未知"};
  for (const auto& exit : study.churn->exits) {
    if (exit.name == id && !exit.label.en.empty()) {
      return {exit.label.en, exit.label.zh.empty() ? exit.label.en : exit.label.zh};
    }
  }
  return {id, id};
}

/// The split of rows that classifiers leave out, from those they keep.
class Splits {
 public:
  explicit Splits(const dataset::Dataset& data) : data_(&data) {
    for (std::uint32_t row = 0; row < data.split.size(); ++row) {
      const auto split = data.split[row];
      if (split != Split::Train && split != Split::Validation && split != Split::Test) continue;
      by_cutoff_[data.matrix.cutoff_day[row]].insert(split);
      by_customer_.emplace(data.matrix.customer[row], split);
    }
  }
  std::optional<Split> of(std::uint32_t row) const {
    const auto split = data_->split[row];
    if (split != Split::Excluded) return split;
    const auto at_cutoff = by_cutoff_.find(data_->matrix.cutoff_day[row]);
    if (at_cutoff == by_cutoff_.end()) return std::nullopt;  // An embargo.
    if (at_cutoff->second.size() == 1) return *at_cutoff->second.begin();
    const auto of_customer = by_customer_.find(data_->matrix.customer[row]);
    const bool is_there = of_customer != by_customer_.end() && at_cutoff->second.contains(of_customer->second);
    return is_there ? of_customer->second : spread(row, at_cutoff->second);
  }

 private:
  /// Customers of whom nothing else is known, by their number: the same for the same data.
  Split spread(std::uint32_t row, const std::set<Split>& among) const {
    const auto customer = data_->matrix.customer[row];
    if (customer % 5 == 0 && among.contains(Split::Test)) return Split::Test;
    if (customer % 5 == 1 && among.contains(Split::Validation)) return Split::Validation;
    return *among.begin();
  }

  const dataset::Dataset* data_;
  std::map<std::int32_t, std::set<Split>> by_cutoff_;
  std::map<std::uint32_t, Split> by_customer_;
};

}  // namespace

Result<ExitRows> exit_rows(const Inputs& inputs, const dataset::Dataset& data) {
  const auto& matrix = data.matrix;
  std::map<std::uint32_t, std::int64_t> counted;
  std::int64_t stayed = 0;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    if (matrix.outcome[row] == OutcomeState::Stayed) ++stayed;
    if (is_exit(matrix.outcome[row])) ++counted[matrix.exit_class[row]];
  }
  if (counted.size() < 2) {
    return Error{errors::kNothingThere,
                 {{"analysis", "exits"},
                  {"what", "one kind of exit only; name more as [[churn.exit]] (只有一种离开类别;请用 "
                           "[[churn.exit]] 列出更多)"}}};
  }
  std::vector<std::pair<std::uint32_t, std::int64_t>> kinds(counted.begin(), counted.end());
  std::ranges::stable_sort(kinds, std::greater{}, &std::pair<std::uint32_t, std::int64_t>::second);
  ExitRows rows{.classes = {"stayed"}, .names = {{"stayed", "留存"}}, .counts = {stayed}};
  std::map<std::uint32_t, std::uint8_t> class_of_kind;
  for (const auto& [kind, count] : kinds) {
    class_of_kind[kind] = static_cast<std::uint8_t>(rows.classes.size());
    const auto& id = matrix.exit_classes[kind];
    rows.classes.push_back(id.empty() ? "unknown" : id);
    rows.names.push_back(name_of_exit(inputs.study(), id));
    rows.counts.push_back(count);
  }
  rows.class_of.assign(matrix.rows, kNoClass);
  const Splits splits(data);
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    const auto state = matrix.outcome[row];
    if (state != OutcomeState::Stayed && !is_exit(state)) continue;
    rows.class_of[row] = is_exit(state) ? class_of_kind[matrix.exit_class[row]] : std::uint8_t{0};
    const auto split = splits.of(row);
    if (split == Split::Train) rows.train.push_back(row);
    if (split == Split::Validation) rows.tuning.push_back(row);
    if (split == Split::Test) rows.test.push_back(row);
  }
  return rows;
}

}  // namespace holdfast::analyses
