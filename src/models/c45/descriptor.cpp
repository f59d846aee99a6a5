#include <fmt/format.h>

#include "models/c45/c45.hpp"
#include "models/c45/rules.hpp"
#include "models/task.hpp"
#include "models/parameters.hpp"

namespace holdfast::c45 {
namespace {

double probability_of(const Distribution& d, bool is_laplace) {
  if (is_laplace) return (d.cls(1) + 1) / (d.total() + static_cast<double>(d.classes()));
  return d.total() > 0 ? d.cls(1) / d.total() : 0;
}

forms::TreeNode present(const Node& node, double inherited, bool is_laplace) {
  forms::TreeNode result;
  const auto& d = node.distribution;
  result.cover = d.total();
  for (std::size_t c = 0; c < d.classes(); ++c) result.class_cover.push_back(d.cls(c));
  // Nobody came to an empty leaf: it answers what its parent would.
  result.value = d.total() > 0 ? probability_of(d, is_laplace) : inherited;
  if (node.children.empty()) return result;
  result.column = node.column;
  result.is_category = node.is_category;
  result.split = node.split;
  result.threshold = static_cast<float>(node.split);
  result.children = node.children;
  result.missing = forms::MissingRule::Fractional;
  result.default_child = static_cast<std::int32_t>(d.largest_bag());
  if (node.is_category) {
    for (std::size_t b = 0; b < node.children.size(); ++b) {
      result.child_of_category.push_back(static_cast<std::int32_t>(b));
    }
  }
  return result;
}

forms::TreeEnsemble present(const Tree& tree, bool is_laplace) {
  forms::TreeEnsemble ensemble{.is_probability = true};
  ensemble.trees.resize(1);
  auto& nodes = ensemble.trees[0].nodes;
  std::vector<double> inherited(tree.nodes.size(), 0.5);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    nodes.push_back(present(tree.nodes[i], inherited[i], is_laplace));
    for (const auto child : tree.nodes[i].children) {
      inherited[static_cast<std::size_t>(child)] = nodes[i].value;
    }
  }
  return ensemble;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                        Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "c45",
    .kind = ModelKind::Classifier,
    .name = {"C4.5 decision tree", "C4.5 决策树"},
    .question = {"Which groups leave most, said as rules a person can check?",
                 "哪些客户群流失最多,能否用人可以核对的规则说明?"},
    .source = "Quinlan (1993), C4.5: Programs for Machine Learning",
    .parameters =
        {{.name = "confidence", .kind = ParameterRow::Kind::Real, .min = 1e-6, .max = 1,
          .default_value = 0.25,
          .tries = {0.02, 0.1, 0.25, 0.5},
          .en = "Confidence of error-based pruning; smaller prunes more, 1: no pruning.",
          .zh = "基于误差剪枝的置信度;越小剪得越多,1 表示不剪枝。"},
         {.name = "leaf_weight_min", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 1,
          .max = 1e9, .default_value = 2.0,
          .tries = {2.0, 10.0, 50.0, 200.0},
          .en = "At least two children of every split hold this many rows.",
          .zh = "每次划分至少有两个分支达到的最少样本数。"},
         {.name = "raising", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Lets pruning put a subtree's largest branch in its place.",
          .zh = "剪枝时允许用最大分支替换子树(子树提升)。"},
         {.name = "collapsing", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Drops splits that save no training error, before pruning.",
          .zh = "剪枝前去掉不减少训练误差的划分。"},
         {.name = "mdl_correction", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Charges numeric splits for the choice of their threshold.",
          .zh = "对数值划分的阈值选择做最小描述长度修正。"},
         {.name = "laplace", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Smooths the probability of a leaf: (lost + 1) / (all + 2).",
          .zh = "叶节点概率做拉普拉斯平滑:(流失 + 1) / (总数 + 2)。"},
         {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 0,
          .max = 2000, .default_value = std::int64_t{0},
          .en = "Most levels of splits; 0: no limit of yours.",
          .zh = "划分的最多层数;0 表示不限。"}},
    .is_usual = true,
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                        Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  const Options options{
      .confidence = models::real(parameters, "confidence"),
      .leaf_weight_min = models::real(parameters, "leaf_weight_min"),
      .is_raising = models::boolean(parameters, "raising"),
      .is_collapsing = models::boolean(parameters, "collapsing"),
      .has_mdl_correction = models::boolean(parameters, "mdl_correction"),
      .depth_max = static_cast<int>(models::integer(parameters, "depth_max"))};
  HOLDFAST_TRY(const Tree tree,
               fit(task.train, task.y, task.weight, static_cast<int>(task.classes_count()), options));
  model.form = present(tree, models::boolean(parameters, "laplace"));
  model.calibration.kind = forms::Calibration::Kind::Identity;
  model.tables.push_back(leaves_table(tree, task.train));
  model.tables.push_back(rules_table(tree, task.train));
  if (tree.nodes.size() == 1) {
    model.notes.push_back({"the tree is a single leaf: no split is worth its errors; a larger "
                           "`confidence` prunes less",
                           "决策树只有一个叶节点:没有值得保留的划分;可增大 `confidence` 以减少剪枝"});
  }
  if (options.confidence > 0.5 && options.confidence < 1) {
    model.notes.push_back({"a confidence above 0.5 adds no errors: pruning only joins what does "
                           "not raise training errors",
                           "置信度大于 0.5 时不增加估计误差:只合并不增加训练误差的分支"});
  }
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::c45
