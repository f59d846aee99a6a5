#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "models/bayes/states.hpp"
#include "models/bayes/structure.hpp"
#include "models/bayes/tables.hpp"
#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/task.hpp"

namespace holdfast::bayesian_network {
namespace {

constexpr std::size_t kClassesMax = 20;

/// Keeps the columns that say most of the class, in their order.
void keep_telling(bayes::States& states, std::size_t columns_max, std::vector<Text>& notes) {
  const std::size_t columns = states.columns.size();
  if (columns <= columns_max) return;
  std::vector<double> information;
  for (std::size_t c = 0; c < columns; ++c) {
    information.push_back(bayes::mutual_information(states, c + 1, 0, {}));
  }
  std::vector<std::size_t> order(columns);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](auto c) { return information[c]; });
  order.resize(columns_max);
  std::ranges::sort(order);
  bayes::States kept{.y = states.y, .weight = states.weight, .classes_count = states.classes_count};
  for (const auto c : order) {
    kept.columns.push_back(states.columns[c]);
    kept.names.push_back(states.names[c]);
    kept.states.push_back(std::move(states.states[c]));
  }
  states = std::move(kept);
  notes.push_back({fmt::format("{} of {} columns that say most of the outcome are in the network",
                               columns_max, columns),
                   fmt::format("网络使用了 {1} 个字段中与结果最相关的 {0} 个", columns_max, columns)});
}

bayes::Parents structure_of(const bayes::States& states, const Parameters& parameters,
                            std::uint64_t seed) {
  const auto& structure = models::text(parameters, "structure");
  if (structure == "tan") return bayes::tree_augmented(states);
  const bayes::SearchOptions options{
      .score = models::text(parameters, "score") == "bdeu" ? bayes::Score::Bdeu : bayes::Score::Bic,
      .equivalent_sample_size = models::real(parameters, "equivalent_sample_size"),
      .parents_max = static_cast<int>(models::integer(parameters, "parents_max")),
      .restarts = static_cast<int>(models::integer(parameters, "restarts")),
      .seed = seed};
  std::vector<std::size_t> variables(states.columns.size() + 1);
  std::iota(variables.begin(), variables.end(), std::size_t{0});
  if (structure == "markov_blanket") {
    variables = bayes::class_blanket(
        states, models::real(parameters, "alpha"),
        static_cast<int>(models::integer(parameters, "conditions_max")));
    variables.insert(variables.begin(), 0);
  }
  return bayes::hill_climb(states, variables, options);
}

/// Variables without an arc say nothing of anyone; they leave the network.
void drop_lonely(bayes::States& states, bayes::Parents& parents) {
  std::vector<std::uint8_t> is_linked(parents.size(), 0);
  is_linked[0] = 1;
  for (std::size_t v = 0; v < parents.size(); ++v) {
    if (!parents[v].empty()) is_linked[v] = 1;
    for (const auto parent : parents[v]) is_linked[static_cast<std::size_t>(parent)] = 1;
  }
  std::vector<std::int32_t> place(parents.size(), -1);
  bayes::States kept{.y = states.y, .weight = states.weight, .classes_count = states.classes_count};
  bayes::Parents kept_parents;
  for (std::size_t v = 0; v < parents.size(); ++v) {
    if (is_linked[v] == 0) continue;
    place[v] = static_cast<std::int32_t>(kept_parents.size());
    kept_parents.push_back(parents[v]);
    if (v == 0) continue;
    kept.columns.push_back(states.columns[v - 1]);
    kept.names.push_back(states.names[v - 1]);
    kept.states.push_back(std::move(states.states[v - 1]));
  }
  for (auto& own : kept_parents) {
    for (auto& parent : own) parent = place[static_cast<std::size_t>(parent)];
    std::ranges::sort(own);
  }
  states = std::move(kept);
  parents = std::move(kept_parents);
}

std::string name_of(const bayes::States& states, std::size_t variable) {
  return variable == 0 ? std::string("churned") : states.names[variable - 1];
}

