#include "models/effect_parts/encoded.hpp"
#include "models/effect_parts/inner_learner.hpp"
#include "models/errors.hpp"
#include "models/parameters.hpp"

namespace holdfast::two_model {
namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "two_model",
    .kind = ModelKind::Effect,
    .name = {"Two models", "双模型"},
    .question = {"How likely is the outcome with the treatment, how likely without, and what is "
                 "the difference?",
                 "有措施和没有措施时达成结果的可能各为多少,相差多少?"},
    .source = "Radcliffe & Surry (1999), Differential response analysis: modeling true response by "
              "isolating the effect of a single action, Credit Scoring and Credit Control VI",
    .parameters = {models::learner_row("The classifier fitted to each group.",
                                       "对每一组拟合的分类模型。")},
    .fit_effect = fit_effect};

namespace {

/// Each group needs both outcomes. Errors: kOneOutcomeInGroup.
Result<void> check_groups(const EffectTask& task) {
  for (std::uint8_t group = 0; group < 2; ++group) {
    bool has[2] = {false, false};
    std::size_t rows = 0;
    for (std::size_t row = 0; row < task.train.rows; ++row) {
      if (task.treated[row] != group) continue;
      has[task.outcome[row] != 0 ? 1 : 0] = true;
      ++rows;
    }
    if (has[0] && has[1]) continue;
    return Error{models::errors::kOneOutcomeInGroup,
                 {{"model", descriptor.id},
                  {"rows", rows},
                  {"value", has[1] ? 1 : 0},
                  {"group", group == 1 ? "treated (处理组)" : "control (对照组)"}}};
  }
  return {};
}

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY(const auto encoded, models::encode_checked(descriptor.id, task));
  HOLDFAST_TRY_VOID(check_groups(task));
  auto model = models::started(descriptor.id, task, parameters);
  models::InnerLearner inner(task, models::text(parameters, "learner"), progress);
  HOLDFAST_TRY_VOID(effect::two_model({task.outcome, task.treated}, inner.rows(), inner.names(),
                                      inner.learner(), {.check_overlap = false}));
  // The engine fits control first.
  model.form = forms::Stack{.members = {inner.fitted()[1], inner.fitted()[0]},
                            .weights = {1, -1},
                            .on_logits = false};
  return model;
}

}  // namespace
}  // namespace holdfast::two_model
