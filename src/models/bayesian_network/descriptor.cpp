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
          .en = "tan: a tree-augmented naive Bayes; markov_blanket: only the columns that say "
                "something of the outcome given all others; search: over all arcs, by the score.",
          .zh = "tan:树增强朴素贝叶斯;markov_blanket:只保留在其余字段已知时仍与结果有关的字段(马尔可夫毯);search:按评分搜索全部弧。"},
         {.name = "score", .kind = ParameterRow::Kind::Choice, .choices = {"bic", "bdeu"},
          .default_value = std::string("bic"),
          .en = "With search: what a network is judged by, BIC or BDeu.",
          .zh = "search 方式:评价网络的评分,BIC 或 BDeu。"},
         {.name = "equivalent_sample_size", .kind = ParameterRow::Kind::Real, .unit = "rows",
          .min = 1e-6, .max = 1e6, .default_value = 10.0, .tries = {1.0, 10.0, 100.0},
          .en = "Rows that the even prior of each probability table counts for; more of them "
                "smooth more.",
          .zh = "每张概率表的均匀先验相当于多少行样本;越大越平滑。"},
         {.name = "parents_max", .kind = ParameterRow::Kind::Integer, .unit = "parents", .min = 1,
          .max = 8, .default_value = std::int64_t{3},
          .en = "With search: maximum number of parents of a column.",
          .zh = "search 方式:每个字段的最大父节点数。"},
         {.name = "restarts", .kind = ParameterRow::Kind::Integer, .unit = "starts", .min = 0,
          .max = 100, .default_value = std::int64_t{3},
          .en = "With search: times it starts again from the best network so far, altered at "
                "random.",
          .zh = "search 方式:把当前最优网络随机改动后重新搜索的次数。"},
         {.name = "alpha", .kind = ParameterRow::Kind::Real, .min = 1e-9, .max = 0.5,
          .default_value = 0.01,
          .en = "With markov_blanket: significance level of the tests of independence.",
          .zh = "markov_blanket 方式:独立性检验的显著性水平。"},
         {.name = "conditions_max", .kind = ParameterRow::Kind::Integer, .unit = "columns", .min = 0,
          .max = 6, .default_value = std::int64_t{3},
          .en = "With markov_blanket: maximum number of columns that a test of independence "
                "conditions on.",
          .zh = "markov_blanket 方式:独立性检验中条件字段的最大个数。"},
         {.name = "columns_max", .kind = ParameterRow::Kind::Integer, .unit = "columns", .min = 1,
          .max = 500, .default_value = std::int64_t{40},
          .en = "Maximum number of columns in the network: those that say most of the outcome.",
          .zh = "网络最多使用的字段数:取与结果关系最强的字段。"},
         {.name = "cutting", .kind = ParameterRow::Kind::Choice, .choices = {"mdlp", "equal_frequency"},
          .default_value = std::string("mdlp"),
          .en = "How numbers are cut into states: mdlp where the outcome changes, "
                "equal_frequency into bins of about equal weight.",
          .zh = "数值字段的离散化:mdlp 在结果变化处切分,equal_frequency 等频分箱。"},
         {.name = "bins", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2, .max = 20,
          .default_value = std::int64_t{5},
          .en = "With equal_frequency: number of bins.",
          .zh = "equal_frequency 方式:箱数。"},
         {.name = "states_max", .kind = ParameterRow::Kind::Integer, .unit = "categories", .min = 2,
          .max = 100, .default_value = std::int64_t{12},
          .en = "Maximum number of categories with a state of their own; the rarer ones share "
                "one.",
          .zh = "单独成为状态的取值个数上限;较少见的取值合为一个状态。"},
         {.name = "missing", .kind = ParameterRow::Kind::Choice, .choices = {"state", "no_evidence"},
          .default_value = std::string("state"),
          .en = "state: missing is a state of its own; no_evidence: it is inferred from the "
                "other columns.",
          .zh = "state:缺失作为单独的状态;no_evidence:由其他字段推断。"}},
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