ReportTable arcs_table(const bayes::States& states, const bayes::Parents& parents) {
  ReportTable table{.id = "arcs",
                    .title = {"Arcs of the network", "网络的有向边"},
                    .columns = {"from", "to", "information"},
                    .headers = {{"From", "父节点"}, {"To", "子节点"},
                                {"Information given the other parents, nats", "给定其他父节点的信息量(nat)"}}};
  for (std::size_t v = 0; v < parents.size(); ++v) {
    for (const auto parent : parents[v]) {
      std::vector<std::size_t> others;
      for (const auto other : parents[v]) {
        if (other != parent) others.push_back(static_cast<std::size_t>(other));
      }
      const auto p = static_cast<std::size_t>(parent);
      table.rows.push_back({name_of(states, p), name_of(states, v),
                            bayes::mutual_information(states, v, p, others)});
    }
  }
  std::ranges::stable_sort(table.rows, std::greater{},
                           [](const auto& row) { return std::get<double>(row[2]); });
  return table;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "bayesian_network",
    .kind = ModelKind::Classifier,
    .name = {"Bayesian network", "贝叶斯网络"},
    .question = {"Which facts hang together, and how likely is churn given whatever is known?",
                 "哪些事实彼此关联,在已知信息下流失的可能有多大?"},
    .source = "Friedman, Geiger & Goldszmidt (1997), Machine Learning 29, 131-163",
    .parameters =
        {{.name = "structure", .kind = ParameterRow::Kind::Choice,
          .choices = {"tan", "markov_blanket", "search"}, .default_value = std::string("tan"),
          .tries = {std::string("tan"), std::string("markov_blanket"), std::string("search")},
          .en = "Tree-augmented, the class's Markov blanket, or a search over all arcs.",
          .zh = "网络结构:树增强(TAN)、类别的马尔可夫毯或基于评分的搜索。"},
         {.name = "score", .kind = ParameterRow::Kind::Choice, .choices = {"bic", "bdeu"},
          .default_value = std::string("bic"),
          .en = "What a search improves.", .zh = "结构搜索的评分。"},
         {.name = "equivalent_sample_size", .kind = ParameterRow::Kind::Real, .unit = "rows",
          .min = 1e-6, .max = 1e6, .default_value = 10.0, .tries = {1.0, 10.0, 100.0},
          .en = "Rows the prior counts for, spread evenly over a table.",
          .zh = "先验相当的样本数,均匀分布在概率表上。"},
         {.name = "parents_max", .kind = ParameterRow::Kind::Integer, .unit = "parents", .min = 1,
          .max = 8, .default_value = std::int64_t{3},
          .en = "Most parents of a variable in a search.", .zh = "搜索时每个变量的最多父节点数。"},
         {.name = "restarts", .kind = ParameterRow::Kind::Integer, .unit = "starts", .min = 0,
          .max = 100, .default_value = std::int64_t{3},
          .en = "Further starts of a search, from the best so far shaken at random.",
          .zh = "搜索的随机重启次数。"},
         {.name = "alpha", .kind = ParameterRow::Kind::Real, .min = 1e-9, .max = 0.5,
          .default_value = 0.01,
          .en = "Significance for the Markov blanket.", .zh = "马尔可夫毯检验的显著性水平。"},
         {.name = "conditions_max", .kind = ParameterRow::Kind::Integer, .unit = "columns", .min = 0,
          .max = 6, .default_value = std::int64_t{3},
          .en = "Most columns a test of independence conditions on.",
          .zh = "独立性检验的最大条件集大小。"},
         {.name = "columns_max", .kind = ParameterRow::Kind::Integer, .unit = "columns", .min = 1,
          .max = 500, .default_value = std::int64_t{40},
          .en = "Columns in the network: those that say most of the class.",
          .zh = "进入网络的字段数上限(与结果最相关者)。"},
         {.name = "cutting", .kind = ParameterRow::Kind::Choice, .choices = {"mdlp", "equal_frequency"},
          .default_value = std::string("mdlp"),
          .en = "How numbers are cut into states.", .zh = "数值字段的离散化方法。"},
         {.name = "bins", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2, .max = 20,
          .default_value = std::int64_t{5},
          .en = "Parts of about equal weight, with equal_frequency.", .zh = "等频分箱的箱数。"},
         {.name = "states_max", .kind = ParameterRow::Kind::Integer, .unit = "categories", .min = 2,
          .max = 100, .default_value = std::int64_t{12},
          .en = "Categories with a state of their own; rarer ones share the last.",
          .zh = "单独成为状态的类别数上限,其余合并。"},
         {.name = "missing", .kind = ParameterRow::Kind::Choice, .choices = {"state", "no_evidence"},
          .default_value = std::string("state"),
          .en = "A missing value is a state of its own, or is inferred from the others.",
          .zh = "缺失值作为单独状态,或由其他变量推断。"}},
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  progress.begin(descriptor.name, 1);
  auto model = models::started(descriptor.id, task, parameters);
  auto states = bayes::discretised(
      task, {.cutting = models::text(parameters, "cutting") == "mdlp" ? bayes::Cutting::Mdlp
                                                                      : bayes::Cutting::EqualFrequency,
             .bins = static_cast<int>(models::integer(parameters, "bins")),
             .states_max = static_cast<int>(models::integer(parameters, "states_max")),
             .has_missing_state = models::text(parameters, "missing") == "state"});
  if (states.columns.empty()) {
    return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  }
  keep_telling(states, static_cast<std::size_t>(models::integer(parameters, "columns_max")),
               model.notes);
  auto parents = structure_of(states, parameters, task.seed);
  drop_lonely(states, parents);
  model.tables.push_back(arcs_table(states, parents));
  model.form = bayes::network_of(states, parents,
                                 models::real(parameters, "equivalent_sample_size"));
  model.calibration.kind = task.classes_count() == 2 ? forms::Calibration::Kind::Logistic
                                                     : forms::Calibration::Kind::Softmax;
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::bayesian_network
