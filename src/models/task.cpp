#include "models/task.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "models/errors.hpp"

namespace holdfast::models {
namespace {

std::vector<double> class_weights(const ClassifierTask& task) {
  std::vector<double> weights(task.classes_count());
  for (std::size_t i = 0; i < task.train.rows; ++i) {
    HOLDFAST_CHECK(task.y[i] < weights.size());
    if (task.weight[i] > 0) weights[task.y[i]] += task.weight[i];
  }
  return weights;
}

forms::Cell typical_number(const dataset::ColumnView& column, std::span<const double> weight) {
  double sum = 0, known = 0, all = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    all += weight[r];
    if (column.valid[r] == 0 || !std::isfinite(column.values[r])) continue;
    known += weight[r];
    sum += (column.values[r] - sum) * (weight[r] / known);  // A running mean cannot overflow.
  }
  if (2 * known <= all) return {};
  return {.value = sum, .is_missing = false};
}

forms::Cell typical_category(const dataset::ColumnView& column, std::span<const double> weight) {
  std::vector<double> of_code(column.categories.size());
  double missing = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    (column.valid[r] != 0 ? of_code[column.codes[r]] : missing) += weight[r];
  }
  const auto most = std::ranges::max_element(of_code);
  if (most == of_code.end() || *most < missing) return {};
  return {.code = static_cast<std::int32_t>(most - of_code.begin()), .is_missing = false};
}

}  // namespace

std::vector<forms::Cell> reference_of(const dataset::Columns& columns,
                                      std::span<const double> weight) {
  std::vector<forms::Cell> cells;
  for (const auto& column : columns.columns) {
    cells.push_back(column.is_category() ? typical_category(column, weight)
                    : column.values.empty() ? forms::Cell{}
                                            : typical_number(column, weight));
  }
  return cells;
}

Result<void> check_task(std::string_view model_id, const ClassifierTask& task,
                        std::size_t classes_max) {
  HOLDFAST_CHECK(task.y.size() == task.train.rows && task.weight.size() == task.train.rows);
  HOLDFAST_CHECK(task.validation_y.size() == task.validation.rows);
  if (task.classes_count() > classes_max) {
    return Error{errors::kTooManyClasses,
                 {{"model", model_id}, {"classes", task.classes_count()}, {"most", classes_max}}};
  }
  const auto weights = class_weights(task);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(total > 0)) return Error{errors::kNoRows, {{"model", model_id}}};
  const auto most = std::ranges::max_element(weights);
  if (*most == total) {
    const auto index = static_cast<std::size_t>(most - weights.begin());
    const std::string outcome = !task.classes.empty() ? task.classes[index]
                                : index == 0          ? "stayed (未流失)"
                                                      : "churned (流失)";
    return Error{errors::kOneClass, {{"model", model_id}, {"outcome", outcome}}};
  }
  if (task.train.columns.empty()) return Error{errors::kNoUsableColumn, {{"model", model_id}}};
  return {};
}

FittedModel started(std::string_view model_id, const ClassifierTask& task,
                         const Parameters& parameters) {
  FittedModel model;
  model.model_id = model_id;
  model.parameters = parameters;
  model.seed = task.seed;
  if (task.classes.size() > 2) model.classes = task.classes;
  model.reference = reference_of(task.train, task.weight);
  for (const auto& column : task.train.columns) {
    model.column_names.emplace_back(column.name);
    model.categories.emplace_back(column.categories.begin(), column.categories.end());
  }
  return model;
}

}  // namespace holdfast::models
