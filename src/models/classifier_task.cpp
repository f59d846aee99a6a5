#include "models/classifier_task.hpp"

#include "models/errors.hpp"

namespace holdfast::models {

Result<void> check_task(std::string_view model_id, const ClassifierTask& task) {
  HOLDFAST_CHECK(task.y.size() == task.train.rows && task.weight.size() == task.train.rows);
  HOLDFAST_CHECK(task.validation_y.size() == task.validation.rows);
  double total = 0;
  double churned = 0;
  for (std::size_t i = 0; i < task.train.rows; ++i) {
    if (!(task.weight[i] > 0)) continue;
    total += task.weight[i];
    if (task.y[i] == 1) churned += task.weight[i];
  }
  if (!(total > 0)) return Error{errors::kNoRows, {{"model", model_id}}};
  if (churned == 0 || churned == total) {
    return Error{errors::kOneClass,
                 {{"model", model_id},
                  {"outcome", churned == 0 ? "stayed (未流失)" : "churned (流失)"}}};
  }
  if (task.train.columns.empty()) return Error{errors::kNoUsableColumn, {{"model", model_id}}};
  return {};
}

FittedClassifier started(std::string_view model_id, const ClassifierTask& task,
                         const Parameters& parameters) {
  FittedClassifier model;
  model.model_id = model_id;
  model.parameters = parameters;
  model.seed = task.seed;
  for (const auto& column : task.train.columns) {
    model.column_names.emplace_back(column.name);
    model.categories.emplace_back(column.categories.begin(), column.categories.end());
  }
  return model;
}

}  // namespace holdfast::models
