#include <algorithm>
#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "models/errors.hpp"
#include "models/logistic/logistic.hpp"
#include "models/logistic/report.hpp"
#include "models/logistic/sample.hpp"
#include "models/multinomial/multinomial.hpp"
#include "models/parameter_rows.hpp"
#include "models/parameters.hpp"
#include "models/task.hpp"

namespace holdfast::multinomial {
namespace {

constexpr std::size_t kClassesMax = 100;
constexpr double kNormal975 = 1.959963984540054;

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "multinomial",
    .kind = ModelKind::Classifier,
    .name = {"Multinomial logistic regression", "多项逻辑回归"},
    .question = {"Where do customers go, or why do they leave, and what speaks for each?",
                 "客户流向哪里、因何流失,各由哪些因素决定?"},
    .source = "Agresti (2013), Categorical Data Analysis, 3rd ed., section 8.1",
    .parameters =
        {{.name = "ridge", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 0.0, .tries = {0.0, 1.0, 10.0, 100.0},
          .en = "Penalty on the squares of the standardised coefficients; 0: maximum likelihood.",
          .zh = "对标准化系数平方的惩罚;0 表示最大似然。"},
         models::rare_share_row(),
         models::missing_indicator_row(),
         models::outlier_quantile_row(),
         {.name = "iterations_max", .kind = ParameterRow::Kind::Integer, .unit = "steps", .min = 1,
          .max = 1000, .default_value = std::int64_t{50},
          .en = "Maximum number of Newton steps.",
          .zh = "牛顿迭代的最大步数。"}},
    .fit_classifier = fit_classifier};

namespace {

/// Names of the classes but the first, as people read them.
std::vector<std::string> output_names(const ClassifierTask& task) {
  if (task.classes.size() > 2) return {task.classes.begin() + 1, task.classes.end()};
  return {task.classes.size() == 2 ? task.classes[1] : std::string("churned (流失)")};
}

ReportTable coefficients_table(const Fit& fit, const dataset::Preparation& preparation,
                               const std::vector<std::string>& outputs) {
  ReportTable table{
      .id = "coefficients",
      .title = {"Coefficients against the first class", "各类别相对于首个类别的系数"},
      .columns = {"class", "term", "coefficient", "standard_error", "z", "p_value", "risk_ratio",
                  "risk_ratio_low", "risk_ratio_high"},
      .headers = {{"Class", "类别"}, {"Term", "变量"}, {"Coefficient", "系数"},
                  {"Standard error", "标准误"}, {"z", "z 值"}, {"p", "p 值"},
                  {"Relative risk ratio", "相对风险比"}, {"95% low", "95% 下限"},
                  {"95% high", "95% 上限"}}};
  const std::size_t k = preparation.terms.size() + 1;
  const std::size_t size = fit.outputs * k;
  for (std::size_t c = 0; c < fit.outputs; ++c) {
    const auto row = [&](const std::string& term, double beta, double error) {
      const double z = error > 0 ? beta / error : 0;
      table.rows.push_back({outputs[c], term, beta, error, z, logistic::p_value(z), std::exp(beta),
                            std::exp(beta - kNormal975 * error),
                            std::exp(beta + kNormal975 * error)});
    };
    // The intercept of the columns as they are in the data, not as prepared.
    std::vector<double> made_of(k, 0.0);
    made_of[0] = 1;
    for (std::size_t j = 1; j < k; ++j) {
      made_of[j] = -preparation.terms[j - 1].center / preparation.terms[j - 1].scale;
    }
    double beta = 0;
    double variance = 0;
    for (std::size_t i = 0; i < k; ++i) {
      beta += made_of[i] * fit.beta[c * k + i];
      for (std::size_t j = 0; j < k; ++j) {
        variance += made_of[i] * made_of[j] * fit.covariance[(c * k + i) * size + c * k + j];
      }
    }
    row("(intercept)", beta, std::sqrt(std::max(0.0, variance)));
    for (std::size_t j = 1; j < k; ++j) {
      if (std::ranges::binary_search(fit.aliased, j - 1)) continue;
      const auto& term = preparation.terms[j - 1];
      row(term.name, fit.beta[c * k + j] / term.scale, fit.errors[c * k + j] / term.scale);
    }
  }
  return table;
}

/// Wald's test of all coefficients of an input column, over all classes.
ReportTable columns_table(const Fit& fit, const dataset::Preparation& preparation) {
  ReportTable table{.id = "columns",
                    .title = {"Which columns tell the classes apart", "各字段的总体检验"},
                    .columns = {"column", "df", "statistic", "p_value"},
                    .headers = {{"Column", "字段"}, {"Degrees of freedom", "自由度"},
                                {"Chi-squared (Wald)", "Wald 卡方"}, {"p", "p 值"}}};
  const std::size_t k = preparation.terms.size() + 1;
  const std::size_t size = fit.outputs * k;
  const auto columns = logistic::by_column(preparation);
  for (std::size_t s = 0; s < columns.names.size(); ++s) {
    std::vector<std::size_t> at;
    for (const auto t : columns.terms[s]) {
      for (std::size_t c = 0; c < fit.outputs; ++c) {
        if (fit.errors[c * k + t + 1] > 0) at.push_back(c * k + t + 1);
      }
    }
    if (at.empty()) continue;
    const auto wide = static_cast<Eigen::Index>(at.size());
    Eigen::VectorXd beta(wide);
    Eigen::MatrixXd covariance(wide, wide);
    for (Eigen::Index a = 0; a < wide; ++a) {
      beta[a] = fit.beta[at[static_cast<std::size_t>(a)]];
      for (Eigen::Index b = 0; b < wide; ++b) {
        covariance(a, b) = fit.covariance[at[static_cast<std::size_t>(a)] * size +
                                          at[static_cast<std::size_t>(b)]];
      }
    }
    const double statistic = beta.dot(covariance.ldlt().solve(beta));
    table.rows.push_back({columns.names[s], static_cast<double>(wide), statistic,
                          logistic::chi_squared_p(statistic, static_cast<int>(wide))});
  }
  return table;
}

void add_notes(const Fit& fit, const ClassifierTask& task, double asked_ridge, FittedModel& model) {
  model.notes = model.preparation.notes;
  for (const auto j : fit.aliased) {
    const auto& name = model.preparation.terms[j].name;
    model.notes.push_back(
        {fmt::format("left out, as other terms add up to it (collinear): {}", name),
         fmt::format("因与其他变量完全共线而未使用:{}", name)});
  }
  for (const auto c : fit.absent) {
    if (c >= task.classes.size()) continue;
    model.notes.push_back({fmt::format("no training row of class {}", task.classes[c]),
                           fmt::format("训练样本中没有类别 {}", task.classes[c])});
  }
  if (fit.ridge > 0 && asked_ridge == 0) {
    model.notes.push_back(
        {fmt::format("the classes are separated, so estimates would be infinite; fitted with "
                     "ridge {} instead, standard errors are rough", fit.ridge),
         fmt::format("类别可被完全分开,估计值会趋于无穷;已改用岭惩罚 {} 拟合,标准误仅供参考",
                     fit.ridge)});
  }
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  model.preparation = dataset::fit_preparation(
      task.train, task.y, task.weight,
      {.rare_share = models::real(parameters, "rare_share"),
       .adds_missing_indicator = models::boolean(parameters, "missing_indicator"),
       .outlier_quantile = models::real(parameters, "outlier_quantile")});
  const std::size_t terms = model.preparation.terms.size();
  if (terms == 0) return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  const auto cells = dataset::apply(model.preparation, task.train);
  const MatrixView x{cells.data(), task.train.rows, terms};
  const double ridge = models::real(parameters, "ridge");
  HOLDFAST_TRY(const Fit fitted,
               fit(x, task.y, task.weight, task.classes_count(),
                   {.iterations_max =
                        static_cast<int>(models::integer(parameters, "iterations_max")),
                    .ridge = ridge}));
  forms::LinearPredictor form{.term_means = logistic::standardised(x, task.y, task.weight).mean};
  for (std::size_t c = 0; c < fitted.outputs; ++c) {
    const auto own = std::span(fitted.beta).subspan(c * (terms + 1), terms + 1);
    form.intercepts.push_back(own[0]);
    form.coefficients.insert(form.coefficients.end(), own.begin() + 1, own.end());
  }
  model.form = std::move(form);
  model.calibration.kind = fitted.outputs > 1 ? forms::Calibration::Kind::Softmax
                                              : forms::Calibration::Kind::Logistic;
  model.tables.push_back(coefficients_table(fitted, model.preparation, output_names(task)));
  model.tables.push_back(columns_table(fitted, model.preparation));
  model.tables.push_back(logistic::fit_table(fitted));
  add_notes(fitted, task, ridge, model);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::multinomial
