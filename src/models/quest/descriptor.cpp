#include "models/binary_tree/edit.hpp"
#include "models/parameters.hpp"
#include "models/quest/quest.hpp"

namespace holdfast::quest {
namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

binary_tree::FinderOf finder_of(const Parameters& parameters);

Result<FittedModel> edit(const ClassifierTask& task, const FittedModel& model,
                         const TreeEdit& change) {
  return binary_tree::edit_tree(task, model, change, finder_of(model.parameters));
}

Result<std::vector<SplitCandidate>> candidates(const ClassifierTask& task,
                                               const FittedModel& model, std::size_t node) {
  return binary_tree::tree_candidates(task, model, node, finder_of(model.parameters));
}

constexpr TreeEditing kEditing{.edit = edit, .candidates = candidates};

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "quest",
    .kind = ModelKind::Classifier,
    .name = {"QUEST decision tree", "QUEST 决策树"},
    .question = {"Which columns tell leavers from stayers, when a column of many values shall have "
                 "no advantage?",
                 "在取值多的字段不占便宜的前提下,哪些字段能区分流失与留存客户?"},
    .source = "Loh & Shih (1997), Split selection methods for classification trees, Statistica "
              "Sinica 7, 815–840",
    .parameters = binary_tree::parameters_after(
        {{.name = "alpha", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
          .default_value = 0.05, .tries = {0.01, 0.05, 0.2},
          .en = "Level at which a difference of means, and then of spread, decides which column is "
                "split; Bonferroni-corrected.",
          .zh = "选择划分字段的显著性水平:先检验均值差异,再检验离散程度差异;已做 Bonferroni 校正。"}}),
    .fit_classifier = fit_classifier,
    .tree_editing = &kEditing};

namespace {

binary_tree::FinderOf finder_of(const Parameters& parameters) {
  const Options options{
      .alpha = models::real(parameters, "alpha"),
      .leaf_rows_min = static_cast<std::size_t>(models::integer(parameters, "leaf_rows_min"))};
  return [options](const binary_tree::Sample& sample, const binary_tree::Scales& scales) {
    return finder(sample, scales, options);
  };
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  return binary_tree::fit_model(descriptor, task, given, progress, finder_of);
}

}  // namespace
}  // namespace holdfast::quest
