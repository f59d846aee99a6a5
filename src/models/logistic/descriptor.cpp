#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/task.hpp"
#include "models/errors.hpp"
#include "models/logistic/logistic.hpp"
#include "models/parameters.hpp"

namespace holdfast::logistic {
namespace {

constexpr double kNormal975 = 1.959963984540054;

/// Coefficients of the columns as they are in the data, not as prepared.
struct Original {
  std::vector<double> beta, errors;  // [terms + 1] intercept first.
};

Original original_scale(const Fit& fit, const dataset::Preparation& preparation) {
  const std::size_t k = fit.beta.size();
  Original result{.beta = fit.beta, .errors = fit.errors};
  std::vector<double> intercept(k, 0.0);  // How the original intercept is made of the prepared.
  intercept[0] = 1;
  for (std::size_t j = 1; j < k; ++j) {
    const auto& term = preparation.terms[j - 1];
    result.beta[j] = fit.beta[j] / term.scale;
    result.errors[j] = fit.errors[j] / term.scale;
    result.beta[0] -= fit.beta[j] * term.center / term.scale;
    intercept[j] = -term.center / term.scale;
  }
  double variance = 0;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      variance += intercept[i] * fit.covariance[i * k + j] * intercept[j];
    }
  }
  result.errors[0] = std::sqrt(std::max(0.0, variance));
  return result;
}

ReportTable coefficients_table(const Fit& fit, const dataset::Preparation& preparation,
                               const std::vector<double>& deviations) {
  ReportTable table{
      .id = "coefficients",
      .title = {"Coefficients", "回归系数"},
      .columns = {"term", "coefficient", "standard_error", "z", "p_value", "odds_ratio",
                  "odds_ratio_low", "odds_ratio_high", "standardised"},
      .headers = {{"Term", "变量"}, {"Coefficient", "系数"}, {"Standard error", "标准误"},
                  {"z", "z 值"}, {"p", "p 值"}, {"Odds ratio", "优势比"},
                  {"95% low", "95% 下限"}, {"95% high", "95% 上限"},
                  {"Per standard deviation", "标准化系数"}}};
  const Original original = original_scale(fit, preparation);
  for (std::size_t j = 0; j < original.beta.size(); ++j) {
    if (j > 0 && std::ranges::binary_search(fit.aliased, j - 1)) continue;
    const double beta = original.beta[j];
    const double error = original.errors[j];
    const double z = error > 0 ? beta / error : 0;
    table.rows.push_back({j == 0 ? std::string("(intercept)") : preparation.terms[j - 1].name,
                          beta, error, z, p_value(z), std::exp(beta),
                          std::exp(beta - kNormal975 * error), std::exp(beta + kNormal975 * error),
                          j == 0 ? fit.beta[0] : fit.beta[j] * deviations[j - 1]});
  }
  return table;
}

ReportTable fit_table(const Fit& fit) {
  ReportTable table{.id = "fit",
                    .title = {"Goodness of fit", "拟合优度"},
                    .columns = {"measure", "figure"},
                    .headers = {{"Measure", "指标"}, {"Figure", "数值"}}};
  const auto row = [&](const char* name, double value) {
    table.rows.push_back({std::string(name), value});
  };
  row("null_deviance", fit.null_deviance);
  row("residual_deviance", fit.deviance);
  row("aic", fit.aic);
  row("mcfadden_r2", 1 - fit.deviance / fit.null_deviance);
  row("rows", fit.rows_count);
  row("coefficients", fit.rank);
  row("iterations", fit.iterations);
  row("ridge", fit.ridge);
  return table;
}

