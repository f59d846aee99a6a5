#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/errors.hpp"
#include "models/logistic/firth.hpp"
#include "models/logistic/report.hpp"
#include "models/logistic/robust.hpp"
#include "models/logistic/sample.hpp"
#include "models/logistic/selection.hpp"
#include "models/parameter_rows.hpp"
#include "models/parameters.hpp"
#include "models/task.hpp"

namespace holdfast::logistic {
namespace {

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
          .binning = dataset::binning_of(models::text(parameters, "binning")),
          .outlier_quantile = models::real(parameters, "outlier_quantile"),
          .transform = transform_of(models::text(parameters, "transform")),
          .imputation = imputation_of(models::text(parameters, "imputation"))};
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
          .en = "How columns become terms: dummies for categories and standardised numbers, or "
                "the weight of evidence of bins.",
          .zh = "字段如何变成变量:dummies 为哑变量与标准化数值,weight_of_evidence 为分箱的证据权重(WOE)。"},
         models::rare_share_row(),
         models::missing_indicator_row(),
         {.name = "bins_max", .kind = ParameterRow::Kind::Integer, .unit = "bins", .min = 2,
          .max = 50, .default_value = std::int64_t{8},
          .en = "With weight_of_evidence: maximum number of bins of a column.",
          .zh = "weight_of_evidence 方式:每个字段的最大分箱数。"},
         {.name = "binning", .kind = ParameterRow::Kind::Choice,
          .choices = {"chi_merge", "equal_width", "equal_frequency", "mdlp", "tree"},
          .default_value = std::string("chi_merge"),
          .en = "With weight_of_evidence: how numbers are cut into bins.",
          .zh = "weight_of_evidence 方式:数值的分箱方法。"},
         models::outlier_quantile_row(),
         {.name = "transform", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "yeo_johnson", "box_cox"}, .default_value = std::string("none"),
          .tries = {std::string("none"), std::string("yeo_johnson")},
          .en = "Power transform that brings skewed numbers near the normal shape; its exponent "
                "is fitted.",
          .zh = "对偏态数值做幂变换,使之接近正态;指数由数据估计。"},
         {.name = "imputation", .kind = ParameterRow::Kind::Choice,
          .choices = {"median", "mean", "mode", "zero"}, .default_value = std::string("median"),
          .en = "What stands in for a missing number.",
          .zh = "缺失数值的填补方式。"},
         {.name = "selection", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "forward", "backward", "stepwise"},
          .default_value = std::string("none"),
          .en = "How columns are chosen: all of them, or step by step (forward in, backward out, "
                "stepwise both).",
          .zh = "字段的选择:none 全部使用,forward 逐步选入,backward 逐步剔除,stepwise 两者结合。"},
         {.name = "criterion", .kind = ParameterRow::Kind::Choice,
          .choices = {"aic", "bic", "wald", "likelihood_ratio"},
          .default_value = std::string("aic"),
          .en = "With selection: what a step goes by, AIC, BIC, the Wald and score tests or the "
                "likelihood ratio test.",
          .zh = "逐步选择的依据:AIC、BIC、Wald/得分检验或似然比检验。"},
         {.name = "p_enter", .kind = ParameterRow::Kind::Real, .unit = "p", .min = 0, .max = 1,
          .default_value = 0.05,
          .en = "With wald and likelihood_ratio: a column enters below this p-value.",
          .zh = "wald 与 likelihood_ratio 方式:p 值低于此值的字段选入。"},
         {.name = "p_remove", .kind = ParameterRow::Kind::Real, .unit = "p", .min = 0, .max = 1,
          .default_value = 0.1,
          .en = "With wald and likelihood_ratio: a column leaves above this p-value.",
          .zh = "wald 与 likelihood_ratio 方式:p 值高于此值的字段剔除。"},
         {.name = "errors", .kind = ParameterRow::Kind::Choice,
          .choices = {"model", "hc0", "hc1", "hc2", "hc3", "clustered"},
          .default_value = std::string("model"),
          .en = "Standard errors: of the model, robust against unequal variance (hc0 to hc3), or "
                "clustered by customer.",
          .zh = "标准误:model 为模型标准误,hc0 至 hc3 为异方差稳健标准误,clustered 为按客户聚类。"},
         {.name = "firth", .kind = ParameterRow::Kind::Boolean, .default_value = false,
          .en = "Firth's correction, for few churners or a column that tells them apart without "
                "error; intervals and tests by profile likelihood.",
          .zh = "Firth 校正,用于流失客户很少或完全分离的情形;区间与检验基于剖面惩罚似然。"},
         {.name = "iterations_max", .kind = ParameterRow::Kind::Integer, .unit = "steps", .min = 1,
          .max = 1000, .default_value = std::int64_t{50},
          .en = "Maximum number of Newton steps.",
          .zh = "牛顿迭代的最大步数。"}},
    .is_usual = true,
    .fit_classifier = fit_classifier};

namespace {

/// The prepared rows and the terms they are made of.
struct Prepared {
  dataset::Preparation preparation;
  std::vector<double> cells;
  std::size_t rows = 0;

