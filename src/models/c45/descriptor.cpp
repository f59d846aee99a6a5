#include <algorithm>

#include "models/c45/rule.hpp"
#include "models/growing/method.hpp"
#include "models/parameters.hpp"

namespace holdfast::c45 {
namespace {

constexpr std::size_t kClassesMax = 256;

Options options_of(const Parameters& parameters) {
  return {.confidence = models::real(parameters, "confidence"),
          .leaf_weight_min = models::real(parameters, "leaf_weight_min"),
          .is_raising = models::boolean(parameters, "raising"),
          .is_collapsing = models::boolean(parameters, "collapsing"),
          .has_mdl_correction = models::boolean(parameters, "mdl_correction"),
          .depth_max = static_cast<int>(models::integer(parameters, "depth_max")),
          .share = models::boolean(parameters, "laplace") ? growing::LeafShare::Laplace
                                                          : growing::LeafShare::Raw};
}

growing::Method method_of(const ClassifierTask& task, const Parameters& parameters) {
  const Options options = options_of(parameters);
  const auto rows_count = std::ranges::count_if(task.weight, [](double w) { return w > 0; });
  auto rule = std::make_unique<Rule>(static_cast<std::size_t>(rows_count), options);
  const auto stop = rule->stop();
  return {.rule = std::move(rule),
          .stop = stop,
          .share = options.share,
          .factor = growing::cost_factors(task.y, task.weight, task.classes_count(), task.costs)};
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

Result<FittedModel> edit(const ClassifierTask& task, const FittedModel& model,
                         const TreeEdit& change) {
  return growing::edit_tree(task, model, method_of(task, model.parameters), change);
}

Result<std::vector<SplitCandidate>> candidates(const ClassifierTask& task,
                                               const FittedModel& model, std::size_t node) {
  return growing::tree_candidates(task, model, method_of(task, model.parameters), node);
}

constexpr TreeEditing kEditing{.edit = edit, .candidates = candidates};

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
          .en = "Confidence level of error-based pruning; smaller prunes more, 1: no pruning.",
          .zh = "按误差剪枝的置信水平;越小剪得越多,1 表示不剪枝。"},
         {.name = "leaf_weight_min", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 1,
          .max = 1e9, .default_value = 2.0,
          .tries = {2.0, 10.0, 50.0, 200.0},
          .en = "Minimum number of rows in each of at least two children of a split.",
          .zh = "每次划分至少有两个子节点不少于此样本数。"},
         {.name = "raising", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Subtree raising: pruning may put the largest branch of a subtree in its place.",
          .zh = "子树提升:剪枝时可用最大的分支替换整个子树。"},
         {.name = "collapsing", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Drops splits that save no training error before pruning.",
          .zh = "剪枝前先去掉不减少训练误差的划分。"},
         {.name = "mdl_correction", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Charges splits of numbers for the choice of their threshold (minimum "
                "description length).",
          .zh = "对数值划分扣除选择阈值的代价(最小描述长度修正)。"},
         {.name = "laplace", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Smooths the probability of a leaf: (lost + 1) / (all + 2).",
          .zh = "对叶节点概率做拉普拉斯平滑:(流失 + 1) / (总数 + 2)。"},
         {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 0,
          .max = 2000, .default_value = std::int64_t{0},
          .en = "Maximum depth of the tree; 0: no limit.",
          .zh = "树的最大深度;0 表示不限。"}},
    .is_usual = true,
    .fit_classifier = fit_classifier,
    .tree_editing = &kEditing};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  progress.begin(descriptor.name, 1);
  HOLDFAST_TRY(auto model, growing::fit_tree(descriptor.id, task, parameters,
                                             method_of(task, parameters)));
  const double confidence = models::real(parameters, "confidence");
  if (confidence > 0.5 && confidence < 1) {
    model.notes.push_back({"a confidence above 0.5 adds no errors: pruning only joins what does "
                           "not raise training errors",
                           "置信度大于 0.5 时不增加估计误差:只合并不增加训练误差的分支"});
  }
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::c45
