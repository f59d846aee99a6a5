#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "models/errors.hpp"
#include "models/forest/form.hpp"
#include "models/parameters.hpp"
#include "models/task.hpp"

namespace holdfast::forest {
namespace {

Result<Options> options_of(const Parameters& parameters, const ClassifierTask& task) {
  Options options{
      .trees = static_cast<int>(models::integer(parameters, "trees")),
      .columns_tried = static_cast<int>(models::integer(parameters, "columns_tried")),
      .leaf_rows_min = static_cast<int>(models::integer(parameters, "leaf_rows_min")),
      .depth_max = static_cast<int>(models::integer(parameters, "depth_max")),
      .sample_share = models::real(parameters, "sample_share"),
      .with_replacement = models::boolean(parameters, "with_replacement"),
      .bins_max = static_cast<int>(models::integer(parameters, "bins_max")),
      .class_weights = models::reals(parameters, "class_weights"),
      .has_permutation = models::boolean(parameters, "permutation"),
      .seed = task.seed};
  if (!options.class_weights.empty() && options.class_weights.size() != task.classes_count()) {
    return Error{models::errors::kParameterRange,
                 {{"model", "forest"},
                  {"parameter", "class_weights"},
                  {"value", fmt::format("{} numbers ({} 个数)", options.class_weights.size(),
                                        options.class_weights.size())},
                  {"range", fmt::format("one for each of {} classes (每类一个,共 {} 类)",
                                        task.classes_count(), task.classes_count())}}};
  }
  return options;
}

ReportTable importance_table(const FittedModel& model, const Forest& forest,
                             bool has_permutation) {
  ReportTable table{.id = "importance",
                    .title = {"Importance of the columns", "字段重要性"},
                    .columns = {"column", "impurity_share", "splits"},
                    .headers = {{"Column", "字段"},
                                {"Share of Gini impurity removed", "基尼不纯度减少占比"},
                                {"Splits", "划分次数"}}};
  if (has_permutation) {
    table.columns.insert(table.columns.begin() + 1, "permutation");
    table.headers.insert(table.headers.begin() + 1,
                         {"Rise of squared error when shuffled (out of bag)",
                          "打乱后平方误差上升(袋外)"});
  }
  std::vector<std::size_t> order(model.column_names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& by = has_permutation ? forest.permutation : forest.impurity;
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return by[c]; });
  for (const auto c : order) {
    if (forest.splits[c] == 0) continue;
    table.rows.push_back({model.column_names[c]});
    if (has_permutation) table.rows.back().emplace_back(forest.permutation[c]);
    table.rows.back().emplace_back(forest.impurity[c]);
    table.rows.back().emplace_back(forest.splits[c]);
  }
  return table;
}

ReportTable out_of_bag_table(const Forest& forest) {
  const auto& judged = forest.out_of_bag;
  ReportTable table{.id = "out_of_bag",
                    .title = {"On rows the trees have not seen (out of bag)", "袋外估计"},
                    .columns = {"figure", "value"},
                    .headers = {{"Figure", "指标"}, {"Value", "数值"}}};
  table.rows = {{"rows_share", judged.rows_share}, {"error_rate", judged.error},
                {"brier", judged.brier}};
  if (forest.classes == 2) table.rows.push_back({"auc", judged.auc});
  return table;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "forest",
    .kind = ModelKind::Classifier,
    .name = {"Random forest", "随机森林"},
    .question = {"Who is most likely to leave, by the vote of many trees that each saw other rows?",
                 "谁最可能流失?(由许多基于不同样本的树共同给出概率)"},
    .source = "Breiman (2001), Machine Learning 45, 5-32; Malley et al. (2012), Methods of "
              "Information in Medicine 51, 74-81",
    .parameters =
        {{.name = "trees", .kind = ParameterRow::Kind::Integer, .unit = "trees", .min = 1,
          .max = 20000, .default_value = std::int64_t{300},
          .en = "Number of trees whose probabilities are averaged.",
          .zh = "树的数量,取各树概率的平均。"},
         {.name = "columns_tried", .kind = ParameterRow::Kind::Integer, .unit = "columns",
          .min = 0, .max = 1e6, .default_value = std::int64_t{0},
          .en = "Number of columns drawn at random for each split; 0: the square root of all.",
          .zh = "每次划分随机抽取的字段数;0 表示字段总数的平方根。"},
         {.name = "leaf_rows_min", .kind = ParameterRow::Kind::Integer, .unit = "rows", .min = 1,
          .max = 1e8, .default_value = std::int64_t{20},
          .en = "Minimum number of drawn rows in a leaf.",
          .zh = "叶节点的最少样本数(按抽取计)。"},
         {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 0,
          .max = 10000, .default_value = std::int64_t{0},
          .en = "Maximum depth of a tree; 0: no limit.",
          .zh = "树的最大深度;0 表示不限。"},
         {.name = "sample_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 1e-6,
          .max = 1, .default_value = 1.0,
          .en = "Rows drawn for each tree, as a share of all; weights of rows say how likely "
                "each is drawn.",
          .zh = "每棵树抽取的样本占全部的比例;样本权重决定被抽中的可能性。"},
         {.name = "with_replacement", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Draws rows with replacement (bootstrap), so that a tree may hold a row several "
                "times.",
          .zh = "有放回抽样(自助法),同一样本可在一棵树中出现多次。"},
         {.name = "class_weights", .kind = ParameterRow::Kind::RealList, .min = 1e-6, .max = 1e6,
          .default_value = std::vector<double>{},
          .en = "Weights of the classes when splits are judged, stayers first, as [1, 5]; empty: "
                "all 1. Probabilities stay shares of rows.",
          .zh = "评价划分时各类的权重(先未流失),如 [1, 5];留空表示均为 1。概率仍为样本占比。"},
         {.name = "bins_max", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 0,
          .max = 4095, .default_value = std::int64_t{0},
          .en = "Maximum number of bins of a column, between which splits lie; 0: 4095 up to "
                "4096 rows, else 255.",
          .zh = "每个字段的最大分箱数,划分点取在箱间;0 表示 4096 行以内为 4095,否则为 255。"},
         {.name = "permutation", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Measures how important each column is by shuffling it among the out-of-bag rows.",
          .zh = "在袋外样本中打乱各字段的取值,衡量其重要性。"}},
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  HOLDFAST_TRY(const Options options, options_of(parameters, task));
  progress.begin(descriptor.name, options.trees);
  HOLDFAST_TRY(const Forest forest, fit(task.train, task.y, task.weight, task.classes_count(),
                                        options, progress));
  FittedModel model = models::started(descriptor.id, task, parameters);
  model.form = form_of(forest);
  model.calibration.kind = forms::Calibration::Kind::Identity;
  model.tables.push_back(importance_table(model, forest, options.has_permutation));
  if (forest.out_of_bag.rows_share > 0) {
    model.tables.push_back(out_of_bag_table(forest));
    if (forest.classes == 2) {
      model.notes.push_back({fmt::format("out of bag: AUC {:.4f}, error {:.4f}",
                                         forest.out_of_bag.auc, forest.out_of_bag.error),
                             fmt::format("袋外估计:AUC {:.4f},错误率 {:.4f}",
                                         forest.out_of_bag.auc, forest.out_of_bag.error)});
    }
  } else {
    model.notes.push_back({"every tree has seen every row: there is no out-of-bag estimate",
                           "每棵树都用到了全部样本:没有袋外估计"});
  }
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::forest
