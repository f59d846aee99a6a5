#include "models/bayes/states.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "dataset/discretise.hpp"

namespace holdfast::bayes {
namespace {

bool is_known(const dataset::ColumnView& column, std::size_t row) {
  return column.valid[row] != 0 && (column.is_category() || std::isfinite(column.values[row]));
}

bool has_missing(const dataset::ColumnView& column, std::span<const double> weight) {
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (weight[r] > 0 && !is_known(column, r)) return true;
  }
  return false;
}

forms::DiscreteColumn numeric(const dataset::ColumnView& column, const ClassifierTask& task,
                              const StateOptions& options) {
  dataset::Labelled1d known;
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (!(task.weight[r] > 0) || !is_known(column, r)) continue;
    known.values.push_back(column.values[r]);
    known.y.push_back(task.y[r]);
    known.weight.push_back(task.weight[r]);
  }
  forms::DiscreteColumn made;
  made.cuts = options.cutting == Cutting::Mdlp
                  ? dataset::mdlp_cuts(known, task.classes_count())
                  : dataset::equal_frequency_cuts(known, options.bins);
  made.states_count = static_cast<std::int32_t>(made.cuts.size()) + 1;
  return made;
}

forms::DiscreteColumn category(const dataset::ColumnView& column, const ClassifierTask& task,
                               const StateOptions& options) {
  std::vector<double> weight(column.categories.size());
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (task.weight[r] > 0 && column.valid[r] != 0) weight[column.codes[r]] += task.weight[r];
  }
  std::vector<std::size_t> order(weight.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](auto code) { return weight[code]; });
  forms::DiscreteColumn made;
  made.state_of_category.assign(weight.size(), -1);
  const auto most = static_cast<std::size_t>(options.states_max);
  const auto seen = static_cast<std::size_t>(
      std::ranges::count_if(weight, [](double w) { return w > 0; }));
  for (std::size_t i = 0; i < seen; ++i) {
    const auto state = seen <= most ? i : std::min(i, most - 1);
    made.state_of_category[order[i]] = static_cast<std::int32_t>(state);
  }
  made.states_count = static_cast<std::int32_t>(std::min(seen, most));
  return made;
}

}  // namespace

States discretised(const ClassifierTask& task, const StateOptions& options) {
  const auto& columns = task.train.columns;
  std::vector<forms::DiscreteColumn> made(columns.size());
  parallel_for(columns.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      const auto& column = columns[c];
      if (column.values.empty() && !column.is_category()) continue;
      made[c] = column.is_category() ? category(column, task, options)
                                     : numeric(column, task, options);
      if (options.has_missing_state && has_missing(column, task.weight)) {
        made[c].missing_state = made[c].states_count++;
      }
      made[c].column = static_cast<std::int32_t>(c);
    }
  });
  States result;
  result.classes_count = static_cast<std::int32_t>(task.classes_count());
  std::vector<std::size_t> rows;
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (!(task.weight[r] > 0)) continue;
    rows.push_back(r);
    result.y.push_back(task.y[r]);
    result.weight.push_back(task.weight[r]);
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (made[c].states_count < 2) continue;
    auto& states = result.states.emplace_back();
    states.reserve(rows.size());
    for (const auto r : rows) {
      const bool known = is_known(columns[c], r);
      const forms::Cell cell{.value = known && !columns[c].is_category() ? columns[c].values[r] : 0,
                             .code = known && columns[c].is_category()
                                         ? static_cast<std::int32_t>(columns[c].codes[r])
                                         : -1,
                             .is_missing = !known};
      states.push_back(made[c].state_of(cell));
    }
    result.names.emplace_back(columns[c].name);
    result.columns.push_back(std::move(made[c]));
  }
  return result;
}

}  // namespace holdfast::bayes
