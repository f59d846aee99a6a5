#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "models/elastic_net/elastic_net.hpp"
#include "models/errors.hpp"
#include "models/parameter_rows.hpp"
#include "models/parameters.hpp"
#include "models/task.hpp"

namespace holdfast::elastic_net {
namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "elastic_net",
    .kind = ModelKind::Classifier,
    .name = {"Elastic net", "弹性网络逻辑回归"},
    .question = {"Which few factors say most about who leaves, when many are alike?",
                 "在众多相近的因素中,哪几个最能说明谁会流失?"},
    .source = "Friedman, Hastie & Tibshirani (2010), J. Statistical Software 33(1)",
    .parameters =
        {{.name = "mix", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1,
          .default_value = 1.0, .tries = {1.0, 0.5, 0.1},
          .en = "Mix of the penalty: 1 is the lasso, which leaves columns out, 0 is ridge, which "
                "shrinks all.",
          .zh = "惩罚的组合(alpha):1 为 LASSO,会剔除变量;0 为岭回归,只收缩系数。"},
         {.name = "lambda", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e6,
          .default_value = 0.0,
          .en = "Size of the penalty; 0: chosen by cross-validation.",
          .zh = "惩罚强度;0 表示由交叉验证选择。"},
         {.name = "choice", .kind = ParameterRow::Kind::Choice,
          .choices = {"one_standard_error", "smallest_deviance"},
          .default_value = std::string("one_standard_error"),
          .tries = {std::string("one_standard_error"), std::string("smallest_deviance")},
          .en = "Which penalty is taken: the largest within one standard error of the best, or "
                "that of the smallest deviance.",
          .zh = "选哪个惩罚强度:与最优相差不超过一个标准误的最大者,或偏差最小者。"},
         {.name = "folds", .kind = ParameterRow::Kind::Integer, .unit = "folds", .min = 3,
          .max = 100, .default_value = std::int64_t{10},
          .en = "Number of folds of the cross-validation; rows of one customer share a fold.",
          .zh = "交叉验证的折数;同一客户的样本在同一折。"},
         {.name = "lambdas_count", .kind = ParameterRow::Kind::Integer, .unit = "values",
          .min = 2, .max = 1000, .default_value = std::int64_t{100},
          .en = "Maximum number of penalties on the path.",
          .zh = "惩罚路径上的最多取值个数。"},
         models::rare_share_row(),
         models::missing_indicator_row(),
         models::outlier_quantile_row()},
    .fit_classifier = fit_classifier};

namespace {

/// The path, what folds say of it, and the lambda taken.
struct Chosen {
  Path path;
  std::optional<CrossValidation> validation;
  std::size_t at = 0;
  std::vector<Text> notes;
};

Options options_of(const Parameters& parameters) {
  return {.mix = models::real(parameters, "mix"),
          .lambdas_count = static_cast<int>(models::integer(parameters, "lambdas_count"))};
}

/// A path that ends at the lambda asked for.
Result<Chosen> at_lambda(MatrixView x, const ClassifierTask& task, const Parameters& parameters,
                         double lambda) {
  constexpr int kOnTheWay = 20;  // Warm starts make a path cheaper than a jump.
  Options options = options_of(parameters);
  options.lambdas_count = 1;
  HOLDFAST_TRY(const Path first, fit_path(x, task.y, task.weight, options));
  const double from = first.lambdas.front();
  if (lambda < from) {
    for (int k = 0; k < kOnTheWay; ++k) {
      options.lambdas.push_back(from * std::pow(lambda / from, static_cast<double>(k) / kOnTheWay));
    }
  }
  options.lambdas.push_back(lambda);
  Chosen chosen;
  HOLDFAST_TRY(chosen.path, fit_path(x, task.y, task.weight, options));
  chosen.at = chosen.path.lambdas.size() - 1;
  return chosen;
}

Result<Chosen> by_folds(MatrixView x, const ClassifierTask& task, const Parameters& parameters) {
  const Options options = options_of(parameters);
  Chosen chosen;
  HOLDFAST_TRY(chosen.path, fit_path(x, task.y, task.weight, options));
  const auto folds =
      make_folds(task.y, task.weight, task.group,
                 static_cast<std::size_t>(models::integer(parameters, "folds")), task.seed);
  if (folds.count >= 2) {
    auto validation = cross_validate(x, task.y, task.weight, folds.of_row, folds.count,
                                     chosen.path.lambdas, options);
    if (validation.ok()) chosen.validation = std::move(*validation);
  }
  if (!chosen.validation) {
    chosen.at = chosen.path.lambdas.size() / 2;
    chosen.notes.push_back(
        {"too few customers of one outcome for cross-validation: the middle of the path was taken",
         "某一类结果的客户过少,无法交叉验证:取惩罚路径的中点"});
    return chosen;
  }
  chosen.at = models::text(parameters, "choice") == "smallest_deviance"
                  ? chosen.validation->smallest
                  : chosen.validation->one_error;
  return chosen;
}

ReportTable path_table(const Chosen& chosen) {
  ReportTable table{.id = "path",
                    .title = {"Path of penalties", "惩罚路径"},
                    .columns = {"lambda", "terms", "deviance_explained"},
                    .headers = {{"Penalty", "惩罚强度"}, {"Terms", "变量数"},
                                {"Deviance explained", "解释的偏差比例"}}};
  if (chosen.validation) {
    table.columns.insert(table.columns.end(), {"validation_deviance", "standard_error"});
    table.headers.insert(table.headers.end(), {{"Deviance in folds", "交叉验证偏差"},
                                               {"Standard error", "标准误"}});
  }
  table.columns.push_back("chosen");
  table.headers.push_back({"Chosen", "选中"});
  for (std::size_t k = 0; k < chosen.path.lambdas.size(); ++k) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(chosen.path.lambdas[k]);
    row.emplace_back(static_cast<double>(chosen.path.nonzero[k]));
    row.emplace_back(chosen.path.deviance_explained[k]);
    if (chosen.validation) {
      row.emplace_back(chosen.validation->deviance[k]);
      row.emplace_back(chosen.validation->error[k]);
    }
    row.emplace_back(k == chosen.at ? 1.0 : 0.0);
  }
  return table;
}

