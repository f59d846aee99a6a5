#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/cox/cox_exit.hpp"
#include "models/cox/report.hpp"
#include "models/errors.hpp"
#include "models/parameters.hpp"
#include "models/survival_effects.hpp"

namespace holdfast::cox {
namespace {

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "cox",
    .kind = ModelKind::Survival,
    .name = {"Cox regression", "Cox 比例风险回归"},
    .question = {"Which factors make customers leave sooner, by how much, and how sure is that?",
                 "哪些因素使客户更早离开,影响多大,把握有多大?"},
    .source = "Cox (1972), J. R. Statist. Soc. B 34, 187–220; Efron (1977); Lin & Wei (1989)",
    .parameters = models::with_term_parameters(
        {{.name = "ties", .kind = ParameterRow::Kind::Choice, .choices = {"efron", "breslow"},
          .default_value = std::string("efron"),
          .en = "What is done where several leave on one day.",
          .zh = "同一天有多人离开时的处理方法。"},
         {.name = "ridge", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 0.0,
          .en = "Penalty on the squares of the standardised coefficients; 0: none.",
          .zh = "对标准化系数平方的惩罚;0 表示不惩罚。"},
         {.name = "penalty", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "elastic_net"}, .default_value = std::string("none"),
          .en = "elastic_net: coefficients are shrunk and have no intervals.",
          .zh = "elastic_net:系数被收缩,不给出置信区间。"},
         {.name = "mix", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
          .default_value = 1.0,
          .en = "Of the elastic net: 1: lasso; 0: ridge; between: both.",
          .zh = "弹性网络:1 为 LASSO;0 为岭回归;介于其间为两者结合。"},
         {.name = "lambda", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e6,
          .default_value = 0.0,
          .en = "Size of the elastic net's penalty; 0: chosen by cross-validation.",
          .zh = "弹性网络的惩罚强度;0 表示由交叉验证选择。"}}),
    .fit_survival = fit_survival};

namespace {

ExitOptions options_of(const Parameters& parameters) {
  return {.ties = models::text(parameters, "ties") == "breslow" ? survival::Ties::Breslow
                                                                : survival::Ties::Efron,
          .ridge = models::real(parameters, "ridge"),
          .terms_max = static_cast<std::size_t>(models::integer(parameters, "terms_max")),
          .is_penalised = models::text(parameters, "penalty") == "elastic_net",
          .lambda = models::real(parameters, "lambda"),
          .mix = models::real(parameters, "mix")};
}

std::string names_of(const std::vector<std::size_t>& terms, const FittedModel& model) {
  std::string names;
  for (std::size_t k = 0; k < terms.size() && k < 10; ++k) {
    names += (k == 0 ? "" : ", ") + model.preparation.terms[terms[k]].name;
  }
  return terms.size() > 10 ? names + ", …" : names;
}

void add_notes(const ExitFit& fit, const std::string& exit, FittedModel& model) {
  if (!fit.separated.empty()) {
    const auto names = names_of(fit.separated, model);
    model.notes.push_back(
        {fmt::format("{}: {} would separate who leaves perfectly; held by a ridge penalty", exit,
                     names),
         fmt::format("{}:{} 能完全区分离开的客户,已用岭惩罚约束", exit, names)});
  }
  if (fit.lambda > 0) {
    model.notes.push_back({fmt::format("{}: lambda {:.4g}", exit, fit.lambda),
                           fmt::format("{}:惩罚强度 {:.4g}", exit, fit.lambda)});
  }
}

void add_exit(const ExitFit& fit, const std::string& name, forms::HazardModel& form) {
  double intercept = 0;
  for (std::size_t k = 0; k < fit.terms.size(); ++k) {
    intercept -= fit.fit.coefficients[k] * fit.fit.means[k];
  }
  models::add_exit(name, fit.terms, fit.fit.coefficients, intercept,
                   models::thinned(fit.baseline.time, fit.baseline.hazard), form);
}

Result<FittedModel> fit_survival(const SurvivalTask& task, const Parameters& given,
                                 Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  const auto options = options_of(parameters);
  std::vector<ExitFit> fits;
  const auto fit = [&](std::size_t e, MatrixView x, FittedModel& model,
                       forms::HazardModel& form) -> Result<std::vector<models::LeftOut>> {
    HOLDFAST_TRY(auto exit, fit_exit(task, e, x, model.preparation, options));
    add_exit(exit, task.exits[e], form);
    add_notes(exit, task.exits[e], model);
    fits.push_back(std::move(exit));
    return fits.back().left_out;
  };
  HOLDFAST_TRY(auto model, models::fit_exits(descriptor, task, parameters, {}, fit, progress));
  auto tables = tables_of(fits, task.exits, model.preparation);
  model.tables.insert(model.tables.begin(), std::make_move_iterator(tables.begin()),
                      std::make_move_iterator(tables.end()));
  return model;
}

}  // namespace
}  // namespace holdfast::cox
