#include "models/effect_parts/tree_form.hpp"

namespace holdfast::uplift_tree {
namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "uplift_tree",
    .kind = ModelKind::Effect,
    .name = {"Uplift tree", "增益树"},
    .question = {"Which few groups of customers differ most in the effect of the treatment?",
                 "哪几类客户对措施的反应差别最大?"},
    .source = "Rzepakowski & Jaroszewicz (2012), Decision trees for uplift modeling with single and "
              "multiple treatments, Knowledge and Information Systems 32, 303-327",
    .parameters = models::uplift_tree_rows(3, 400, true),
    .fit_effect = fit_effect};

namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY(const auto encoded, models::encode_checked(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  auto model = models::started(descriptor.id, task, parameters);
  HOLDFAST_TRY(const auto tree, effect::fit_uplift_tree(
                                    {task.outcome, task.treated}, encoded.view(), encoded.names,
                                    models::uplift_tree_options(parameters, task.seed)));
  model.form = models::form_of({&tree, 1}, encoded, task.train);
  model.tables.push_back(models::leaves_table(tree, encoded));
  progress.advance(1);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::uplift_tree
