#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/random.hpp"
#include "models/boosting/booster.hpp"
#include "models/boosting/encoding.hpp"
#include "models/boosting/monotone.hpp"
#include "models/task.hpp"
#include "models/errors.hpp"
#include "models/folds.hpp"
#include "models/parameters.hpp"

namespace holdfast::boosting {
namespace {

constexpr std::size_t kExplainedRows = 500;  // Training rows whose SHAP values are averaged.
constexpr std::size_t kHeldOutFrom = 100;    // Training rows from which some are held out.
constexpr int kUnwatchedRoundsMax = 150;     // Where nothing tells when to stop.
constexpr std::uint32_t kRateFolds = 5;
constexpr int kThreads = 2;  // Fixed: XGBoost's sums depend on it.

std::vector<std::uint32_t> rows_of(std::span<const double> weight) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < weight.size(); ++r) {
    if (weight[r] > 0) rows.push_back(r);
  }
  return rows;
}

/// The chosen rows as floats.
struct Encoded {
  std::vector<std::uint32_t> rows;
  std::vector<float> cells;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  Encoded(const dataset::Columns& columns, std::vector<std::uint32_t> chosen,
          std::span<const std::uint8_t> all_y, std::span<const double> all_weight,
          const std::vector<Feature>& features, std::span<const std::uint32_t> fold = {})
      : rows(std::move(chosen)), cells(encode(columns, rows, features, fold)) {
    for (const auto r : rows) {
      y.push_back(all_y[r]);
      weight.push_back(all_weight[r]);
    }
  }
  Labelled view(std::size_t cols) const { return {{cells, rows.size(), cols}, y, weight}; }
};

/// Training rows, and rows to stop early on: the validation rows, or where there are none every
/// fifth training row in an order drawn from the seed.
struct Parts {
  Encoded training, validation;
};

Parts parts_of(const ClassifierTask& task, const std::vector<Feature>& features,
               std::span<const std::uint32_t> fold, bool is_patient) {
  auto rows = rows_of(task.weight);
  auto validation_rows = rows_of(task.validation_weight);
  if (!validation_rows.empty() || !is_patient || rows.size() < kHeldOutFrom) {
    return {Encoded(task.train, std::move(rows), task.y, task.weight, features, fold),
            Encoded(task.validation, std::move(validation_rows), task.validation_y,
                    task.validation_weight, features)};
  }
  Random random(task.seed);
  random.shuffle(rows);
  const auto cut = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 5);
  std::vector<std::uint32_t> held_out(rows.begin(), cut);
  rows.erase(rows.begin(), cut);
  std::ranges::sort(rows);
  std::ranges::sort(held_out);
  return {Encoded(task.train, std::move(rows), task.y, task.weight, features, fold),
          Encoded(task.train, std::move(held_out), task.y, task.weight, features, fold)};
}

float base_score(const Encoded& training) {
  double total = 0;
  double churned = 0;
  for (std::size_t i = 0; i < training.y.size(); ++i) {
    total += training.weight[i];
    if (training.y[i] == 1) churned += training.weight[i];
  }
  return static_cast<float>(std::clamp(churned / total, 1e-6, 1 - 1e-6));
}

Categories categories_of(const Parameters& parameters) {
  const auto& categories = models::text(parameters, "categories");
  if (categories == "rates") return Categories::Rates;
  return categories == "sets" ? Categories::Sets : Categories::OneEach;
}

/// XGBoost's exact method would take the codes for numbers.
Result<void> check_method(const Parameters& parameters) {
  const auto& method = models::text(parameters, "tree_method");
  if (method != "exact" || categories_of(parameters) != Categories::Sets) return {};
  return Error{models::errors::kParameterRange,
               {{"model", "boosting"},
                {"parameter", "tree_method"},
                {"value", method},
                {"range", "hist, approx (categories = \"sets\")"}},
               {.key = "models.boosting.tree_method"}};
}

std::vector<std::int32_t> codes_of(const std::vector<Feature>& features) {
  std::vector<std::int32_t> codes;
  for (const auto& feature : features) codes.push_back(feature.codes);
  if (std::ranges::count(codes, 0) == std::ssize(codes)) codes.clear();
  return codes;
}

/// XGBoost's exact method knows levels only.
bool is_by_leaves(const Parameters& parameters) {
  return models::integer(parameters, "leaves_max") > 0 &&
         models::text(parameters, "tree_method") != "exact";
}

