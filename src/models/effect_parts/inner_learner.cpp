#include "models/effect_parts/inner_learner.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "models/effect_parts/chosen_rows.hpp"
#include "models/task.hpp"

namespace holdfast {
// The registry needs every model, so models cannot ask it for others.
namespace logistic { extern const ModelDescriptor descriptor; }
namespace elastic_net { extern const ModelDescriptor descriptor; }
namespace naive_bayes { extern const ModelDescriptor descriptor; }
namespace forest { extern const ModelDescriptor descriptor; }
namespace boosting { extern const ModelDescriptor descriptor; }
}  // namespace holdfast

namespace holdfast::models {
namespace {

std::span<const ModelDescriptor* const> learners() {
  static const std::array all = {&logistic::descriptor, &elastic_net::descriptor,
                                 &naive_bayes::descriptor, &forest::descriptor,
                                 &boosting::descriptor};
  return all;
}

std::vector<std::uint32_t> rows_of(MatrixView numbers) {
  std::vector<std::uint32_t> rows;
  rows.reserve(numbers.rows);
  for (std::size_t i = 0; i < numbers.rows; ++i) {
    rows.push_back(static_cast<std::uint32_t>(numbers(i, 0)));
  }
  return rows;
}

}  // namespace

ParameterRow learner_row(std::string_view en, std::string_view zh) {
  return {.name = "learner", .kind = ParameterRow::Kind::Choice,
          .choices = {"logistic", "elastic_net", "naive_bayes", "forest", "boosting"},
          .default_value = std::string("logistic"),
          .tries = {std::string("logistic"), std::string("boosting")}, .en = en, .zh = zh};
}

InnerLearner::InnerLearner(const EffectTask& task, std::string_view id, Progress& progress)
    : task_(&task), progress_(&progress), numbers_(task.train.rows) {
  const auto found = std::ranges::find(learners(), id, &ModelDescriptor::id);
  HOLDFAST_CHECK(found != learners().end());
  descriptor_ = *found;
  std::iota(numbers_.begin(), numbers_.end(), 0.0);
}

Result<std::shared_ptr<const FittedModel>> InnerLearner::fit(const dataset::Columns& columns,
                                                             std::span<const double> y,
                                                             std::span<const double> weight) {
  std::vector<std::uint8_t> classes;
  for (const double value : y) classes.push_back(value != 0 ? 1 : 0);
  const ClassifierTask task{.train = columns, .y = classes, .weight = weight, .seed = task_->seed};
  HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor_, {}));
  HOLDFAST_TRY(auto model, descriptor_->fit_classifier(task, parameters, *progress_));
  return std::make_shared<const FittedModel>(std::move(model));
}

effect::BaseLearner InnerLearner::learner(bool takes_constant) {
  return [this, takes_constant](MatrixView x, std::span<const double> y,
                                std::span<const double> weight) -> Result<effect::Predictor> {
    const bool is_constant =
        std::ranges::all_of(y, [&](double value) { return value == y.front(); });
    if (is_constant && takes_constant) {
      return effect::Predictor([value = y.front()](MatrixView rows) {
        return std::vector<double>(rows.rows, value);
      });
    }
    const ChosenRows chosen(task_->train, rows_of(x));
    HOLDFAST_TRY(const auto model, fit(chosen.view(), y, weight));
    fitted_.push_back(model);
    return effect::Predictor([this, model](MatrixView rows) {
      return predict(*model, ChosenRows(task_->train, rows_of(rows)).view());
    });
  };
}

}  // namespace holdfast::models
