#include "grouping/kmeans.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "grouping/silhouette.hpp"
#include "models/grouping_task.hpp"
#include "models/parameters.hpp"

namespace holdfast::kmeans {
namespace {

using models::GroupingRows;

struct Tried {
  grouping::KMeans fit;
  double silhouette = 0;
  double smallest = 0;  // Share of the rows.
};

Result<Tried> tried(const GroupingRows& rows, int clusters, const Parameters& parameters,
                    std::uint64_t seed) {
  const MatrixView view{rows.terms.data(), rows.rows, rows.preparation.terms.size()};
  Tried found;
  HOLDFAST_TRY(found.fit,
               grouping::fit_kmeans(
                   view, {},
                   {.clusters = clusters,
                    .starts = static_cast<int>(models::integer(parameters, "starts")),
                    .iterations_max = static_cast<int>(models::integer(parameters, "iterations_max")),
                    .seed = seed}));
  found.smallest = std::ranges::min(found.fit.weight) / static_cast<double>(rows.rows);
  if (clusters > 1) {
    HOLDFAST_TRY(const auto silhouettes,
                 grouping::simplified_silhouettes(view, found.fit.centers, found.fit.labels));
    found.silhouette = silhouettes.mean;
  }
  return found;
}

/// Tries numbers of groups and keeps the best: of those without groups too small (of all, where each
/// has one) that of the largest silhouette.
class Trying {
 public:
  Trying(const GroupingRows& rows, const Parameters& parameters, std::uint64_t seed, ReportTable& steps)
      : rows_(rows), parameters_(parameters), seed_(seed), share_min_(models::real(parameters, "share_min")),
        steps_(steps) {}

  /// False where there are fewer different rows than that many clusters, or another failure.
  bool with(int clusters) {
    auto one = tried(rows_, clusters, parameters_, seed_);
    if (!one.ok()) {
      failure_ = one.error();
      return false;
    }
    steps_.rows.push_back({static_cast<double>(clusters), one->silhouette, one->fit.inertia, one->smallest});
    if (!best_ || is_better(*one)) best_ = std::move(*one);
    return true;
  }
  bool found() const { return best_.has_value(); }
  Result<Tried> result() && {
    if (!best_) return std::move(*failure_);
    return std::move(*best_);
  }

 private:
  bool is_better(const Tried& one) const {
    const bool is_of_use = one.smallest >= share_min_, was_of_use = best_->smallest >= share_min_;
    return is_of_use != was_of_use ? is_of_use : one.silhouette > best_->silhouette;
  }

  const GroupingRows& rows_;
  const Parameters& parameters_;
  std::uint64_t seed_;
  double share_min_;
  ReportTable& steps_;
  std::optional<Tried> best_;
  std::optional<Error> failure_;
};

/// The number asked for, or the best of those allowed; fewer where there are fewer different rows.
Result<Tried> chosen(const GroupingRows& rows, const Parameters& parameters, std::uint64_t seed,
                     ReportTable& steps) {
  Trying trying(rows, parameters, seed, steps);
  const auto asked = static_cast<int>(models::integer(parameters, "clusters"));
  if (asked > 0) {
    trying.with(asked);
    return std::move(trying).result();
  }
  const auto most = static_cast<int>(models::integer(parameters, "clusters_max"));
  const auto least = std::min(most, static_cast<int>(models::integer(parameters, "clusters_min")));
  for (int clusters = least; clusters <= most && trying.with(clusters);) ++clusters;
  for (int clusters = least - 1; clusters > 0 && !trying.found(); --clusters) trying.with(clusters);
  return std::move(trying).result();
}

forms::ClusterProfiles form_of(const grouping::KMeans& fit) {
  const std::size_t clusters = fit.weight.size();
  std::vector<std::size_t> order(clusters);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t k) { return fit.weight[k]; });
  forms::ClusterProfiles form;
  for (const auto k : order) {
    const auto from = fit.centers.begin() + static_cast<std::ptrdiff_t>(k * fit.cols);
    form.clusters.push_back({.rows = fit.weight[k],
                             .center = {from, from + static_cast<std::ptrdiff_t>(fit.cols)},
                             .weight = std::vector<double>(fit.cols, 1.0),
                             .slope = std::vector<double>(fit.cols, 0.0)});
  }
  return form;
}

