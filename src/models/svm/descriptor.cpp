#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/calibration.hpp"
#include "models/class_costs.hpp"
#include "models/errors.hpp"
#include "models/folds.hpp"
#include "models/parameter_rows.hpp"
#include "models/parameters.hpp"
#include "models/svm/cross_validation.hpp"
#include "models/task.hpp"

namespace holdfast::svm {
namespace {

Kernel kernel_of(const Parameters& parameters) {
  const auto& name = models::text(parameters, "kernel");
  return name == "rbf"          ? Kernel::Rbf
         : name == "polynomial" ? Kernel::Polynomial
         : name == "sigmoid"    ? Kernel::Sigmoid
                                : Kernel::Linear;
}

bool is_linear(const Parameters& parameters, std::size_t rows) {
  const auto& method = models::text(parameters, "method");
  if (method != "automatic") return method == "linear";
  return static_cast<std::int64_t>(rows) > models::integer(parameters, "kernel_rows_max");
}

Result<Setup> setup_of(const ClassifierTask& task, const Parameters& parameters) {
  Setup setup{.task = &task};
  HOLDFAST_TRY(setup.multiples, multiples_of(task.weight, task.y));
  setup.is_linear = is_linear(parameters, setup.multiples.total);
  const auto costs =
      models::class_costs(task, models::text(parameters, "class_weight") == "balanced");
  setup.options = {.kernel = kernel_of(parameters),
                   .constant = models::real(parameters, "constant"),
                   .degree = static_cast<int>(models::integer(parameters, "degree")),
                   .tolerance = models::real(parameters, "tolerance"),
                   .class_costs = {costs[0], costs[1]}};
  setup.preparation = {.rare_share = models::real(parameters, "rare_share"),
                       .adds_missing_indicator = models::boolean(parameters, "missing_indicator"),
                       .outlier_quantile = models::real(parameters, "outlier_quantile")};
  return setup;
}

std::vector<Trial> trials_of(const Parameters& parameters, const Setup& setup) {
  auto cs = models::reals(parameters, "c");
  auto gammas = models::reals(parameters, "gamma");
  if (cs.empty()) cs = {1};
  if (gammas.empty() || setup.is_linear || setup.options.kernel == Kernel::Linear) gammas = {0};
  std::vector<Trial> trials;
  for (const double c : cs) {
    for (const double gamma : gammas) trials.push_back({.c = c, .gamma = gamma});
  }
  return trials;
}

/// Weighted means of the terms, against which contributions of linear machines are counted.
std::vector<double> term_means(const Fitted& fitted, const ClassifierTask& task) {
  const std::size_t terms = fitted.preparation.terms.size();
  std::vector<double> means(terms);
  double total = 0;
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (!(task.weight[r] > 0)) continue;
    total += task.weight[r];
    for (std::size_t t = 0; t < terms; ++t) means[t] += task.weight[r] * fitted.terms[r * terms + t];
  }
  for (double& mean : means) mean /= total;
  return means;
}

ReportTable machine_table(const Setup& setup, const Search& found) {
  const auto& machine = found.whole->machine;
  const auto& trial = found.trials[found.best];
  ReportTable table{.id = "machine",
                    .title = {"Support vector machine", "支持向量机"},
                    .columns = {"measure", "figure"},
                    .headers = {{"Measure", "指标"}, {"Figure", "数值"}}};
  const auto row = [&](const char* name, double value) {
    table.rows.push_back({std::string(name), value});
  };
  row("c", trial.c);
  if (!setup.is_linear && setup.options.kernel != Kernel::Linear) row("gamma", machine.gamma);
  row("rows", static_cast<double>(setup.multiples.total));
  row("terms", static_cast<double>(found.whole->preparation.terms.size()));
  if (machine.vectors > 0) {
    row("support_vectors", static_cast<double>(machine.vectors));
    row("support_vectors_at_bound", static_cast<double>(machine.vectors_at_bound));
  }
  row("held_out_log_loss", trial.log_loss);
  row("held_out_error_share", trial.error_share);
  return table;
}

ReportTable search_table(const Search& found) {
  ReportTable table{.id = "search",
                    .title = {"Choice of C and gamma by cross-validation", "交叉验证选择 C 与 gamma"},
                    .columns = {"c", "gamma", "log_loss", "error_share", "is_chosen"},
                    .headers = {{"C", "C"},
                                {"gamma (0: 1 / terms)", "gamma(0 表示 1/变量数)"},
                                {"Log loss", "对数损失"},
                                {"Share wrong", "误判比例"},
                                {"Chosen", "选中"}}};
  for (std::size_t t = 0; t < found.trials.size(); ++t) {
    const auto& trial = found.trials[t];
    table.rows.push_back({trial.c, trial.gamma, trial.log_loss, trial.error_share,
                          std::string(t == found.best ? "*" : "")});
  }
  return table;
}

ReportTable coefficients_table(const FittedModel& model, const forms::LinearPredictor& form) {
  ReportTable table{.id = "coefficients",
                    .title = {"Coefficients", "系数"},
                    .columns = {"term", "coefficient", "standardised"},
                    .headers = {{"Term", "变量"},
                                {"Coefficient, own units", "系数(原单位)"},
                                {"Coefficient, standardised", "系数(标准化)"}}};
  double intercept = form.intercepts[0];
  for (std::size_t t = 0; t < form.coefficients.size(); ++t) {
    const auto& term = model.preparation.terms[t];
    intercept -= form.coefficients[t] * term.center / term.scale;
  }
  table.rows.push_back({std::string("(intercept)"), intercept, form.intercepts[0]});
  for (std::size_t t = 0; t < form.coefficients.size(); ++t) {
    const auto& term = model.preparation.terms[t];
    table.rows.push_back({term.name, form.coefficients[t] / term.scale, form.coefficients[t]});
  }
  return table;
}

/// Platt's curve of the held-out rows; without folds, of the training rows themselves.
void set_probabilities(const ClassifierTask& task, const Search& found, bool has_folds,
                       FittedModel& model) {
  if (has_folds) {
    model.calibration = found.trials[found.best].platt;
    if (model.calibration.slope == 0) {
      model.notes.push_back({"scores did not rank the held-out rows, so everybody gets the same "
                             "probability",
                             "模型得分在留出样本上没有区分能力,因此所有客户概率相同"});
    }
    return;
  }
  const std::size_t terms = found.whole->preparation.terms.size();
  const auto scores = decision_values(
      found.whole->machine, {found.whole->terms.data(), task.train.rows, terms});
  model.calibration = models::fit_platt(scores, task.y, task.weight);
  model.notes.push_back(
      {"too few customers of one outcome to hold any out: C and gamma are the first given, and "
       "probabilities come from the training rows themselves, too sure of themselves",
       "某类结果的客户过少,无法留出样本:C 与 gamma 取给定的第一个值,概率由训练样本本身得出,会偏于极端"});
}

void add_notes(const Setup& setup, const Parameters& parameters, FittedModel& model,
               const Machine& machine) {
  for (const auto& note : model.preparation.notes) model.notes.push_back(note);
  if (setup.is_linear && models::text(parameters, "method") == "automatic" &&
      setup.options.kernel != Kernel::Linear) {
    model.notes.push_back(
        {fmt::format("{} rows are more than kernel_rows_max: fitted as a linear machine "
                     "(LIBLINEAR)", setup.multiples.total),
         fmt::format("样本 {} 行,超过 kernel_rows_max:改用线性支持向量机(LIBLINEAR)",
                     setup.multiples.total)});
  }
  if (std::holds_alternative<forms::KernelExpansion>(machine.form)) {
    model.notes.push_back(
        {fmt::format("the saved model holds the prepared values of {} training rows (its support "
                     "vectors): guard it like the data", machine.vectors),
         fmt::format("保存的模型含有 {} 行训练样本的处理后取值(支持向量):请像保护数据一样保护该文件",
                     machine.vectors)});
  }
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "svm",
    .kind = ModelKind::Classifier,
    .name = {"Support vector machine", "支持向量机"},
    .question = {"Which side of the widest margin between leavers and stayers is a customer on?",
                 "客户位于流失与未流失之间最宽间隔的哪一侧?"},
    .source = "Cortes & Vapnik (1995), Machine Learning 20, 273-297",
    .parameters =
        {{.name = "method", .kind = ParameterRow::Kind::Choice,
          .choices = {"automatic", "kernel", "linear"}, .default_value = std::string("automatic"),
          .en = "kernel: LIBSVM; linear: LIBLINEAR, for many rows; automatic: linear above "
                "kernel_rows_max rows.",
          .zh = "kernel:LIBSVM;linear:LIBLINEAR,适合大样本;automatic:样本超过 kernel_rows_max 时用 linear。"},
         {.name = "kernel", .kind = ParameterRow::Kind::Choice,
          .choices = {"rbf", "linear", "polynomial", "sigmoid"},
          .default_value = std::string("rbf"),
          .en = "With kernel: kernel function, which says how alike two customers are.",
          .zh = "kernel 方式:核函数,衡量两个客户的相似程度。"},
         {.name = "c", .kind = ParameterRow::Kind::RealList, .min = 1e-6, .max = 1e6,
          .default_value = std::vector<double>{1.0},
          .tries = {std::vector<double>{0.1}, std::vector<double>{1.0}, std::vector<double>{10.0}},
          .en = "Cost C of a row on the wrong side of the margin; of several, cross-validation "
                "takes the best.",
          .zh = "样本落在间隔错误一侧的代价 C;给出多个值时由交叉验证选择。"},
         {.name = "gamma", .kind = ParameterRow::Kind::RealList, .min = 0, .max = 1000,
          .default_value = std::vector<double>{0.0},
          .tries = {std::vector<double>{0.0}, std::vector<double>{0.01}, std::vector<double>{0.1}},
          .en = "Gamma of the kernel, larger: more local; 0: 1 / number of terms; of several, "
                "cross-validation takes the best.",
          .zh = "核函数的 gamma,越大越局部;0 表示 1 / 变量数;给出多个值时由交叉验证选择。"},
         {.name = "degree", .kind = ParameterRow::Kind::Integer, .min = 1, .max = 6,
          .default_value = std::int64_t{3},
          .en = "With polynomial: degree of the kernel.",
          .zh = "polynomial 核:次数。"},
         {.name = "constant", .kind = ParameterRow::Kind::Real, .min = -1000, .max = 1000,
          .default_value = 0.0,
          .en = "With polynomial and sigmoid: constant of the kernel (coef0).",
          .zh = "polynomial 与 sigmoid 核:常数项(coef0)。"},
         {.name = "class_weight", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "balanced"}, .default_value = std::string("none"),
          .en = "balanced: both outcomes count the same in total; costs of errors come on top.",
          .zh = "balanced:两类结果的总权重相同;误判成本另外计入。"},
         {.name = "folds", .kind = ParameterRow::Kind::Integer, .unit = "parts", .min = 2,
          .max = 20, .default_value = std::int64_t{5},
          .en = "Number of folds of the cross-validation; rows of one customer share a fold.",
          .zh = "交叉验证的折数;同一客户的样本在同一折。"},
         {.name = "kernel_rows_max", .kind = ParameterRow::Kind::Integer, .unit = "rows",
          .min = 100, .max = 1e7, .default_value = std::int64_t{10'000},
          .en = "With automatic: maximum number of rows for which a kernel is used.",
          .zh = "automatic 方式:使用核函数的最大样本数。"},
         {.name = "tolerance", .kind = ParameterRow::Kind::Real, .min = 1e-10, .max = 0.1,
          .default_value = 1e-3,
          .en = "Tolerance at which the solver stops.",
          .zh = "求解器停止时的容差。"},
         models::rare_share_row(),
         models::missing_indicator_row(),
         models::outlier_quantile_row()},
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task));
  HOLDFAST_TRY(const Setup setup, setup_of(task, parameters));
  const auto folds =
      models::folds_of(task, static_cast<std::uint32_t>(models::integer(parameters, "folds")));
  progress.begin(descriptor.name, models::integer(parameters, "folds") + 1);
  HOLDFAST_TRY(const Search found, search(setup, trials_of(parameters, setup), folds, progress));
  if (!found.whole) return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  const Machine& machine = found.whole->machine;
  FittedModel model = models::started(descriptor.id, task, parameters);
  model.preparation = found.whole->preparation;
  set_probabilities(task, found, !folds.empty(), model);
  model.tables.push_back(machine_table(setup, found));
  if (found.trials.size() > 1 && !folds.empty()) model.tables.push_back(search_table(found));
  if (const auto* linear = std::get_if<forms::LinearPredictor>(&machine.form)) {
    auto form = *linear;
    form.term_means = term_means(*found.whole, task);
    model.tables.push_back(coefficients_table(model, form));
    model.form = std::move(form);
  } else {
    model.form = std::get<forms::KernelExpansion>(machine.form);
  }
  add_notes(setup, parameters, model, machine);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::svm
