#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/survival_task.hpp"
#include "survival/forest.hpp"

namespace holdfast::survival_forest {
namespace {

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "survival_forest",
    .kind = ModelKind::Survival,
    .name = {"Random survival forest", "随机生存森林"},
    .question = {"When do customers leave, whatever shape the influences take?",
                 "无论影响以何种形式出现,客户何时离开?"},
    .source = "Ishwaran, Kogalur, Blackstone & Lauer (2008), Annals of Applied Statistics 2, 841–860",
    .parameters =
        {{.name = "trees", .kind = ParameterRow::Kind::Integer, .unit = "trees", .min = 1,
          .max = 10'000, .default_value = std::int64_t{100},
          .en = "Number of trees.", .zh = "树的数量。"},
         {.name = "leaf_rows_min", .kind = ParameterRow::Kind::Integer, .unit = "rows", .min = 1,
          .max = 1e9, .default_value = std::int64_t{100},
          .en = "Minimum number of rows in a leaf.",
          .zh = "叶节点的最少样本数。"},
         {.name = "columns_tried", .kind = ParameterRow::Kind::Integer, .unit = "columns", .min = 0,
          .max = 1e6, .default_value = std::int64_t{0},
          .en = "Number of columns drawn at random for each split; 0: the square root of all.",
          .zh = "每次划分随机抽取的字段数;0 表示字段总数的平方根。"},
         {.name = "depth_max", .kind = ParameterRow::Kind::Integer, .unit = "levels", .min = 0,
          .max = 1000, .default_value = std::int64_t{0},
          .en = "Maximum depth of a tree; 0: no limit.",
          .zh = "树的最大深度;0 表示不限。"}},
    .fit_survival = fit_survival};

namespace {

/// Columns as the engine reads them: categories by their rank in rate of leaving.
struct Encoded {
  std::vector<double> x;                   // [rows × columns]
  std::vector<std::vector<double>> rank;   // [columns][categories]; empty: a number.
};

std::vector<double> ranks_of(const dataset::ColumnView& column, const SurvivalTask& task) {
  std::vector<double> left(column.categories.size()), time(left.size());
  double all_left = 0, all_time = 0;
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (column.valid[r] == 0) continue;
    const double w = task.weight[r];
    const double event = task.exit[r] > 0 ? w : 0;
    left[column.codes[r]] += event, all_left += event;
    time[column.codes[r]] += w * task.duration[r], all_time += w * task.duration[r];
  }
  // A category of few rows is taken for an average one.
  const double rate = all_time > 0 ? all_left / all_time : 0;
  std::vector<std::size_t> order(left.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t k) {
    return rate > 0 ? (left[k] + 5) / (time[k] + 5 / rate) : 0;
  });
  std::vector<double> rank(left.size());
  for (std::size_t k = 0; k < order.size(); ++k) rank[order[k]] = static_cast<double>(k);
  return rank;
}

Encoded encoded(const SurvivalTask& task) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  constexpr double kLargest = std::numeric_limits<double>::max();
  const auto& columns = task.train.columns;
  Encoded result{std::vector<double>(task.train.rows * columns.size()),
                 std::vector<std::vector<double>>(columns.size())};
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& column = columns[c];
    if (column.is_category()) result.rank[c] = ranks_of(column, task);
    for (std::size_t r = 0; r < task.train.rows; ++r) {
      double& cell = result.x[r * columns.size() + c];
      if (column.valid[r] == 0) cell = kMissing;
      else if (column.is_category()) cell = result.rank[c][column.codes[r]];
      else if (column.values.empty()) cell = kMissing;
      else cell = std::clamp(column.values[r], -kLargest, kLargest);
    }
  }
  return result;
}

/// Rows of training at each node.
std::vector<double> covers(const survival::ForestTree& tree, const Encoded& data,
                           std::size_t columns) {
  std::vector<double> cover(tree.nodes.size());
  for (std::size_t begin = 0; begin < data.x.size(); begin += columns) {
    std::size_t at = 0;
    for (;;) {
      cover[at] += 1;
      const auto& node = tree.nodes[at];
      if (node.column == survival::ForestNode::kLeaf) break;
      at = node.child + (data.x[begin + node.column] <= node.threshold ? 0u : 1u);
    }
  }
  return cover;
}

