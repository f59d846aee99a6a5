#include "models/binary_tree/edit.hpp"
#include "models/cart/cart.hpp"
#include "models/parameters.hpp"

namespace holdfast::cart {
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
    .id = "cart",
    .kind = ModelKind::Classifier,
    .name = {"CART decision tree", "CART 决策树"},
    .question = {"Which yes-or-no questions tell leavers from stayers, and what stands in where an "
                 "answer is missing?",
                 "用哪些是非问题能区分流失与留存客户,缺失时用哪个字段替代?"},
    .source = "Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees",
    .parameters = binary_tree::parameters_after(
        {{.name = "criterion", .kind = ParameterRow::Kind::Choice,
          .choices = {"gini", "information"}, .default_value = std::string("gini"),
          .tries = {std::string("gini"), std::string("information")},
          .en = "The impurity that a split lowers: Gini index or information (entropy).",
          .zh = "划分要降低的不纯度:基尼指数或信息熵。"},
         {.name = "competitors_max", .kind = ParameterRow::Kind::Integer, .min = 0, .max = 100,
          .default_value = std::int64_t{4},
          .en = "Maximum number of next-best splits listed for a node.",
          .zh = "每个节点最多列出的次优划分数。"},
         {.name = "subset_categories_max", .kind = ParameterRow::Kind::Integer, .min = 2,
          .max = 20, .default_value = std::int64_t{10},
          .en = "With several classes: maximum number of categories of which all groupings are "
                "tried; more are put in order by their first principal component.",
          .zh = "多分类时:取值不超过此数的字段枚举全部分组;更多时按第一主成分排序后划分。"}}),
    .fit_classifier = fit_classifier,
    .tree_editing = &kEditing};

namespace {

Options options_of(const Parameters& parameters) {
  const auto count = [&](std::string_view name) {
    return static_cast<std::size_t>(models::integer(parameters, name));
  };
  const bool is_gini = models::text(parameters, "criterion") == "gini";
  return {.impurity = is_gini ? Impurity::Gini : Impurity::Information,
          .leaf_rows_min = count("leaf_rows_min"),
          .competitors_max = count("competitors_max"),
          .subset_categories_max = count("subset_categories_max")};
}

binary_tree::FinderOf finder_of(const Parameters& parameters) {
  return [options = options_of(parameters)](const binary_tree::Sample& sample,
                                            const binary_tree::Scales& scales) {
    return finder(sample, scales, options);
  };
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  return binary_tree::fit_model(descriptor, task, given, progress, finder_of);
}

}  // namespace
}  // namespace holdfast::cart
