#include "models/effect_parts/tree_form.hpp"
#include "models/parameters.hpp"

namespace holdfast::uplift_forest {
namespace {

std::vector<ParameterRow> rows() {
  auto rows = models::uplift_tree_rows(5, 100, false);
  rows.push_back({.name = "trees", .kind = ParameterRow::Kind::Integer, .unit = "trees", .min = 1,
                  .max = 10000, .default_value = std::int64_t{200}, .en = "Trees whose answers are averaged.",
                  .zh = "取平均的树的数量。"});
  rows.push_back({.name = "sample_share", .kind = ParameterRow::Kind::Real, .unit = "share",
                  .min = 0.01, .max = 1, .default_value = 0.632,
                  .en = "Share of the rows of each group that a tree sees.",
                  .zh = "每棵树使用的各组样本比例。"});
  rows.push_back({.name = "columns_tried", .kind = ParameterRow::Kind::Integer, .unit = "columns",
                  .min = 0, .max = 100000, .default_value = std::int64_t{0},
                  .en = "Columns drawn at each node; 0: the square root of all.",
                  .zh = "每个节点随机抽取的字段数;0 表示总数的平方根。"});
  return rows;
}

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "uplift_forest",
    .kind = ModelKind::Effect,
    .name = {"Uplift forest", "增益森林"},
    .question = {"How much does the treatment change for each customer, by the mean of many uplift "
                 "trees?",
                 "措施对每位客户的作用有多大(多棵增益树的平均)?"},
    .source = "Guelman, Guillén & Pérez-Marín (2015), Uplift random forests, Cybernetics and "
              "Systems 46, 230-248; criterion: Rzepakowski & Jaroszewicz (2012)",
    .parameters = rows(),
    .fit_effect = fit_effect};

namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY(const auto encoded, models::encode_checked(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  auto model = models::started(descriptor.id, task, parameters);
  effect::ForestOptions options{
      .tree = models::uplift_tree_options(parameters, task.seed),
      .trees = static_cast<int>(models::integer(parameters, "trees")),
      .sample_share = models::real(parameters, "sample_share")};
  options.tree.columns_tried =
      static_cast<std::size_t>(models::integer(parameters, "columns_tried"));
  HOLDFAST_TRY(const auto forest,
               effect::fit_uplift_forest({task.outcome, task.treated}, encoded.view(),
                                         encoded.names, options));
  model.form = models::form_of(forest.trees, encoded, task.train);
  model.tables.push_back(models::importance_table(forest.importance, encoded, task.train));
  progress.advance(1);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::uplift_forest
