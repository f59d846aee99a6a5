#include "models/effect_parts/encoded.hpp"
#include "models/effect_parts/inner_learner.hpp"
#include "models/parameters.hpp"

namespace holdfast::class_transformation {
namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "class_transformation",
    .kind = ModelKind::Effect,
    .name = {"Class transformation", "类别变换"},
    .question = {"Whose outcome is as the treatment: achieved where treated, not where untreated?",
                 "谁的结果与措施一致:有措施则达成,无措施则不达成?"},
    .source = "Jaskowski & Jaroszewicz (2012), Uplift modeling for clinical trial data, ICML "
              "Workshop on Clinical Data Analysis",
    .parameters = {models::learner_row("The classifier of \"the outcome is as the treatment\".",
                                       "判断“结果与措施一致”的分类模型。")},
    .fit_effect = fit_effect};

namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY(const auto encoded, models::encode_checked(descriptor.id, task));
  auto model = models::started(descriptor.id, task, parameters);
  models::InnerLearner inner(task, models::text(parameters, "learner"), progress);
  HOLDFAST_TRY_VOID(effect::class_transformation({task.outcome, task.treated}, inner.rows(),
                                                 inner.names(), inner.learner(),
                                                 {.check_overlap = false}));
  model.form = forms::Stack{
      .members = inner.fitted(), .weights = {2}, .intercept = -1, .on_logits = false};
  return model;
}

}  // namespace
}  // namespace holdfast::class_transformation