Options options_of(const Parameters& parameters, std::uint64_t seed, float base) {
  const auto number = [&](const char* name) {
    return fmt::format("{:.17g}", models::real(parameters, name));
  };
  return {.parameters = {{"objective", "binary:logistic"},
                         {"nthread", std::to_string(kThreads)},
                         {"verbosity", "0"},
                         {"tree_method", models::text(parameters, "tree_method")},
                         {"eta", number("eta")},
                         {"max_depth", number("depth_max")},
                         {"grow_policy", is_by_leaves(parameters) ? "lossguide" : "depthwise"},
                         {"max_leaves", is_by_leaves(parameters) ? number("leaves_max") : "0"},
                         {"min_child_weight", number("child_weight_min")},
                         {"subsample", number("row_share")},
                         {"colsample_bytree", number("column_share")},
                         {"lambda", number("l2")},
                         {"alpha", number("l1")},
                         {"gamma", number("gain_min")},
                         {"max_bin", number("bins_max")},
                         {"max_cat_to_onehot", number("sets_from")},
                         {"max_cat_threshold", number("set_size_max")},
                         {"seed", std::to_string(seed & 0x7fffffff)}},
          .rounds = static_cast<int>(models::integer(parameters, "rounds")),
          .patience = static_cast<int>(models::integer(parameters, "patience")),
          .base_score = base};
}

/// The chosen rows as columns of their own.
struct Excerpt {
  dataset::Columns columns;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::uint8_t>> valid;

  Excerpt(const dataset::Columns& from, std::span<const std::uint32_t> rows) {
    columns.rows = rows.size();
    for (const auto& column : from.columns) {
      auto& v = values.emplace_back();
      auto& k = codes.emplace_back();
      auto& ok = valid.emplace_back();
      for (const auto r : rows) {
        if (!column.values.empty()) v.push_back(column.values[r]);
        if (!column.codes.empty()) k.push_back(column.codes[r]);
        ok.push_back(column.valid[r]);
      }
    }
    for (std::size_t c = 0; c < from.columns.size(); ++c) {
      columns.columns.push_back({.name = from.columns[c].name,
                                 .values = values[c],
                                 .codes = codes[c],
                                 .categories = from.columns[c].categories,
                                 .valid = valid[c]});
    }
  }
};

/// Mean size of each column's contribution, over evenly spaced training rows.
std::vector<double> mean_contributions(const FittedModel& model,
                                       const dataset::Columns& train,
                                       const std::vector<std::uint32_t>& rows) {
  std::vector<std::uint32_t> chosen;
  const std::size_t step = std::max<std::size_t>(1, rows.size() / kExplainedRows);
  for (std::size_t i = 0; i < rows.size(); i += step) chosen.push_back(rows[i]);
  const Excerpt excerpt(train, chosen);
  const auto phi = contributions(model, excerpt.columns);
  const std::size_t width = train.columns.size() + 1;
  std::vector<double> means(train.columns.size(), 0.0);
  for (std::size_t r = 0; r < chosen.size(); ++r) {
    for (std::size_t c = 0; c < means.size(); ++c) means[c] += std::abs(phi[r * width + c]);
  }
  for (double& mean : means) mean /= static_cast<double>(chosen.size());
  return means;
}