std::string names_of(const std::vector<std::size_t>& indices,
                     const dataset::Preparation& preparation) {
  std::vector<std::string> names;
  for (const auto j : indices) {
    if (names.size() == 10) {
      names.push_back("…");
      break;
    }
    names.push_back(preparation.terms[j].name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void add_notes(const Fit& fit, const dataset::Preparation& preparation, double asked_ridge,
               FittedModel& model) {
  for (const auto& note : preparation.notes) model.notes.push_back(note);
  if (!fit.aliased.empty()) {
    const auto names = names_of(fit.aliased, preparation);
    model.notes.push_back(
        {fmt::format("left out, as other terms add up to them (collinear): {}", names),
         fmt::format("因与其他变量完全共线而未使用:{}", names)});
  }
  if (fit.ridge > 0 && asked_ridge == 0) {
    const auto names =
        fit.separated.empty() ? std::string("-") : names_of(fit.separated, preparation);
    model.notes.push_back(
        {fmt::format("these terms separate churners from the others, so their estimates would be "
                     "infinite: {}; fitted with ridge {} instead, standard errors are rough",
                     names, fit.ridge),
         fmt::format("下列变量能把流失与未流失完全分开,估计值会趋于无穷:{};已改用岭惩罚 {} "
                     "拟合,标准误仅供参考",
                     names, fit.ridge)});
  }
}

dataset::Transform transform_of(std::string_view name) {
  return name == "yeo_johnson" ? dataset::Transform::YeoJohnson
         : name == "box_cox"   ? dataset::Transform::BoxCox
                               : dataset::Transform::None;
}

dataset::Imputation imputation_of(std::string_view name) {
  return name == "mean"   ? dataset::Imputation::Mean
         : name == "mode" ? dataset::Imputation::Mode
         : name == "zero" ? dataset::Imputation::Zero
                          : dataset::Imputation::Median;
}

dataset::PreparationOptions preparation_options(const Parameters& parameters) {
  const bool is_woe = models::text(parameters, "coding") == "weight_of_evidence";
  return {.numeric = is_woe ? dataset::NumericCoding::WeightOfEvidence
                            : dataset::NumericCoding::Standardised,
          .category = is_woe ? dataset::CategoryCoding::WeightOfEvidence
                             : dataset::CategoryCoding::Dummies,
          .rare_share = models::real(parameters, "rare_share"),
          .adds_missing_indicator = models::boolean(parameters, "missing_indicator"),
          .bins_max = static_cast<int>(models::integer(parameters, "bins_max")),
          .outlier_quantile = models::real(parameters, "outlier_quantile"),
          .transform = transform_of(models::text(parameters, "transform")),
          .imputation = imputation_of(models::text(parameters, "imputation"))};
}

struct TermMoments {
  std::vector<double> means, deviations;  // [terms] weighted.
};

TermMoments moments_of(MatrixView x, std::span<const double> weight) {
  TermMoments m{std::vector<double>(x.cols), std::vector<double>(x.cols)};
  double total = 0;
  for (std::size_t r = 0; r < x.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    total += weight[r];
    for (std::size_t j = 0; j < x.cols; ++j) m.means[j] += weight[r] * x(r, j);
  }
  for (double& mean : m.means) mean /= total;
  for (std::size_t r = 0; r < x.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    for (std::size_t j = 0; j < x.cols; ++j) {
      m.deviations[j] += weight[r] * (x(r, j) - m.means[j]) * (x(r, j) - m.means[j]);
    }
  }
  for (double& d : m.deviations) d = std::sqrt(d / total);
  return m;
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                        Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "logistic",
    .kind = ModelKind::Classifier,
    .name = {"Logistic regression", "逻辑回归"},
    .question = {"Which factors raise the odds of leaving, by how much, and how sure is that?",
                 "哪些因素提高流失的可能,提高多少,把握有多大?"},
    .source = "McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., ch. 4",
    .parameters =
        {{.name = "ridge", .kind = ParameterRow::Kind::Real, .min = 0, .max = 1e9,
          .default_value = 0.0,
          .tries = {0.0, 1.0, 10.0, 100.0},
          .en = "Penalty on the squares of the standardised coefficients; 0: maximum likelihood.",
          .zh = "对标准化系数平方的惩罚;0 表示最大似然。"},
         {.name = "coding", .kind = ParameterRow::Kind::Choice,
          .choices = {"dummies", "weight_of_evidence"}, .default_value = std::string("dummies"),
          .tries = {std::string("dummies"), std::string("weight_of_evidence")},
          .en = "How columns become numbers: dummies and standardised values, or weight of "
                "evidence.",
          .zh = "字段如何变成数值:哑变量与标准化,或证据权重(WOE)。"},
         {.name = "rare_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0,
          .max = 0.5, .default_value = 0.005,
          .en = "Categories below this share of rows are joined as \"other\".",
          .zh = "占比低于此值的取值并入“其他”。"},
         {.name = "missing_indicator", .kind = ParameterRow::Kind::Boolean, .default_value = true,
          .en = "Adds a term that says whether a value is missing.",
          .zh = "为缺失值增加一个指示变量。"},
         {.name = "bins_max", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2,
          .max = 50, .default_value = std::int64_t{8},
          .en = "Most bins a column gets for weight of evidence.",
          .zh = "计算证据权重时每个字段的最多分箱数。"},
         {.name = "outlier_quantile", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0,
          .max = 0.4, .default_value = 0.001,
          .en = "Values beyond this quantile and its mirror are drawn in to it; 0: none.",
          .zh = "超出该分位数(及对称分位数)的值收缩到分位数;0 表示不收缩。"},
         {.name = "transform", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "yeo_johnson", "box_cox"}, .default_value = std::string("none"),
          .tries = {std::string("none"), std::string("yeo_johnson")},
          .en = "Power transform of skewed numbers, its exponent by maximum likelihood.",
          .zh = "对偏态数值做幂变换,指数由最大似然确定。"},
         {.name = "imputation", .kind = ParameterRow::Kind::Choice,
          .choices = {"median", "mean", "mode", "zero"}, .default_value = std::string("median"),
          .en = "What stands for a missing number.", .zh = "缺失数值的填补方式。"},
         {.name = "iterations_max", .kind = ParameterRow::Kind::Integer, .unit = "steps", .min = 1,
          .max = 1000, .default_value = std::int64_t{50},
          .en = "Most Newton steps.", .zh = "牛顿迭代的最多步数。"}},
    .is_usual = true,
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                        Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  model.preparation = dataset::fit_preparation(task.train, task.y, task.weight,
                                               preparation_options(parameters));
  const std::size_t terms = model.preparation.terms.size();
  if (terms == 0) return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  const auto x = dataset::apply(model.preparation, task.train);
  const MatrixView matrix{x.data(), task.train.rows, terms};
  const double ridge = models::real(parameters, "ridge");
  HOLDFAST_TRY(const Fit fitted,
               fit(matrix, task.y, task.weight,
                   {.iterations_max =
                        static_cast<int>(models::integer(parameters, "iterations_max")),
                    .ridge = ridge}));
  const TermMoments moments = moments_of(matrix, task.weight);
  model.form = forms::LinearPredictor{
      .intercepts = {fitted.beta[0]},
      .coefficients = std::vector<double>(fitted.beta.begin() + 1, fitted.beta.end()),
      .term_means = moments.means};
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  model.tables.push_back(coefficients_table(fitted, model.preparation, moments.deviations));
  model.tables.push_back(fit_table(fitted));
  add_notes(fitted, model.preparation, ridge, model);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::logistic