/// Terms with a coefficient other than zero, in the data's own units.
ReportTable coefficients_table(const forms::LinearPredictor& form,
                               const dataset::Preparation& preparation,
                               const std::vector<double>& deviations) {
  ReportTable table{
      .id = "coefficients",
      .title = {"Coefficients", "回归系数"},
      .columns = {"term", "coefficient", "odds_ratio", "standardised"},
      .headers = {{"Term", "变量"}, {"Coefficient", "系数"}, {"Odds ratio", "优势比"},
                  {"Per standard deviation", "标准化系数"}}};
  double intercept = form.intercepts[0];
  for (std::size_t t = 0; t < preparation.terms.size(); ++t) {
    const auto& term = preparation.terms[t];
    const double beta = form.coefficients[t];
    if (beta == 0) continue;
    intercept -= beta * term.center / term.scale;
    table.rows.push_back({term.name, beta / term.scale, std::exp(beta / term.scale),
                          beta * deviations[t]});
  }
  table.rows.insert(table.rows.begin(),
                    {std::string("(intercept)"), intercept, std::exp(intercept),
                     form.intercepts[0]});
  return table;
}

struct Moments {
  std::vector<double> means, deviations;  // [terms]
};

Moments moments_of(MatrixView x, std::span<const double> weight) {
  Moments m{std::vector<double>(x.cols), std::vector<double>(x.cols)};
  double total = 0;
  for (std::size_t r = 0; r < x.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    total += weight[r];
    for (std::size_t j = 0; j < x.cols; ++j) {
      const double from_mean = x(r, j) - m.means[j];  // West's running moments.
      m.means[j] += weight[r] / total * from_mean;
      m.deviations[j] += weight[r] * from_mean * (x(r, j) - m.means[j]);
    }
  }
  for (double& d : m.deviations) d = std::sqrt(d / total);
  return m;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
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
  const double lambda = models::real(parameters, "lambda");
  HOLDFAST_TRY(Chosen chosen, lambda > 0 ? at_lambda(x, task, parameters, lambda)
                                         : by_folds(x, task, parameters));
  const Moments moments = moments_of(x, task.weight);
  const auto first = chosen.path.coefficients.begin() +
                     static_cast<std::ptrdiff_t>(chosen.at * terms);
  forms::LinearPredictor form{
      .intercepts = {chosen.path.intercepts[chosen.at]},
      .coefficients = {first, first + static_cast<std::ptrdiff_t>(terms)},
      .term_means = moments.means};
  model.tables.push_back(coefficients_table(form, model.preparation, moments.deviations));
  model.tables.push_back(path_table(chosen));
  model.form = std::move(form);
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  model.notes = model.preparation.notes;
  model.notes.insert(model.notes.end(), chosen.notes.begin(), chosen.notes.end());
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::elastic_net