ReportTable importance_table(const FittedModel& model, const Booster& booster,
                             const dataset::Columns& train,
                             const std::vector<std::uint32_t>& rows) {
  ReportTable table{.id = "importance",
                    .title = {"Importance of the columns", "字段重要性"},
                    .columns = {"column", "mean_contribution", "gain", "splits"},
                    .headers = {{"Column", "字段"},
                                {"Mean size of contribution", "平均贡献(绝对值)"},
                                {"Loss saved", "损失减少"},
                                {"Splits", "划分次数"}}};
  const std::size_t count = train.columns.size();
  std::vector<double> gain(count, 0.0), splits(count, 0.0);
  for (std::size_t t = 0; t < booster.trees.trees.size(); ++t) {
    const auto& nodes = booster.trees.trees[t].nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].children.empty()) continue;
      gain[static_cast<std::size_t>(nodes[i].column)] += booster.gains[t][i];
      splits[static_cast<std::size_t>(nodes[i].column)] += 1;
    }
  }
  const auto means = mean_contributions(model, train, rows);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return means[c]; });
  for (const auto c : order) {
    if (splits[c] == 0) continue;
    table.rows.push_back({model.column_names[c], means[c], gain[c], splits[c]});
  }
  return table;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                        Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "boosting",
    .kind = ModelKind::Classifier,
    .name = {"Gradient boosting", "梯度提升树"},
    .question = {"Who is most likely to leave, with curves and interactions found by themselves?",
                 "谁最可能流失?(自动发现非线性与交互作用)"},
    .source = "Chen & Guestrin (2016), XGBoost, KDD '16, 785-794",
    .parameters =
        {{.name = "rounds", .kind = ParameterRow::Kind::Integer, .unit = "trees", .min = 1,
          .max = 20000, .default_value = std::int64_t{600},
          .en = "Maximum number of trees; early stopping usually keeps fewer.",
          .zh = "树的最大数量;早停后通常会更少。"},
         {.name = "patience", .kind = ParameterRow::Kind::Integer, .unit = "rounds", .min = 0,
          .max = 20000, .default_value = std::int64_t{40},
          .en = "Stops after this many rounds without a smaller validation loss; 0: never stops "
                "early.",
          .zh = "验证损失连续这么多轮不再下降即停止;0 表示不早停。"},
         {.name = "eta", .kind = ParameterRow::Kind::Real, .min = 1e-4, .max = 1,
          .default_value = 0.05,
          .tries = {0.03, 0.05, 0.1},
          .en = "Learning rate: the share of each new tree that is added.",
          .zh = "学习率:每棵新树按此比例加入模型。"},
         {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 1,
          .max = 12, .default_value = std::int64_t{5},
          .tries = {std::int64_t{2}, std::int64_t{3}, std::int64_t{4}, std::int64_t{6}},
          .en = "Maximum depth of a tree.",
          .zh = "树的最大深度。"},
         {.name = "leaves_max", .kind = ParameterRow::Kind::Integer, .unit = "leaves", .min = 0,
          .max = 4096, .default_value = std::int64_t{0},
          .tries = {std::int64_t{0}, std::int64_t{15}},
          .en = "Maximum number of leaves of a tree, which then grows where most is gained; 0: level "
                "by level. depth_max holds as well; the exact method always goes by level.",
          .zh = "每棵树的最大叶节点数,每次在收益最大处生长;0 表示逐层生长。depth_max 同时有效;exact 方法总是逐层生长。"},
         {.name = "child_weight_min", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 5.0,
          .tries = {1.0, 5.0, 20.0},
          .en = "Minimum sum of p(1 - p) over the rows of a child; larger makes smoother trees.",
          .zh = "每个子节点内 p(1 - p) 之和的最小值;越大树越平滑。"},
         {.name = "row_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0.05,
          .max = 1, .default_value = 0.8,
          .tries = {0.6, 0.8, 1.0},
          .en = "Share of rows drawn at random for each tree.",
          .zh = "每棵树随机抽取的样本比例。"},
         {.name = "column_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0.05,
          .max = 1, .default_value = 0.8,
          .tries = {0.5, 0.8, 1.0},
          .en = "Share of columns drawn at random for each tree.",
          .zh = "每棵树随机抽取的字段比例。"},
         {.name = "l2", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 2.0,
          .tries = {1.0, 10.0},
          .en = "L2 penalty on the values of leaves (lambda).",
          .zh = "对叶值的 L2 惩罚(lambda)。"},
         {.name = "l1", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 0.0,
          .en = "L1 penalty on the values of leaves (alpha).",
          .zh = "对叶值的 L1 惩罚(alpha)。"},
         {.name = "gain_min", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 0.0,
          .en = "Minimum loss that a split must save (gamma).",
          .zh = "一次划分至少要减少的损失(gamma)。"},
         {.name = "bins_max", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2,
          .max = 4096, .default_value = std::int64_t{256},
          .en = "With hist: maximum number of bins of a column, between which splits lie.",
          .zh = "hist 方式:每个字段的最大分箱数,划分点取在箱间。"},
         {.name = "tree_method", .kind = ParameterRow::Kind::Choice,
          .choices = {"hist", "exact", "approx"}, .default_value = std::string("hist"),
          .en = "How splits are looked for: hist and approx between bins, exact between all "
                "values.",
          .zh = "寻找划分的方法:hist 与 approx 在分箱之间,exact 在所有取值之间。"},
         {.name = "monotone", .kind = ParameterRow::Kind::TextList,
          .default_value = std::vector<std::string>{},
          .en = "Columns with whose value the score may only rise (+name) or only fall (-name), "
                "as [\"+complaints_90d\", \"-tenure_days\"].",
          .zh = "单调约束:评分只能随该字段上升(+字段名)或下降(-字段名),如 [\"+complaints_90d\", \"-tenure_days\"]。"},
         {.name = "categories", .kind = ParameterRow::Kind::Choice,
          .choices = {"one_each", "sets", "rates"}, .default_value = std::string("one_each"),
          .tries = {std::string("one_each"), std::string("rates")},
          .en = "one_each: a 0/1 feature for each category; sets: splits into sets of categories; "
                "rates: splits by the churn rate of each category among other customers.",
          .zh = "one_each:每个取值一个 0/1 特征;sets:按取值的集合划分;rates:按各取值在其他客户中的流失率划分。"},
         {.name = "rate_rows", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 0.1,
          .max = 1e6, .default_value = 20.0,
          .en = "With rates: rows at the overall churn rate that are added to each category, so "
                "that rare ones stay near it.",
          .zh = "rates 方式:为每个取值加入这么多行总体流失率的样本,使少见取值接近总体。"},
         {.name = "sets_from", .kind = ParameterRow::Kind::Integer, .unit = "categories", .min = 2,
          .max = 32, .default_value = std::int64_t{4},
          .en = "With sets and rates: columns of at least this many categories are treated so; "
                "the others by one_each.",
          .zh = "sets 与 rates 方式:取值不少于此数的字段才这样处理,其余按 one_each。"},
         {.name = "set_size_max", .kind = ParameterRow::Kind::Integer, .unit = "categories",
          .min = 1, .max = 1e6, .default_value = std::int64_t{64},
          .en = "With sets: maximum number of categories on the smaller side of a split.",
          .zh = "sets 方式:一次划分中较小一侧的最多取值数。"}},
    .is_usual = true,
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                        Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
  HOLDFAST_TRY_VOID(check_method(parameters));
  FittedModel model = models::started(descriptor.id, task, parameters);
  const auto categories = categories_of(parameters);
  const auto fold = categories == Categories::Rates ? models::folds_of(task, kRateFolds)
                                                    : std::vector<std::uint32_t>{};
  const auto features = features_of(
      task.train,
      {.y = task.y, .weight = task.weight, .fold = fold,
       .categories_min = static_cast<std::size_t>(models::integer(parameters, "sets_from")),
       .prior_weight = models::real(parameters, "rate_rows")},
      categories);
  if (features.empty()) return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  const auto [training, validation] =
      parts_of(task, features, fold, models::integer(parameters, "patience") > 0);
  Options options = options_of(parameters, task.seed, base_score(training));
  options.codes = codes_of(features);
  const auto& held = models::texts(parameters, "monotone");
  HOLDFAST_TRY(options.monotone, monotone_of(held, task.train, features));
  if (validation.rows.empty() && options.patience > 0) {
    options.rounds = std::min(options.rounds, kUnwatchedRoundsMax);
  }
  progress.begin(descriptor.name, options.rounds);
  HOLDFAST_TRY(Booster booster, train(training.view(features.size()),
                                      validation.view(features.size()), options, progress));
  decode(booster.trees, features, task.train);
  model.form = booster.trees;
  model.calibration = {.kind = forms::Calibration::Kind::Logistic, .is_float = true};
  model.tables.push_back(importance_table(model, booster, task.train, training.rows));
  if (task.validation.rows == 0 && !validation.rows.empty()) {
    model.notes.push_back({"no validation rows: a fifth of the training rows was held out to stop "
                           "early",
                           "没有验证样本:留出五分之一的训练样本用于早停"});
  }
  if (!held.empty()) {
    const auto names = fmt::format("{}", fmt::join(held, ", "));
    model.notes.push_back({"the score only rises (+) or falls (-) with " + names,
                           "评分随以下字段只升(+)或只降(-):" + names});
  }
  const auto kept = booster.trees.trees.size();
  model.notes.push_back({fmt::format("{} trees kept of {} allowed", kept, options.rounds),
                         fmt::format("保留 {} 棵树(上限 {})", kept, options.rounds)});
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::boosting
