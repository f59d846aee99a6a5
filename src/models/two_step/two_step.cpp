#include "grouping/two_step.hpp"

#include <algorithm>

#include "models/grouping_task.hpp"
#include "models/parameters.hpp"

namespace holdfast::two_step {
namespace {

using models::GroupingRows;

/// The rows as the engine takes them.
struct Mixed {
  std::vector<double> numbers;
  std::vector<std::uint32_t> levels;
  std::vector<std::uint32_t> count;

  explicit Mixed(const GroupingRows& rows) {
    const std::size_t width = rows.preparation.terms.size();
    for (const auto& category : rows.categories) {
      count.push_back(static_cast<std::uint32_t>(category.size()));
    }
    numbers.reserve(rows.rows * rows.numbers.size());
    levels.reserve(rows.rows * count.size());
    for (std::size_t r = 0; r < rows.rows; ++r) {
      const double* terms = rows.terms.data() + r * width;
      for (const auto t : rows.numbers) numbers.push_back(terms[t]);
      for (const auto& category : rows.categories) {
        const auto own = std::ranges::find_if(category, [&](std::size_t t) { return terms[t] > 0; });
        levels.push_back(static_cast<std::uint32_t>(own - category.begin()));
      }
    }
  }
};

forms::ClusterProfiles form_of(const grouping::TwoStep& fit, const GroupingRows& rows) {
  const std::size_t width = rows.preparation.terms.size();
  forms::ClusterProfiles form{.far = fit.noise_distance};
  const auto costs = grouping::costs(fit);
  for (std::size_t k = 0; k < costs.size(); ++k) {
    const auto& cost = costs[k];
    forms::ClusterProfiles::Cluster cluster{.rows = static_cast<double>(fit.sizes[k]),
                                            .base = cost.base,
                                            .lean = cost.lean,
                                            .center = std::vector<double>(width),
                                            .weight = std::vector<double>(width),
                                            .slope = std::vector<double>(width)};
    for (std::size_t c = 0; c < rows.numbers.size(); ++c) {
      cluster.center[rows.numbers[c]] = cost.center[c];
      cluster.weight[rows.numbers[c]] = cost.weight[c];
    }
    std::size_t level = 0;
    for (const auto& category : rows.categories) {
      for (const auto t : category) cluster.slope[t] = cost.level[level++];
    }
    form.clusters.push_back(std::move(cluster));
  }
  return form;
}

ReportTable steps_of(const grouping::TwoStep& fit, const std::string& criterion) {
  ReportTable table{.id = "steps",
                    .title = {"Numbers of groups tried", "尝试过的群组数"},
                    .columns = {"clusters", "criterion", "change", "change_ratio", "distance", "distance_ratio",
                                "smallest", "largest"},
                    .headers = {{"Groups", "群组数"},
                                {criterion, criterion},
                                {"Gain by one more", "再增一组的改善"},
                                {"Of the first gain", "与首次改善之比"},
                                {"Nearest two", "最近两组距离"},
                                {"Drop in distance", "距离之比"},
                                {"Smallest group", "最小群占比"},
                                {"Largest group", "最大群占比"}}};
  for (const auto& step : fit.steps) {
    table.rows.push_back({static_cast<double>(step.clusters), step.criterion, step.change,
                          step.change_ratio, step.distance, step.distance_ratio, step.smallest,
                          step.largest});
  }
  return table;
}

/// Why there are that many groups: "asked", "kinds" or "division".
ReportTable choice_of(const grouping::TwoStep& fit, bool is_asked) {
  const auto* word = is_asked ? "asked" : fit.is_division ? "division" : "kinds";
  return {.id = "choice",
          .title = {"How the number was found", "群组数的由来"},
          .columns = {"choice"},
          .headers = {{"Choice", "由来"}},
          .rows = {{std::string(word)}}};
}

Result<FittedModel> fit(const GroupingTask& task, const Parameters& parameters, Progress&) {
  HOLDFAST_TRY(auto rows,
               models::grouping_rows(
                   "two_step", task,
                   {.outlier_quantile = models::real(parameters, "outlier_quantile"),
                    .rare_share = models::real(parameters, "rare_share"),
                    .straightens = models::boolean(parameters, "straightens")}));
  const Mixed mixed(rows);
  const auto& criterion = models::text(parameters, "criterion");
  const auto& distance = models::text(parameters, "distance");
  const grouping::TwoStepOptions options{
      .distance = distance == "euclidean" ? grouping::TwoStepDistance::Euclidean
                                          : grouping::TwoStepDistance::LogLikelihood,
      .criterion = criterion == "aic" ? grouping::Criterion::Aic : grouping::Criterion::Bic,
      .clusters = static_cast<int>(models::integer(parameters, "clusters")),
      .clusters_max = static_cast<int>(models::integer(parameters, "clusters_max")),
      .clusters_min = static_cast<int>(models::integer(parameters, "clusters_min")),
      .share_min = models::real(parameters, "share_min"),
      .share_max = models::real(parameters, "share_max"),
      .balances = models::boolean(parameters, "balances"),
      .noise_share = models::real(parameters, "noise_share"),
      .seed = task.seed};
  HOLDFAST_TRY(const auto found,
               grouping::fit_two_step({rows.rows,
                                       {mixed.numbers.data(), rows.rows, rows.numbers.size()},
                                       mixed.levels,
                                       mixed.count},
                                      options));
  auto model = models::started("two_step", task, parameters);
  model.form = form_of(found, rows);
  model.notes = std::move(rows.preparation.notes);
  model.preparation = std::move(rows.preparation);
  model.preparation.notes.clear();
  model.tables.push_back(steps_of(found, criterion == "aic" ? "AIC" : "BIC"));
  model.tables.push_back(choice_of(found, options.clusters > 0));
  return model;
}

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "two_step",
    .kind = ModelKind::Grouping,
    .name = {"Two-step clustering", "两步聚类"},
    .question = {"How many kinds of customers are there, by numbers and categories together, and who is of which?",
                 "综合数值与类别,客户可分为几类,各属哪一类?"},
    .source = "Chiu, Fang, Chen, Wang & Jeris (2001), KDD; SPSS Statistics Algorithms, TWOSTEP CLUSTER",
    .parameters = {
        {.name = "clusters", .kind = ParameterRow::Kind::Integer, .unit = "groups", .min = 0, .max = 100,
         .default_value = std::int64_t{0},
         .en = "Number of groups; 0: found by the criterion.",
         .zh = "群组数;0 表示由准则自动确定。"},
        {.name = "clusters_max", .kind = ParameterRow::Kind::Integer, .unit = "groups", .min = 2, .max = 50,
         .default_value = std::int64_t{8},
         .en = "The most groups where the number is to be found.",
         .zh = "自动确定群组数时的上限。"},
        {.name = "clusters_min", .kind = ParameterRow::Kind::Integer, .unit = "groups", .min = 1, .max = 50,
         .default_value = std::int64_t{3},
         .en = "Fewer groups are of no use. Where the criterion finds no more, or groups beyond share_min and "
               "share_max, the customers are divided without leaning to large groups, and of the divisions within these "
               "bounds that of the largest drop in distance is taken. Groups far apart (a drop of four times) are kept "
               "however few or large. 1, with share_min 0 and share_max 1: natural kinds "
               "only, and one where there are none.",
         .zh = "少于此数的分群没有实用价值。若准则所得群组更少,或有群组超出 share_min、share_max 之界,则改为不偏向大群地划分,"
               "并在界内取距离之比最大者。相距甚远的群组(距离之比达四倍)即使较少或较大也予保留。取 1 且 share_min 为 0、share_max 为 1:只取自然形成的类别,没有则为一类。"},
        {.name = "share_min", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0, .max = 0.5,
         .default_value = 0.05,
         .en = "The least share of customers a group of use has.",
         .zh = "有实用价值的群组至少应占的客户比例。"},
        {.name = "share_max", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0.1, .max = 1,
         .default_value = 0.6,
         .en = "The largest share of customers a group of use has.",
         .zh = "有实用价值的群组至多占的客户比例。"},
        {.name = "balances", .kind = ParameterRow::Kind::Boolean, .default_value = true,
         .en = "A category of many states counts no more than one of two even states.",
         .zh = "取值众多的类别,其影响不超过两个取值各占一半的类别。"},
        {.name = "distance", .kind = ParameterRow::Kind::Choice, .choices = {"log_likelihood", "euclidean"},
         .default_value = std::string("log_likelihood"),
         .en = "By what likelihood a merging costs, or between centres (numbers only).",
         .zh = "以合并损失的似然度量,或以中心间距离度量(仅限数值)。"},
        {.name = "criterion", .kind = ParameterRow::Kind::Choice, .choices = {"bic", "aic"},
         .default_value = std::string("bic"),
         .en = "What the number of groups is chosen by.",
         .zh = "选择群组数的准则。"},
        {.name = "noise_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0, .max = 1,
         .default_value = 0.0,
         .en = "Entries of the tree smaller than this share of the largest are set aside as outliers; 0: none. SPSS "
               "offers 0.25.",
         .zh = "树中小于最大条目该比例的条目视为异常;0 表示不处理。SPSS 提供 0.25。"},
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

}  // namespace holdfast::two_step
