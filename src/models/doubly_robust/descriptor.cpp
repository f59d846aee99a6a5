#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/doubly_robust/least_squares.hpp"
#include "models/effect_parts/encoded.hpp"
#include "models/effect_parts/inner_learner.hpp"
#include "models/errors.hpp"
#include "models/parameters.hpp"

namespace holdfast::doubly_robust {
namespace {

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "doubly_robust",
    .kind = ModelKind::Effect,
    .name = {"Doubly robust", "双重稳健"},
    .question = {"What does the treatment change, also where who was treated was not quite left to "
                 "chance?",
                 "在措施并非完全随机分配时,它改变了什么?"},
    .source = "Kennedy (2023), Towards optimal doubly robust estimation of heterogeneous causal "
              "effects, Electronic Journal of Statistics 17(2), 3008-3049",
    .parameters =
        {models::learner_row("The classifier of the outcome in each group.",
                             "对各组结果拟合的分类模型。"),
         {.name = "folds", .kind = ParameterRow::Kind::Integer, .unit = "folds", .min = 2,
          .max = 20, .default_value = std::int64_t{5},
          .en = "Parts of the rows; each is judged by models that have not seen it.",
          .zh = "样本分成的份数;每份由未见过它的模型评估。"},
         {.name = "propensity_least", .kind = ParameterRow::Kind::Real, .unit = "probability",
          .min = 0.0001, .max = 0.4, .default_value = 0.01,
          .en = "Chances of being treated nearer to 0 or 1 are refused.",
          .zh = "接受措施的概率比此值更接近 0 或 1 时拒绝计算。"}},
    .fit_effect = fit_effect};

namespace {

constexpr dataset::PreparationOptions kPreparation{.outlier_quantile = 0.001};

ReportTable average_table(const effect::AverageEffect& average) {
  return {.id = "average",
          .title = {"Average effect, adjusted for the inputs", "平均效果(按输入校正)"},
          .columns = {"treated_mean", "control_mean", "effect", "lower", "upper"},
          .headers = {{"With the treatment", "有措施"}, {"Without", "无措施"}, {"Effect", "效果"},
                      {"95 % from", "95% 下限"}, {"to", "上限"}},
          .rows = {{average.treated_mean, average.control_mean, average.effect, average.lower,
                    average.upper}}};
}

ReportTable coefficients_table(const LeastSquares& fit, const dataset::Preparation& preparation) {
  std::vector<std::size_t> order(fit.coefficients.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t j) { return std::abs(fit.coefficients[j]); });
  ReportTable table{.id = "coefficients",
                    .title = {"What changes the effect", "哪些输入改变效果"},
                    .columns = {"term", "coefficient"},
                    .headers = {{"Term", "变量"}, {"Change of the effect", "效果变化"}}};
  table.rows.push_back({"(intercept)", fit.intercept});
  for (const auto j : order) table.rows.push_back({preparation.terms[j].name, fit.coefficients[j]});
  return table;
}

Result<FittedModel> fit_effect(const EffectTask& task, const Parameters& given,
                               Progress& progress) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY(const auto encoded, models::encode_checked(descriptor.id, task));
  auto model = models::started(descriptor.id, task, parameters);
  const std::vector<double> weight(task.train.rows, 1.0);
  model.preparation = dataset::fit_preparation(task.train, task.treated, weight, kPreparation);
  if (model.preparation.terms.empty()) {
    return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  }
  models::InnerLearner outcome(task, models::text(parameters, "learner"), progress);
  models::InnerLearner treatment(task, "logistic", progress);
  LeastSquares fitted;
  const effect::BaseLearner last = [&](MatrixView, std::span<const double> pseudo,
                                       std::span<const double>) -> Result<effect::Predictor> {
    const auto terms = dataset::apply(model.preparation, task.train);
    fitted = fit_least_squares({terms.data(), task.train.rows, model.preparation.terms.size()}, pseudo);
    return effect::Predictor([](MatrixView rows) { return std::vector<double>(rows.rows); });
  };
  HOLDFAST_TRY(const auto found,
               effect::doubly_robust(
                   {task.outcome, task.treated}, outcome.rows(), outcome.names(),
                   outcome.learner(true), treatment.learner(), last,
                   {.propensity_least = models::real(parameters, "propensity_least"),
                    .check_overlap = false,
                    .folds = static_cast<int>(models::integer(parameters, "folds")),
                    .seed = task.seed}));
  model.form = forms::LinearPredictor{.intercepts = {fitted.intercept},
                                      .coefficients = fitted.coefficients,
                                      .term_means = fitted.means};
  model.tables.push_back(average_table(found.average));
  model.tables.push_back(coefficients_table(fitted, model.preparation));
  return model;
}

}  // namespace
}  // namespace holdfast::doubly_robust
