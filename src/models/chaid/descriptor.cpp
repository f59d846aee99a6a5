#include "models/chaid/rule.hpp"
#include "models/growing/method.hpp"
#include "models/parameters.hpp"

namespace holdfast::chaid {
namespace {

constexpr std::size_t kClassesMax = 256;

Options options_of(const Parameters& parameters) {
  const bool is_pearson = models::text(parameters, "statistic") == "pearson";
  return {.is_exhaustive = models::text(parameters, "method") == "exhaustive",
          .statistic = is_pearson ? Statistic::Pearson : Statistic::LikelihoodRatio,
          .alpha_merge = models::real(parameters, "alpha_merge"),
          .alpha_split = models::real(parameters, "alpha_split"),
          .is_resplitting = models::boolean(parameters, "resplitting"),
          .alpha_resplit = models::real(parameters, "alpha_split_merged"),
          .is_adjusted = models::boolean(parameters, "bonferroni"),
          .leaf_weight_min = models::real(parameters, "leaf_weight_min"),
          .split_weight_min = models::real(parameters, "split_weight_min"),
          .depth_max = static_cast<int>(models::integer(parameters, "depth_max")),
          .bins_max = static_cast<std::size_t>(models::integer(parameters, "bins_max")),
          .categories_max =
              static_cast<std::size_t>(models::integer(parameters, "categories_max"))};
}

growing::Method method_of(const Parameters& parameters) {
  const Options options = options_of(parameters);
  return {.rule_of = [options](const growing::Sample& sample) {
            return std::make_unique<Rule>(sample, options);
          },
          .stop = {.split_weight_min = options.split_weight_min, .depth_max = options.depth_max}};
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

Result<FittedModel> edit(const ClassifierTask& task, const FittedModel& model,
                         const TreeEdit& change) {
  return growing::edit_tree(task, model, method_of(model.parameters), change);
}

Result<std::vector<SplitCandidate>> candidates(const ClassifierTask& task,
                                               const FittedModel& model, std::size_t node) {
  return growing::tree_candidates(task, model, method_of(model.parameters), node);
}

constexpr TreeEditing kEditing{.edit = edit, .candidates = candidates};

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "chaid",
    .kind = ModelKind::Classifier,
    .name = {"CHAID decision tree", "CHAID 决策树"},
    .question = {"Which groups of values differ significantly in who leaves?",
                 "哪些取值分组的流失情况有显著差异?"},
    .source = "Kass (1980), Applied Statistics 29, 119–127; Biggs, de Ville & Suen (1991), Journal "
              "of Applied Statistics 18, 49–62",
    .parameters =
        {{.name = "method", .kind = ParameterRow::Kind::Choice,
          .choices = {"chaid", "exhaustive"}, .default_value = std::string("chaid"),
          .tries = {std::string("chaid"), std::string("exhaustive")},
          .en = "chaid: categories merge until the most alike differ significantly; exhaustive: "
                "down to two groups, of which steps the best is taken.",
          .zh = "chaid:合并到最相似的两类也有显著差异为止;exhaustive:一直合并到两组,取其中最好的一步(穷举 CHAID)。"},
         {.name = "statistic", .kind = ParameterRow::Kind::Choice,
          .choices = {"pearson", "likelihood_ratio"}, .default_value = std::string("pearson"),
          .en = "Chi-squared statistic: Pearson's or the likelihood ratio.",
          .zh = "卡方统计量:皮尔逊或似然比。"},
         {.name = "alpha_merge", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
          .default_value = 0.05,
          .en = "Significance level for merging: the most alike categories merge while their "
                "p-value is above it; 1: no merging.",
          .zh = "合并的显著性水平:最相似的两类 p 值高于它时合并;1 表示不合并。"},
         {.name = "alpha_split", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
          .default_value = 0.05, .tries = {0.001, 0.01, 0.05},
          .en = "Significance level for splitting: a node splits where its least adjusted "
                "p-value is at most this.",
          .zh = "划分的显著性水平:节点的最小校正 p 值不高于它时划分。"},
         {.name = "resplitting", .kind = ParameterRow::Kind::Boolean, .default_value = false,
          .en = "A merged group of three or more categories may be split again.",
          .zh = "由三个及以上取值合并成的组可以重新拆开。"},
         {.name = "alpha_split_merged", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
          .default_value = 0.05,
          .en = "With `resplitting`: significance level at which a merged group is split again.",
          .zh = "启用 `resplitting` 时:合并的组重新拆开的显著性水平。"},
         {.name = "bonferroni", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Adjusts p-values for the number of ways in which categories could have merged "
                "(Bonferroni).",
          .zh = "按取值可能的合并方式数校正 p 值(Bonferroni)。"},
         {.name = "split_weight_min", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 0,
          .max = 1e12, .default_value = 100.0,
          .en = "Minimum weight (rows) of a node that is split.",
          .zh = "权重(样本数)低于此值的节点不再划分。"},
         {.name = "leaf_weight_min", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 0,
          .max = 1e12, .default_value = 50.0, .tries = {20.0, 50.0, 200.0},
          .en = "Minimum weight (rows) of a child; smaller groups join the one most like them.",
          .zh = "子节点的最小权重(样本数);更小的组并入与之最相似的组。"},
         {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 1,
          .max = 500, .default_value = std::int64_t{3},
          .tries = {std::int64_t{3}, std::int64_t{4}, std::int64_t{6}},
          .en = "Maximum depth of the tree.",
          .zh = "树的最大深度。"},
         {.name = "bins_max", .kind = ParameterRow::Kind::Integer, .min = 2, .max = 64,
          .default_value = std::int64_t{10},
          .en = "Maximum number of bins of about equal weight for a number; columns of no more "
                "values keep them.",
          .zh = "数值字段等权分箱的最大箱数;取值不多于此数的字段保留原值。"},
         {.name = "categories_max", .kind = ParameterRow::Kind::Integer, .min = 2, .max = 500,
          .default_value = std::int64_t{60},
          .en = "Maximum number of categories of a node with which merging starts; of more, "
                "those alike in their churn rate are put together first.",
          .zh = "节点开始合并时的最大取值数;超过时先把流失率相近的取值归在一起。"}},
    .fit_classifier = fit_classifier,
    .tree_editing = &kEditing};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  progress.begin(descriptor.name, 1);
  HOLDFAST_TRY(auto model,
               growing::fit_tree(descriptor.id, task, parameters, method_of(parameters)));
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::chaid
