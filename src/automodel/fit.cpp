#include "automodel/fit.hpp"

#include <algorithm>
#include <memory>

#include "automodel/combine.hpp"
#include "automodel/errors.hpp"
#include "models/calibration.hpp"
#include "models/task.hpp"

namespace holdfast::automodel {
namespace {

using dataset::Dataset;
using dataset::Frame;

/// Cost matrix of the study, as tasks take it; empty where both errors cost the same.
std::vector<double> costs_of(const study::ModelsSpec& spec) {
  if (spec.cost_missed == spec.cost_false_alarm) return {};
  return {0, spec.cost_false_alarm, spec.cost_missed, 0};
}

Result<FittedModel> fit_one(const study::Study& study, const study::ModelSpec& spec,
                            const Dataset& data, FitRows rows, Progress& progress) {
  HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
  if (descriptor->fit_classifier == nullptr) {
    return Error{errors::kNotAClassifier, {{"model", spec.id}}, {.key = "models." + spec.id}};
  }
  HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor, spec.parameters));
  const auto train = Frame::gather(data, rows.train);
  const auto tuning = Frame::gather(data, rows.tuning);
  const ClassifierTask task{.train = train.view(),
                            .y = train.y(),
                            .weight = train.weight(),
                            .group = train.group(),
                            .validation = tuning.view(),
                            .validation_y = tuning.y(),
                            .validation_weight = tuning.weight(),
                            .costs = costs_of(study.models),
                            .seed = study.seed};
  HOLDFAST_TRY(auto model, descriptor->fit_classifier(task, parameters, progress));
  models::calibrate(model, tuning.view(), tuning.y(), tuning.weight(), study.models.calibration);
  return model;
}

/// A copy that answers as fitted, before calibration: the folds of a stack calibrate nothing.
std::shared_ptr<const FittedModel> uncalibrated(const FittedModel& model) {
  auto copy = std::make_shared<FittedModel>(model);
  copy->calibration = copy->own_calibration;
  return copy;
}

}  // namespace

bool is_combined(std::string_view id) { return id == kStack || id == kBlend; }

Text name_of_model(std::string_view id) {
  if (id == kStack) return {"Stack", "堆叠模型"};
  if (id == kBlend) return {"Blend", "融合模型"};
  const auto model = find_model(id);
  return model.ok() ? (*model)->name : Text{std::string(id), std::string(id)};
}

std::vector<study::ModelSpec> models_to_compare(const study::Study& study) {
  const auto& asked = study.models.compare;
  const bool wants_all = std::ranges::find(asked, "all", &study::ModelSpec::id) != asked.end();
  if (!asked.empty() && !wants_all) return asked;
  std::vector<study::ModelSpec> specs;
  for (const auto* model : all_models()) {
    if (model->fit_classifier == nullptr || (!wants_all && !model->is_usual)) continue;
    const auto own = std::ranges::find(asked, model->id, &study::ModelSpec::id);
    specs.push_back(own != asked.end() ? *own : study::ModelSpec{.id = std::string(model->id)});
  }
  return specs;
}

Result<FittedModel> combine(const study::Study& study, std::string_view id,
                            const std::vector<study::ModelSpec>& specs,
                            const std::vector<const FittedModel*>& members, const Dataset& data,
                            FitRows rows, Progress& progress) {
  if (members.size() < 2) return Error{errors::kTooFewMembers, {{"model", id}}};
  forms::Stack form;
  for (const auto* member : members) {
    form.members.push_back(id == kStack ? uncalibrated(*member)
                                        : std::make_shared<const FittedModel>(*member));
  }
  if (id == kStack) {
    HOLDFAST_TRY(const auto weights, stack_weights(study, specs, data, rows.train, progress));
    form.weights = weights.weights;
    form.intercept = weights.intercept;
  } else {
    form.weights = blend_weights(study, members, data, rows.tuning);
  }
  FittedModel model = *members.front();  // Columns, categories and the typical customer.
  model.model_id = id;
  model.parameters.clear();
  model.preparation = {};
  model.tables = {weights_table(form)};
  model.notes.clear();
  model.form = std::move(form);
  model.calibration = {.kind = forms::Calibration::Kind::Logistic};
  const auto tuning = Frame::gather(data, rows.tuning);
  models::calibrate(model, tuning.view(), tuning.y(), tuning.weight(), study.models.calibration);
  return model;
}

Result<FittedModel> fit(const study::Study& study, const study::ModelSpec& spec,
                        const std::vector<study::ModelSpec>& specs, const Dataset& data,
                        FitRows rows, Progress& progress) {
  if (!is_combined(spec.id)) return fit_one(study, spec, data, rows, progress);
  std::vector<FittedModel> fitted;
  std::vector<study::ModelSpec> kept;
  for (const auto& member : specs) {
    auto model = fit_one(study, member, data, rows, progress);
    if (!model.ok()) continue;
    fitted.push_back(std::move(*model));
    kept.push_back(member);
  }
  std::vector<const FittedModel*> members;
  for (const auto& model : fitted) members.push_back(&model);
  return combine(study, spec.id, kept, members, data, rows, progress);
}

}  // namespace holdfast::automodel
