#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/bayes/counts.hpp"
#include "models/bayes/states.hpp"
#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/task.hpp"

namespace holdfast::naive_bayes {
namespace {

using forms::NaiveBayes;

constexpr std::size_t kClassesMax = 100;

/// Smoothed log probabilities of each state in each class, [classes x states].
std::vector<double> log_probabilities(const bayes::States& states, std::size_t variable,
                                      double smoothing) {
  const std::vector<std::size_t> pair = {0, variable};
  auto table = bayes::counts_of(states, pair);
  const std::size_t own = bayes::states_count(states, variable);
  for (std::size_t at = 0; at < table.size(); at += own) {
    double sum = 0;
    for (std::size_t s = 0; s < own; ++s) sum += table[at + s] + smoothing;
    for (std::size_t s = 0; s < own; ++s) table[at + s] = std::log((table[at + s] + smoothing) / sum);
  }
  return table;
}

/// Weighted mean and variance of a column in each class; the variance is held above a millionth of the
/// whole column's. Empty where a class has no value or nothing varies.
void fit_normal(const dataset::ColumnView& column, const ClassifierTask& task,
                NaiveBayes::Factor& factor) {
  const std::size_t classes = task.classes_count();
  std::vector<double> weight(classes + 1), mean(classes + 1), square(classes + 1);
  const auto add = [&](std::size_t k, double x, double w) {
    weight[k] += w;
    const double before = x - mean[k];
    mean[k] += before * (w / weight[k]);
    square[k] += w * before * (x - mean[k]);
  };
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (!(task.weight[r] > 0) || column.valid[r] == 0 || !std::isfinite(column.values[r])) continue;
    add(task.y[r], column.values[r], task.weight[r]);
    add(classes, column.values[r], task.weight[r]);
  }
  const double least = 1e-6 * square[classes] / std::max(weight[classes], 1e-300);
  if (!(least > 0) || !std::isfinite(least)) return;
  for (std::size_t k = 0; k < classes; ++k) {
    if (!(weight[k] > 0)) return;
  }
  for (std::size_t k = 0; k < classes; ++k) {
    factor.mean.push_back(mean[k]);
    factor.variance.push_back(std::max(square[k] / weight[k], least));
  }
}

void fill_mean_ratios(const ClassifierTask& task, const FittedModel& model, NaiveBayes& form) {
  const auto cells = cells_of(model, task.train);
  const std::size_t width = model.column_names.size();
  double total = 0;
  for (const double w : task.weight) total += w > 0 ? w : 0;
  for (auto& factor : form.factors) {
    factor.mean_ratio.assign(form.outputs_count(), 0.0);
    for (std::size_t r = 0; r < task.train.rows; ++r) {
      if (!(task.weight[r] > 0)) continue;
      const auto& cell = cells[r * width + static_cast<std::size_t>(factor.states.column)];
      for (std::size_t k = 0; k < factor.mean_ratio.size(); ++k) {
        factor.mean_ratio[k] += task.weight[r] / total * forms::log_ratio(factor, cell, k);
      }
    }
  }
}

std::string state_name(const FittedModel& model, const forms::DiscreteColumn& states,
                       std::int32_t state) {
  if (state == states.missing_state) return "–";
  const auto& categories = model.categories[static_cast<std::size_t>(states.column)];
  if (categories.empty()) {
    const auto at = static_cast<std::size_t>(state);
    if (states.cuts.empty()) return "*";
    if (at == 0) return fmt::format("<= {:.6g}", states.cuts[0]);
    if (at == states.cuts.size()) return fmt::format("> {:.6g}", states.cuts.back());
    return fmt::format("{:.6g} … {:.6g}", states.cuts[at - 1], states.cuts[at]);
  }
  std::string names;
  int count = 0;
  for (std::size_t code = 0; code < states.state_of_category.size(); ++code) {
    if (states.state_of_category[code] != state) continue;
    if (++count > 3) return names + ", …";
    names += (names.empty() ? "" : ", ") + categories[code];
  }
  return names;
}

ReportTable evidence_table(const FittedModel& model, const NaiveBayes& form) {
  ReportTable table{.id = "evidence",
                    .title = {"What each value says (log odds)", "各取值的证据（对数优势）"},
                    .columns = {"column", "state", "stayers", "leavers", "log_ratio"},
                    .headers = {{"Column", "字段"}, {"Value", "取值"}, {"Share of stayers", "未流失占比"},
                                {"Share of leavers", "流失占比"}, {"Log ratio", "对数比"}}};
  for (const auto& factor : form.factors) {
    const auto& name = model.column_names[static_cast<std::size_t>(factor.states.column)];
    if (!factor.mean.empty()) {
      table.rows.push_back({name, fmt::format("N({:.4g}, {:.4g}) / N({:.4g}, {:.4g})", factor.mean[0],
                                              factor.variance[0], factor.mean[1], factor.variance[1]),
                            0.0, 0.0, 0.0});
      continue;
    }
    const auto states = static_cast<std::size_t>(factor.states.states_count);
    for (std::size_t s = 0; s < states; ++s) {
      const double stayers = factor.log_probability[s];
      const double leavers = factor.log_probability[states + s];
      table.rows.push_back({name, state_name(model, factor.states, static_cast<std::int32_t>(s)),
                            std::exp(stayers), std::exp(leavers), leavers - stayers});
    }
  }
  return table;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "naive_bayes",
    .kind = ModelKind::Classifier,
    .name = {"Naive Bayes", "朴素贝叶斯"},
    .question = {"What would each fact say on its own, and what do all say together?",
                 "每个事实单独说明什么,合在一起又说明什么?"},
    .source = "Domingos & Pazzani (1997), Machine Learning 29, 103-130",
    .parameters =
        {{.name = "numeric", .kind = ParameterRow::Kind::Choice,
          .choices = {"mdlp", "equal_frequency", "normal"}, .default_value = std::string("mdlp"),
          .tries = {std::string("mdlp"), std::string("equal_frequency"), std::string("normal")},
          .en = "How numbers are treated: mdlp cuts them where the outcome changes, "
                "equal_frequency into bins of about equal weight, normal takes a normal "
                "distribution in each class.",
          .zh = "数值字段的处理:mdlp 在结果变化处切分,equal_frequency 等频分箱,normal 假定在各类中服从正态分布。"},
         {.name = "bins", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2, .max = 100,
          .default_value = std::int64_t{10},
          .en = "With equal_frequency: number of bins.",
          .zh = "equal_frequency 方式:箱数。"},
         {.name = "smoothing", .kind = ParameterRow::Kind::Real, .unit = "rows", .min = 1e-9,
          .max = 1e6, .default_value = 1.0, .tries = {0.5, 1.0, 5.0},
          .en = "Rows added to every state of every class (Laplace), so that no probability is 0.",
          .zh = "为每类的每个状态加上的样本数(拉普拉斯平滑),避免概率为 0。"},
         {.name = "states_max", .kind = ParameterRow::Kind::Integer, .unit = "categories", .min = 2,
          .max = 10000, .default_value = std::int64_t{50},
          .en = "Maximum number of categories with a state of their own; the rarer ones share "
                "one.",
          .zh = "单独成为状态的取值个数上限;较少见的取值合为一个状态。"},
         {.name = "missing", .kind = ParameterRow::Kind::Choice, .choices = {"state", "no_evidence"},
          .default_value = std::string("state"),
          .en = "state: missing is a state of its own; no_evidence: it says nothing.",
          .zh = "state:缺失作为单独的状态;no_evidence:缺失不提供任何信息。"}},
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  progress.begin(descriptor.name, 1);
  const auto& numeric = models::text(parameters, "numeric");
  const double smoothing = models::real(parameters, "smoothing");
  const auto states = bayes::discretised(
      task, {.cutting = numeric == "equal_frequency" ? bayes::Cutting::EqualFrequency
                                                     : bayes::Cutting::Mdlp,
             .bins = static_cast<int>(models::integer(parameters, "bins")),
             .states_max = static_cast<int>(models::integer(parameters, "states_max")),
             .has_missing_state = models::text(parameters, "missing") == "state"});
  auto model = models::started(descriptor.id, task, parameters);
  NaiveBayes form;
  const std::vector<std::size_t> class_only = {0};
  auto prior = bayes::counts_of(states, class_only);
  double total = 0;
  for (double& n : prior) n += smoothing, total += n;
  for (const double n : prior) form.log_prior.push_back(std::log(n / total));
  std::vector<std::uint8_t> is_normal(task.train.columns.size(), 0);
  if (numeric == "normal") {
    for (std::size_t c = 0; c < task.train.columns.size(); ++c) {
      const auto& column = task.train.columns[c];
      if (column.is_category() || column.values.empty()) continue;
      NaiveBayes::Factor factor;
      factor.states.column = static_cast<std::int32_t>(c);
      fit_normal(column, task, factor);
      is_normal[c] = 1;
      if (!factor.mean.empty()) form.factors.push_back(std::move(factor));
    }
  }
  for (std::size_t v = 0; v < states.columns.size(); ++v) {
    if (is_normal[static_cast<std::size_t>(states.columns[v].column)] != 0) continue;
    form.factors.push_back({.states = states.columns[v],
                            .log_probability = log_probabilities(states, v + 1, smoothing)});
  }
  if (form.factors.empty()) return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  fill_mean_ratios(task, model, form);
  if (task.classes_count() == 2) model.tables.push_back(evidence_table(model, form));
  model.calibration.kind = task.classes_count() == 2 ? forms::Calibration::Kind::Logistic
                                                     : forms::Calibration::Kind::Softmax;
  model.form = std::move(form);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::naive_bayes
