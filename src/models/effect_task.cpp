#include "models/effect_task.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "effect/trial.hpp"
#include "models/errors.hpp"
#include "models/task.hpp"

namespace holdfast::models {

Result<void> check_task(std::string_view model_id, const EffectTask& task) {
  HOLDFAST_CHECK(task.outcome.size() == task.train.rows &&
                 task.treated.size() == task.train.rows);
  HOLDFAST_TRY_VOID(effect::check_binary({task.outcome, task.treated}));
  const auto first = task.outcome.front();
  if (std::ranges::all_of(task.outcome, [&](double value) { return value == first; })) {
    return Error{errors::kConstantOutcome,
                 {{"model", model_id},
                  {"rows", task.outcome.size()},
                  {"value", static_cast<std::int64_t>(first)}}};
  }
  if (task.train.columns.empty()) return Error{errors::kNoUsableColumn, {{"model", model_id}}};
  return {};
}

std::vector<double> effects(const FittedModel& model, const dataset::Columns& columns) {
  return raw_score(model, columns);
}

FittedModel started(std::string_view model_id, const EffectTask& task,
                    const Parameters& parameters) {
  const std::vector<double> weight(task.train.rows, 1.0);
  const ClassifierTask rows{.train = task.train, .weight = weight, .seed = task.seed};
  auto model = started(model_id, rows, parameters);
  model.kind = ModelKind::Effect;
  return model;
}

}  // namespace holdfast::models
