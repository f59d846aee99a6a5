#include "models/survival_effects.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/distributions.hpp"
#include "models/parameter_rows.hpp"
#include "models/parameters.hpp"

namespace holdfast::models {

std::vector<ParameterRow> with_term_parameters(std::vector<ParameterRow> own) {
  own.push_back({.name = "terms_max", .kind = ParameterRow::Kind::Integer, .unit = "terms", .min = 0,
                 .max = 10'000, .default_value = std::int64_t{25},
                 .en = "Maximum number of terms for an exit: those that a lasso lets in first; "
                       "0: all.",
                 .zh = "每种离开方式的最大变量数:取 LASSO 最先选入者;0 表示全部。"});
  own.push_back(rare_share_row());
  own.push_back(missing_indicator_row());
  return own;
}

void add_exit(const std::string& name, const std::vector<std::size_t>& terms,
              std::span<const double> coefficients, double intercept,
              forms::HazardModel::Baseline baseline, forms::HazardModel& form) {
  std::vector<double> all(form.predictor.term_means.size());
  for (std::size_t k = 0; k < terms.size(); ++k) all[terms[k]] = coefficients[k];
  form.exits.push_back(name);
  form.predictor.intercepts.push_back(intercept);
  form.predictor.coefficients.insert(form.predictor.coefficients.end(), all.begin(), all.end());
  form.baselines.push_back(std::move(baseline));
}

ReportTable effects_table(std::string id, Text title, std::string ratio, Text header,
                          bool has_errors) {
  ReportTable table{.id = std::move(id),
                    .title = std::move(title),
                    .columns = {"exit", "term", "step", std::move(ratio)},
                    .headers = {{"exit", "离开方式"}, {"factor", "因素"}, {"for a rise of", "变化量"},
                                std::move(header)}};
  if (!has_errors) return table;
  for (const auto* column : {"lower", "upper", "coefficient", "error", "p"}) {
    table.columns.emplace_back(column);
  }
  table.headers.insert(table.headers.end(), {{"from (95 %)", "下限(95%)"},
                                             {"to (95 %)", "上限(95%)"},
                                             {"coefficient", "系数"},
                                             {"standard error", "标准误"},
                                             {"p", "p 值"}});
  return table;
}

void add_effects(const std::string& exit, std::vector<Effect> effects,
                 const dataset::Preparation& preparation, ReportTable& table) {
  constexpr double kZ = 1.959963984540054;  // Of a 95 % interval.
  // The surest first; without errors the largest.
  std::ranges::stable_sort(effects, std::greater<>(), [](const Effect& effect) {
    return std::abs(effect.coefficient) / (effect.error > 0 ? effect.error : 1);
  });
  for (const auto& effect : effects) {
    const auto& term = preparation.terms[effect.term];
    // One standard deviation of a number; having it or not of the rest.
    const double step = term.kind == dataset::Term::Kind::Numeric ? term.scale : 1;
    const double beta = effect.coefficient;
    table.rows.push_back({exit, term.name, step, std::exp(beta)});
    if (effect.error < 0) continue;
    const double z = effect.error > 0 ? beta / effect.error : 0;
    auto& row = table.rows.back();
    for (const double value : {std::exp(beta - kZ * effect.error), std::exp(beta + kZ * effect.error),
                               beta, effect.error, chi_squared_upper_p(z * z, 1)}) {
      row.emplace_back(value);
    }
  }
}

ReportTable left_out_table() {
  return {.id = "left_out",
          .title = {"Left out, as others say nearly the same", "因与其他因素近乎重复而未使用"},
          .columns = {"exit", "term", "said_by", "explained"},
          .headers = {{"exit", "离开方式"},
                      {"factor", "因素"},
                      {"most like it", "最相近的因素"},
                      {"share the others say", "其他因素已解释的比例"}}};
}

void add_left_out(const std::string& exit, const std::vector<LeftOut>& left_out,
                  const dataset::Preparation& preparation, ReportTable& table) {
  for (const auto& one : left_out) {
    const bool is_said = one.by != LeftOut::kNone;
    table.rows.push_back({exit, preparation.terms[one.term].name,
                          is_said ? preparation.terms[one.by].name : std::string(), one.explained});
  }
}

Result<FittedModel> fit_exits(const ModelDescriptor& descriptor, const SurvivalTask& task,
                              const Parameters& parameters, forms::HazardModel form,
                              const FitExit& fit_exit, Progress& progress) {
  HOLDFAST_TRY_VOID(check_survival_task(descriptor.id, task));
  progress.begin(descriptor.name, static_cast<std::int64_t>(task.exits.size()));
  FittedModel model = started_survival(descriptor.id, task, parameters);
  HOLDFAST_TRY(const auto cells, survival_terms(task, real(parameters, "rare_share"),
                                                boolean(parameters, "missing_indicator"), model));
  const MatrixView x{cells.data(), task.train.rows, model.preparation.terms.size()};
  form.predictor.term_means = means_of(x, task.weight);
  form.followed_days = *std::ranges::max_element(task.duration);
  auto table = left_out_table();
  for (std::size_t e = 0; e < task.exits.size(); ++e) {
    HOLDFAST_TRY(const auto left_out, fit_exit(e, x, model, form));
    add_left_out(task.exits[e], left_out, model.preparation, table);
    progress.advance(1);
  }
  if (!table.rows.empty()) model.tables.push_back(std::move(table));
  model.form = std::move(form);
  progress.end();
  return model;
}

forms::HazardModel::Baseline thinned(const std::vector<double>& time,
                                     const std::vector<double>& hazard) {
  constexpr std::size_t kStepsMax = 1000;
  forms::HazardModel::Baseline baseline;
  const auto every = (time.size() + kStepsMax - 1) / kStepsMax;
  for (std::size_t k = 0; k < time.size(); ++k) {
    if ((k + 1) % every != 0 && k + 1 != time.size()) continue;
    baseline.time.push_back(time[k]);
    baseline.hazard.push_back(hazard[k]);
  }
  return baseline;
}

}  // namespace holdfast::models