/// A leaf's cumulative hazards at all times, exit by exit.
std::vector<double> leaf_values(const survival::SurvivalForest& forest,
                                const survival::ForestTree& tree, std::uint32_t leaf) {
  const auto exits = forest.exits.size();
  const auto times = forest.times.size();
  std::vector<double> values(exits * times);
  for (auto s = tree.leaf_steps[leaf]; s < tree.leaf_steps[leaf + 1]; ++s) {
    const std::size_t end = s + 1 < tree.leaf_steps[leaf + 1] ? tree.step_time[s + 1] : times;
    for (std::size_t e = 0; e < exits; ++e) {
      const double share = double{tree.step_hazard[s * exits + e]} / static_cast<double>(forest.trees.size());
      // To eight places, which is below any sampling error and keeps saved models small.
      const double rounded = std::round(share * 1e8) / 1e8;
      for (std::size_t t = tree.step_time[s]; t < end; ++t) values[e * times + t] = rounded;
    }
  }
  return values;
}

forms::Tree tree_of(const survival::SurvivalForest& forest, const survival::ForestTree& tree,
                    const Encoded& data) {
  const auto cover = covers(tree, data, data.rank.size());
  forms::Tree result;
  result.nodes.resize(tree.nodes.size());
  for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
    const auto& from = tree.nodes[n];
    auto& node = result.nodes[n];
    node.cover = cover[n];
    if (from.column == survival::ForestNode::kLeaf) {
      node.values = leaf_values(forest, tree, from.child);
      continue;
    }
    node.column = static_cast<std::int32_t>(from.column);
    node.missing = forms::MissingRule::Default;
    node.default_child = 1;
    node.children = {static_cast<std::int32_t>(from.child), static_cast<std::int32_t>(from.child + 1)};
    const auto& rank = data.rank[from.column];
    node.is_category = !rank.empty();
    if (rank.empty()) {
      node.split = from.threshold;
      node.threshold = forms::narrowed(node.split);
    }
    for (const double own : rank) node.child_of_category.push_back(own <= from.threshold ? 0 : 1);
  }
  return result;
}

ReportTable importance_table(const survival::ForestFit& fit, const FittedModel& model) {
  ReportTable table{.id = "importance",
                    .title = {"Share of the splits' log-rank statistics", "各字段占划分统计量的比例"},
                    .columns = {"column", "importance"},
                    .headers = {{"column", "字段"}, {"importance", "重要性"}}};
  std::vector<std::size_t> order(fit.importance.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return fit.importance[c]; });
  for (const auto c : order) {
    if (fit.importance[c] > 0) table.rows.push_back({model.column_names[c], fit.importance[c]});
  }
  return table;
}

ReportTable out_of_bag_table(const survival::ForestFit& fit, const std::vector<std::string>& exits) {
  ReportTable table{.id = "out_of_bag",
                    .title = {"On rows the trees have not seen", "袋外样本上的表现"},
                    .columns = {"exit", "concordance"},
                    .headers = {{"exit", "离开方式"}, {"concordance", "一致性指数"}}};
  for (std::size_t e = 0; e < fit.out_of_bag.size(); ++e) {
    table.rows.push_back({exits[e], fit.out_of_bag[e].value});
  }
  return table;
}

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_survival_task(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started_survival(descriptor.id, task, parameters);
  const auto data = encoded(task);
  const auto columns = task.train.columns.size();
  const auto tried = static_cast<int>(models::integer(parameters, "columns_tried"));
  survival::ForestOptions options{
      .trees = static_cast<int>(models::integer(parameters, "trees")),
      .columns_tried = std::min(tried, static_cast<int>(columns)),
      .leaf_rows_min = static_cast<int>(models::integer(parameters, "leaf_rows_min")),
      .depth_max = static_cast<int>(models::integer(parameters, "depth_max")),
      .times = task.times,
      .times_max = 24,
      .seed = task.seed};
  HOLDFAST_TRY(const auto fit,
               survival::fit_forest(task.spells(), {data.x.data(), task.train.rows, columns}, options));
  forms::HazardTrees form{.exits = task.exits, .times = fit.forest.times};
  form.followed_days = *std::ranges::max_element(task.duration);
  form.trees.outputs = form.outputs_count();
  form.trees.trees.resize(fit.forest.trees.size());
  parallel_for(form.trees.trees.size(), 1, [&](std::size_t t, std::size_t) {
    form.trees.trees[t] = tree_of(fit.forest, fit.forest.trees[t], data);
  });
  model.form = std::move(form);
  model.tables.push_back(importance_table(fit, model));
  model.tables.push_back(out_of_bag_table(fit, task.exits));
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::survival_forest