Result<FittedModel> fit(const GroupingTask& task, const Parameters& parameters, Progress&) {
  HOLDFAST_TRY(auto rows,
               models::grouping_rows(
                   "kmeans", task,
                   {.outlier_quantile = models::real(parameters, "outlier_quantile"),
                    .rare_share = models::real(parameters, "rare_share"),
                    .straightens = models::boolean(parameters, "straightens")}));
  auto model = models::started("kmeans", task, parameters);
  ReportTable steps{.id = "steps",
                    .title = {"Numbers of groups tried", "尝试过的群组数"},
                    .columns = {"clusters", "silhouette", "inertia", "smallest"},
                    .headers = {{"Groups", "群组数"}, {"Silhouette", "轮廓系数"},
                                {"Squared distances", "组内平方距离"}, {"Smallest group", "最小群占比"}}};
  HOLDFAST_TRY(const auto best, chosen(rows, parameters, task.seed, steps));
  model.form = form_of(best.fit);
  model.notes = std::move(rows.preparation.notes);
  model.preparation = std::move(rows.preparation);
  model.preparation.notes.clear();
  model.tables.push_back(std::move(steps));
  return model;
}

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "kmeans",
    .kind = ModelKind::Grouping,
    .name = {"K-means", "K 均值聚类"},
    .question = {"Which customers are alike, as groups around typical ones?",
                 "哪些客户彼此相似，各围绕一个典型客户成组?"},
    .source = "Lloyd (1982), IEEE Trans. Information Theory 28, 129–137; Arthur & Vassilvitskii (2007), SODA; "
              "Hamerly (2010), SDM",
    .parameters = {
        {.name = "clusters", .kind = ParameterRow::Kind::Integer, .unit = "groups", .min = 0, .max = 1000,
         .default_value = std::int64_t{0},
         .en = "Number of groups; 0: that of the largest silhouette.",
         .zh = "群组数;0 表示取轮廓系数最大者。"},
        {.name = "clusters_max", .kind = ParameterRow::Kind::Integer, .unit = "groups", .min = 2, .max = 100,
         .default_value = std::int64_t{8},
         .en = "The most groups tried where the number is to be found.",
         .zh = "自动确定群组数时最多尝试多少组。"},
        {.name = "clusters_min", .kind = ParameterRow::Kind::Integer, .unit = "groups", .min = 2, .max = 100,
         .default_value = std::int64_t{3},
         .en = "The fewest groups tried where the number is to be found.",
         .zh = "自动确定群组数时最少尝试多少组。"},
        {.name = "share_min", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0, .max = 0.5,
         .default_value = 0.05,
         .en = "Numbers of groups of which one has a smaller share of the customers are passed over, unless all are so.",
         .zh = "若某一群组数下有群组占比低于此值,则不予考虑;各群组数均如此时除外。"},
        {.name = "starts", .kind = ParameterRow::Kind::Integer, .unit = "starts", .min = 1, .max = 1000,
         .default_value = std::int64_t{10},
         .en = "Times it starts anew; the result of the least squared distances is kept.",
         .zh = "重新开始的次数;保留组内平方距离最小的结果。"},
        {.name = "iterations_max", .kind = ParameterRow::Kind::Integer, .unit = "iterations", .min = 1,
         .max = 100'000, .default_value = std::int64_t{300},
         .en = "Most iterations of a start.", .zh = "每次开始的最多迭代次数。"},
        {.name = "straightens", .kind = ParameterRow::Kind::Boolean, .default_value = true,
         .en = "Brings skewed numbers near the normal shape first (Yeo–Johnson).",
         .zh = "先对偏态数值作 Yeo–Johnson 变换。"},
        {.name = "outlier_quantile", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0, .max = 0.2,
         .default_value = 0.001,
         .en = "Numbers beyond this quantile and its mirror are cut to it.",
         .zh = "超出该分位数(及其对称分位数)的数值截断到该处。"},
        {.name = "rare_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0, .max = 0.5,
         .default_value = 0.02,
         .en = "Categories below this share of rows are joined as \"other\".",
         .zh = "占比低于此值的取值并入“其他”。"}},
    .fit_grouping = fit};

}  // namespace holdfast::kmeans
