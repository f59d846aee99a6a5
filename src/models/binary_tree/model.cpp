#include "models/binary_tree/model.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "models/binary_tree/present.hpp"
#include "models/errors.hpp"
#include "models/growing/words.hpp"
#include "models/parameters.hpp"

namespace holdfast::binary_tree {
namespace {

constexpr std::size_t kClassesMax = 256;

void present(const ClassifierTask& task, const Tree& tree, FittedModel& model) {
  forms::TreeEnsemble form{.is_probability = true};
  form.outputs = task.classes_count() > 2 ? task.classes_count() : 1;
  form.trees.push_back(tree_of(tree));
  model.tables.push_back(growing::leaves_table(form.trees[0], task.train, task.classes));
  model.tables.push_back(growing::rules_table(form.trees[0], task.train, task.classes));
  model.tables.push_back(splits_table(tree, task.train));
  model.tables.push_back(
      importance_table(importance(tree, task.train.columns.size()), task.train));
  model.form = std::move(form);
  model.calibration.kind = forms::Calibration::Kind::Identity;
}

void scale(std::vector<double>& prior) {
  const double total = std::accumulate(prior.begin(), prior.end(), 0.0);
  for (double& p : prior) p /= total;
}

}  // namespace

Fit fit(const Sample& sample, const Scales& scales, const Growth& growth,
        const FinderMaker& finder, std::span<const std::uint32_t> fold, std::size_t folds_count) {
  const double alpha =
      growth.complexity * cheapest(scales, class_weights(sample, sample.rows)).risk;
  Fit fit;
  fit.tree = grown(sample, sample.rows, sample.orders, scales, growth, alpha, *finder());
  fit.table = pruning_table(fit.tree, alpha);
  if (!fold.empty()) {
    cross_validate(sample, scales, growth, finder, fold, folds_count, fit.table);
  }
  return fit;
}

Growth growth_of(const Parameters& parameters) {
  return {.split_rows_min = static_cast<std::size_t>(models::integer(parameters, "split_rows_min")),
          .leaf_rows_min = static_cast<std::size_t>(models::integer(parameters, "leaf_rows_min")),
          .depth_max = static_cast<int>(models::integer(parameters, "depth_max")),
          .complexity = models::real(parameters, "complexity"),
          .surrogates_max =
              static_cast<std::size_t>(models::integer(parameters, "surrogates_max"))};
}

Result<ClassCosts> costs_of(std::string_view model_id, const ClassifierTask& task,
                            const Parameters& parameters) {
  const std::size_t classes = task.classes_count();
  const auto& given = models::reals(parameters, "prior_values");
  std::vector<double> prior(classes, 1.0);
  if (!given.empty()) {
    const bool has_some = std::ranges::any_of(given, [](double p) { return p > 0; });
    if (given.size() != classes || !has_some) {
      return Error{models::errors::kPriors,
                   {{"model", model_id}, {"classes", classes}, {"given", given.size()}},
                   {.key = "models." + std::string(model_id) + ".prior_values"}};
    }
    prior = given;
  } else if (models::text(parameters, "priors") == "data") {
    std::ranges::fill(prior, 0.0);
    for (std::size_t r = 0; r < task.train.rows; ++r) {
      if (task.weight[r] > 0) prior[task.y[r]] += task.weight[r];
    }
  }
  scale(prior);
  return ClassCosts{std::move(prior), losses(task.costs, classes)};
}

std::vector<ParameterRow> parameters_after(std::vector<ParameterRow> own) {
  const std::vector<ParameterRow> shared = {
      {.name = "priors", .kind = ParameterRow::Kind::Choice, .choices = {"equal", "data"},
       .default_value = std::string("equal"),
       .tries = {std::string("equal"), std::string("data")},
       .en = "Prior probabilities of the classes: equal, so that rare leavers count as much as "
             "stayers, or as in the data.",
       .zh = "各类的先验概率:equal 为各类相等,使较少的流失客户与留存客户同等重要;data 为数据中的比例。"},
      {.name = "prior_values", .kind = ParameterRow::Kind::RealList, .min = 0, .max = 1e9,
       .default_value = std::vector<double>{},
       .en = "Prior probabilities of the classes, stayers first, in place of `priors`; scaled to "
             "a sum of 1.",
       .zh = "直接给出各类的先验概率(先未流失),代替 `priors`;会缩放到总和为 1。"},
      {.name = "split_rows_min", .kind = ParameterRow::Kind::Integer, .unit = "rows", .min = 2,
       .max = 1e9, .default_value = std::int64_t{20},
       .en = "Minimum number of rows of a node that is split.",
       .zh = "样本数少于此值的节点不再划分。"},
      {.name = "leaf_rows_min", .kind = ParameterRow::Kind::Integer, .unit = "rows", .min = 1,
       .max = 1e9, .default_value = std::int64_t{7},
       .tries = {std::int64_t{7}, std::int64_t{20}, std::int64_t{50}, std::int64_t{200}},
       .en = "Minimum number of rows with a known value on each side of a split.",
       .zh = "划分两侧各自的最少样本数(只计取值已知者)。"},
      {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 1,
       .max = 500, .default_value = std::int64_t{30},
       .en = "Maximum depth of the tree.",
       .zh = "树的最大深度。"},
      {.name = "complexity", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
       .default_value = 0.001,
       .en = "Complexity parameter (cp): the least part of the error of the root that a split "
             "must save to be grown.",
       .zh = "复杂度参数(cp):划分至少要减少根节点误差的这一比例,否则不生长。"},
      {.name = "pruning", .kind = ParameterRow::Kind::Choice,
       .choices = {"one_deviation", "least_error", "complexity"},
       .default_value = std::string("one_deviation"),
       .tries = {std::string("one_deviation"), std::string("least_error")},
       .en = "Which tree is kept: the smallest within one standard error of the least "
             "cross-validated error, that of the least error, or all that `complexity` lets grow.",
       .zh = "保留哪棵树:交叉验证误差在最小值一个标准误以内的最小的树,误差最小的树,或 `complexity` 允许生长的整棵树。"},
      {.name = "folds", .kind = ParameterRow::Kind::Integer, .min = 2, .max = 100,
       .default_value = std::int64_t{10},
       .en = "Number of folds of the cross-validation; rows of one customer share a fold.",
       .zh = "交叉验证的折数;同一客户的样本在同一折。"},
      {.name = "surrogates_max", .kind = ParameterRow::Kind::Integer, .min = 0, .max = 100,
       .default_value = std::int64_t{5},
       .en = "Maximum number of surrogate splits of a node, for rows with a missing value.",
       .zh = "每个节点的最大替代划分数,供取值缺失的样本使用。"}};
  own.insert(own.end(), shared.begin(), shared.end());
  return own;
}

Result<FittedModel> fit_model(const ModelDescriptor& descriptor, const ClassifierTask& task,
                              const Parameters& given, Progress& progress,
                              const std::function<FinderOf(const Parameters&)>& method) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  HOLDFAST_TRY(const ClassCosts costs, costs_of(descriptor.id, task, parameters));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  const Sample sample = sample_of(task.train, task.y, task.weight, task.classes_count());
  const Scales scales = scales_of(costs, class_weights(sample, sample.rows));
  const auto& rule = models::text(parameters, "pruning");
  const auto folds = static_cast<std::size_t>(models::integer(parameters, "folds"));
  std::vector<std::uint32_t> fold;
  if (rule != "complexity") fold = drawn_folds(sample, task.group, folds, task.seed);
  const FinderOf finder_of = method(parameters);
  const Fit found = fit(sample, scales, growth_of(parameters),
                        [&] { return finder_of(sample, scales); }, fold, folds);
  const std::size_t row = fold.empty() ? found.table.size() - 1
                                       : chosen(found.table, rule == "least_error" ? 0 : 1);
  present(task, pruned(found.tree, found.table[row]), model);
  model.tables.push_back(pruning_table(found.table, row));
  if (found.table[row].splits_count == 0) {
    model.notes.push_back({"the tree is a single leaf: no split lowers the cost of errors; a "
                           "smaller `complexity` or other `priors` grow more",
                           "决策树只有一个叶节点:没有能降低误判代价的划分;"
                           "可减小 `complexity` 或更改 `priors`"});
  }
  progress.end();
  return model;
}

}  // namespace holdfast::binary_tree