  MatrixView x() const { return {cells.data(), rows, preparation.terms.size()}; }
};

/// Keeps the columns that the steps of a selection leave; the table of the steps.
Result<ReportTable> narrow(const ClassifierTask& task, const Parameters& parameters,
                           const Options& options, Prepared& prepared) {
  const ColumnTerms columns = by_column(prepared.preparation);
  const SelectionOptions how{.direction = direction_of(models::text(parameters, "selection")),
                             .criterion = criterion_of(models::text(parameters, "criterion")),
                             .p_enter = models::real(parameters, "p_enter"),
                             .p_remove = models::real(parameters, "p_remove"),
                             .fit = options};
  HOLDFAST_TRY(const Selection selection,
               select(prepared.x(), task.y, task.weight, columns.terms, how));
  const auto kept = columns_of(columns.terms, selection.sets);
  prepared.cells = gathered(prepared.x(), kept);
  std::vector<dataset::Term> terms;
  for (const auto t : kept) terms.push_back(prepared.preparation.terms[t]);
  prepared.preparation.terms = std::move(terms);
  return selection_table(selection, columns.names, how.criterion);
}

/// Profiles cost some thirty passes a coefficient.
bool can_profile(MatrixView x) {
  const auto k = static_cast<double>(x.cols + 1);
  return static_cast<double>(x.rows) * k * k * k < 2e10;
}

Result<Estimates> firth_estimates(MatrixView x, const ClassifierTask& task) {
  const bool has_profiles = can_profile(x);
  HOLDFAST_TRY(FirthFit found, fit_firth(x, task.y, task.weight, {.has_profiles = has_profiles}));
  Estimates estimates{.is_firth = true};
  Fit& fit = estimates.fit;
  fit.beta = std::move(found.beta);
  fit.errors = std::move(found.errors);
  fit.covariance = std::move(found.covariance);
  fit.aliased = std::move(found.aliased);
  fit.deviance = found.deviance;
  fit.null_deviance = found.null_deviance;
  fit.rows_count = found.rows_count;
  fit.iterations = found.iterations;
  fit.has_converged = true;
  fit.rank = static_cast<int>(x.cols + 1 - fit.aliased.size());
  fit.aic = fit.deviance + 2 * fit.rank;
  if (has_profiles) {
    estimates.low = std::move(found.low);
    estimates.high = std::move(found.high);
    estimates.p = std::move(found.p);
  }
  return estimates;
}

Result<Estimates> estimates_of(MatrixView x, const ClassifierTask& task,
                               const Parameters& parameters, const Options& options) {
  if (models::boolean(parameters, "firth")) return firth_estimates(x, task);
  Estimates estimates;
  HOLDFAST_TRY(estimates.fit, fit(x, task.y, task.weight, options));
  const Variance variance = variance_of(models::text(parameters, "errors"));
  if (variance != Variance::Model) {
    set_covariance(robust_covariance(x, task.y, task.weight, task.group, estimates.fit, variance),
                   estimates.fit);
  }
  return estimates;
}

void add_error_notes(const Estimates& estimates, const Parameters& parameters, FittedModel& model) {
  const auto& errors = models::text(parameters, "errors");
  if (estimates.is_firth) {
    model.notes.push_back(
        {fmt::format("Firth's correction; intervals and tests by {}",
                     estimates.low.empty() ? "Wald (too many rows for profiles)"
                                           : "profile penalised likelihood"),
         fmt::format("Firth 校正;置信区间与检验基于{}",
                     estimates.low.empty() ? "Wald(样本过多,不做剖面似然)" : "剖面惩罚似然")});
  } else if (errors != "model") {
    model.notes.push_back({fmt::format("standard errors: {}", errors),
                           fmt::format("标准误:{}", errors)});
  }
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
  progress.begin(descriptor.name, 1);
  FittedModel model = models::started(descriptor.id, task, parameters);
  Prepared prepared{.preparation = dataset::fit_preparation(task.train, task.y, task.weight,
                                                            preparation_options(parameters)),
                    .rows = task.train.rows};
  if (prepared.preparation.terms.empty()) {
    return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  }
  prepared.cells = dataset::apply(prepared.preparation, task.train);
  const double ridge = models::real(parameters, "ridge");
  const Options options{
      .iterations_max = static_cast<int>(models::integer(parameters, "iterations_max")),
      .ridge = ridge};
  std::vector<ReportTable> steps;
  if (models::text(parameters, "selection") != "none") {
    HOLDFAST_TRY(steps.emplace_back(), narrow(task, parameters, options, prepared));
  }
  HOLDFAST_TRY(const Estimates estimates, estimates_of(prepared.x(), task, parameters, options));
  const Fit& fitted = estimates.fit;
  const Sample sample = standardised(prepared.x(), task.y, task.weight);
  model.preparation = std::move(prepared.preparation);
  model.form = forms::LinearPredictor{
      .intercepts = {fitted.beta[0]},
      .coefficients = std::vector<double>(fitted.beta.begin() + 1, fitted.beta.end()),
      .term_means = sample.mean};
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  model.tables.push_back(coefficients_table(estimates, model.preparation, sample.scale));
  model.tables.push_back(fit_table(fitted));
  model.tables.push_back(odds_ratios_table(estimates, model.preparation, sample.scale));
  model.tables.push_back(collinearity_table(fitted, model.preparation));
  for (auto& table : steps) model.tables.push_back(std::move(table));
  add_notes(fitted, model.preparation, ridge, model);
  add_error_notes(estimates, parameters, model);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::logistic
