#include <algorithm>

#include <fmt/format.h>

#include "models/c50/c50.hpp"
#include "models/c50/rule.hpp"
#include "models/c50/winnowing.hpp"
#include "models/c50/words.hpp"
#include "models/growing/method.hpp"
#include "models/growing/words.hpp"
#include "models/parameters.hpp"

namespace holdfast::c50 {
namespace {

constexpr std::size_t kClassesMax = 256;

Options options_of(const ClassifierTask& task, const Parameters& parameters) {
  return {.trials = static_cast<int>(models::integer(parameters, "trials")),
          .has_rules = models::boolean(parameters, "rules"),
          .is_winnowing = models::boolean(parameters, "winnow"),
          .has_subsets = models::boolean(parameters, "subsets"),
          .is_pruned_globally = models::boolean(parameters, "global_pruning"),
          .confidence = models::real(parameters, "confidence"),
          .leaf_weight_min = models::real(parameters, "leaf_weight_min"),
          .seed = task.seed};
}

growing::Sample sample_of(const ClassifierTask& task) {
  return growing::Sample(
      task.train, task.y, task.weight, task.classes_count(),
      growing::cost_factors(task.y, task.weight, task.classes_count(), task.costs));
}

growing::Method method_of(const ClassifierTask& task, const Parameters& parameters) {
  const Options options = options_of(task, parameters);
  const auto sample = sample_of(task);
  std::vector<bool> left_out;
  if (options.is_winnowing) left_out = left_out_of(winnowed(sample, options));
  auto rule = std::make_unique<Rule>(sample.rows().row.size(), options, std::move(left_out));
  const auto stop = rule->stop();
  return {.rule = std::move(rule),
          .stop = stop,
          .share = growing::LeafShare::Prior,
          .factor = growing::cost_factors(task.y, task.weight, task.classes_count(), task.costs)};
}

Result<FittedModel> edit(const ClassifierTask& task, const FittedModel& model,
                         const TreeEdit& change) {
  HOLDFAST_TRY(auto edited,
               growing::edit_tree(task, model, method_of(task, model.parameters), change));
  // Of the tree as it was fitted.
  std::erase_if(edited.tables, [](const ReportTable& table) { return table.id == "usage"; });
  return edited;
}

Result<std::vector<SplitCandidate>> candidates(const ClassifierTask& task,
                                               const FittedModel& model, std::size_t node) {
  return growing::tree_candidates(task, model, method_of(task, model.parameters), node);
}

constexpr TreeEditing kEditing{.edit = edit, .candidates = candidates};

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "c50",
    .kind = ModelKind::Classifier,
    .name = {"C5.0 trees and rules", "C5.0 决策树与规则集"},
    .question = {"Which groups leave, by boosted trees or by rules that vote?",
                 "哪些客户群会流失:用提升的决策树,或由规则投票回答?"},
    .source = "RuleQuest Research, See5/C5.0: An Informal Tutorial; Quinlan (1993), C4.5: Programs "
              "for Machine Learning; Kuhn & Johnson (2013), Applied Predictive Modeling, ch. 14",
    .parameters =
        {{.name = "trials", .kind = ParameterRow::Kind::Integer, .unit = "trials", .min = 1,
          .max = 100, .default_value = std::int64_t{1},
          .tries = {std::int64_t{1}, std::int64_t{10}, std::int64_t{30}},
          .en = "Number of boosting trials, each of which attends more to the rows that the last "
                "got wrong; 1: no boosting.",
          .zh = "提升(boosting)的轮数,每轮更重视上一轮判错的样本;1 表示不提升。"},
         {.name = "rules", .kind = ParameterRow::Kind::Boolean, .default_value = false,
          .tries = {false, true},
          .en = "Builds a set of rules that vote, instead of a tree.",
          .zh = "生成投票的规则集,而不是决策树。"},
         {.name = "winnow", .kind = ParameterRow::Kind::Boolean, .default_value = false,
          .tries = {false, true},
          .en = "Winnowing: first leaves out columns that do not help on rows not trained on.",
          .zh = "字段筛选(winnow):先剔除对未参与训练的样本没有帮助的字段。"},
         {.name = "subsets", .kind = ParameterRow::Kind::Boolean, .default_value = false,
          .tries = {false, true},
          .en = "Groups categories at a split, instead of one branch for each.",
          .zh = "划分时把取值合并成组,而不是每个取值一个分支。"},
         {.name = "global_pruning", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Prunes the weakest subtrees of the whole tree at the end.",
          .zh = "最后从整棵树的角度再剪去最弱的子树。"},
         {.name = "confidence", .kind = ParameterRow::Kind::Real, .min = 1e-6, .max = 1,
          .default_value = 0.25,
          .tries = {0.02, 0.1, 0.25, 0.5},
          .en = "Confidence level of error-based pruning; smaller prunes more, 1: no pruning.",
          .zh = "按误差剪枝的置信水平;越小剪得越多,1 表示不剪枝。"},
         {.name = "leaf_weight_min", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 1,
          .max = 1e9, .default_value = 2.0,
          .tries = {2.0, 10.0, 50.0, 200.0},
          .en = "Minimum number of rows in each of at least two children of a split.",
          .zh = "每次划分至少有两个子节点不少于此样本数。"}},
    .fit_classifier = fit_classifier,
    .tree_editing = &kEditing};

namespace {

void add_notes(const Fit& fit, const Options& options, FittedModel& model) {
  const auto classifiers = options.has_rules ? fit.rules.lists.size() : fit.trees.trees.size();
  if (fit.has_stopped_early) {
    model.notes.push_back(
        {fmt::format("boosting stopped after {} of {} trials: one was too good or too bad to go "
                     "on from",
                     classifiers, options.trials),
         fmt::format("提升在 {}/{} 轮后停止:该轮结果过好或过差,无法继续", classifiers,
                     options.trials)});
  }
  if (!options.has_rules && classifiers == 1 && fit.trees.trees[0].nodes.size() == 1) {
    model.notes.push_back({"the tree is a single leaf: no split is worth its errors",
                           "决策树只有一个叶节点:没有值得保留的划分"});
  }
}

void add_tables(const ClassifierTask& task, const Fit& fit, const Options& options,
                FittedModel& model) {
  if (options.has_rules) {
    model.tables.push_back(rules_table(fit.rules, task.train, task.classes));
  } else if (fit.trees.trees.size() == 1) {
    model.tables.push_back(growing::leaves_table(fit.trees.trees[0], task.train, task.classes));
    model.tables.push_back(growing::rules_table(fit.trees.trees[0], task.train, task.classes));
    model.tables.push_back(growing::text_table(fit.trees.trees[0], task.train, task.classes));
  }
  model.tables.push_back(usage_table(fit, task.train));
  if (!fit.winnowed.empty()) model.tables.push_back(winnowing_table(fit, task.train));
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  const Options options = options_of(task, parameters);
  Fit made = fit(sample_of(task), options);
  add_tables(task, made, options, model);
  add_notes(made, options, model);
  if (options.has_rules) model.form = std::move(made.rules);
  else model.form = std::move(made.trees);
  model.calibration.kind = forms::Calibration::Kind::Identity;
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::c50
