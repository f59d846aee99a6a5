#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/class_costs.hpp"
#include "models/errors.hpp"
#include "models/folds.hpp"
#include "models/network/network.hpp"
#include "models/parameter_rows.hpp"
#include "models/parameters.hpp"
#include "models/sensitivity.hpp"
#include "models/task.hpp"

namespace holdfast::network {
namespace {

constexpr std::size_t kHeldOutFrom = 100;  // Training rows from which some are held out.
constexpr std::size_t kClassesMax = 100;
constexpr std::size_t kHiddenLayersMax = 5;
constexpr double kAdamRate = 0.003;
constexpr double kMomentumRate = 0.03;

Result<Options> options_of(const ModelDescriptor& model, const Parameters& parameters) {
  const auto& activation = models::text(parameters, "activation");
  Options options{
      .hidden = {},
      .activation = activation == "tanh"   ? forms::Activation::Tanh
                    : activation == "relu" ? forms::Activation::Relu
                                           : forms::Activation::Sigmoid,
      .optimiser = models::text(parameters, "optimiser") == "adam" ? Optimiser::Adam
                                                                   : Optimiser::Momentum,
      .learning_rate = models::real(parameters, "learning_rate"),
      .momentum = models::real(parameters, "momentum"),
      .weight_decay = models::real(parameters, "weight_decay"),
      .batch_rows = static_cast<std::size_t>(models::integer(parameters, "batch_rows")),
      .epochs_max = static_cast<int>(models::integer(parameters, "epochs_max")),
      .patience = static_cast<int>(models::integer(parameters, "patience"))};
  if (options.learning_rate == 0) {
    options.learning_rate = options.optimiser == Optimiser::Adam ? kAdamRate : kMomentumRate;
  }
  const auto& hidden = models::reals(parameters, "hidden");
  const bool is_whole =
      std::ranges::all_of(hidden, [](double neurons) { return neurons == std::floor(neurons); });
  if (!is_whole || hidden.size() > kHiddenLayersMax) {
    return Error{models::errors::kParameterType,
                 {{"model", model.id},
                  {"parameter", "hidden"},
                  {"expected", "up to five whole numbers (至多五个整数)"}},
                 {.key = "models.network.hidden"}};
  }
  for (const double neurons : hidden) options.hidden.push_back(static_cast<std::size_t>(neurons));
  return options;
}

/// Rows of one part, prepared.
struct Part {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::size_t terms = 0;

  Part(const dataset::Preparation& preparation, const dataset::Columns& columns,
       std::span<const std::uint8_t> all_y, std::span<const double> all_weight,
       std::span<const double> costs)
      : terms(preparation.terms.size()) {
    if (columns.rows == 0) return;
    x = dataset::apply(preparation, columns);
    std::size_t kept = 0;
    for (std::size_t r = 0; r < columns.rows; ++r) {
      if (!(all_weight[r] > 0)) continue;
      std::copy_n(x.data() + r * terms, terms, x.data() + kept++ * terms);
      y.push_back(all_y[r]);
      weight.push_back(all_weight[r] * costs[all_y[r]]);
    }
    x.resize(kept * terms);
  }
  Sample view() const { return {{x.data(), y.size(), terms}, y, weight}; }
};

/// Which rows train, and which tell when to stop: the validation rows, or where there are none a
/// share of the customers in training.
struct Split {
  std::vector<double> training;   // [train rows] weights, 0 for those held out.
  std::vector<double> held_out;   // [train rows] weights, 0 for those that train; may be empty.
};

Split split_of(const ClassifierTask& task, const Parameters& parameters) {
  Split split{.training = {task.weight.begin(), task.weight.end()}};
  const double share = models::real(parameters, "held_out_share");
  const auto rows = std::ranges::count_if(task.weight, [](double w) { return w > 0; });
  const bool has_validation =
      std::ranges::any_of(task.validation_weight, [](double w) { return w > 0; });
  if (has_validation || share == 0 || static_cast<std::size_t>(rows) < kHeldOutFrom) return split;
  const auto folds = models::folds_of(task, static_cast<std::uint32_t>(std::lround(1 / share)));
  if (folds.empty()) return split;
  split.held_out.resize(task.train.rows);
  for (std::size_t r = 0; r < folds.size(); ++r) {
    if (folds[r] == 0) std::swap(split.training[r], split.held_out[r]);
  }
  return split;
}

/// Everything a training needs beside the preparation.
struct Setup {
  const ClassifierTask* task;
  Options options;
  Split split;
  std::vector<double> costs;
};

/// Trains on the terms of the model's preparation and puts the network into the model. The odds of a
/// network trained with costs are those of the classes times their costs, which its output takes
/// back, so that a probability stays one.
Result<Fit> fit_terms(const Setup& setup, FittedModel& model, Progress& progress) {
  const auto& task = *setup.task;
  const Part training(model.preparation, task.train, task.y, setup.split.training, setup.costs);
  const bool is_held_out = !setup.split.held_out.empty();
  const Part validation(model.preparation, is_held_out ? task.train : task.validation,
                        is_held_out ? task.y : task.validation_y,
                        is_held_out ? setup.split.held_out : task.validation_weight, setup.costs);
  HOLDFAST_TRY(Fit fit, train(training.view(), validation.view(), task.classes_count(),
                              setup.options, task.seed, progress));
  auto& biases = fit.network.layers.back().biases;
  for (std::size_t k = 0; k < biases.size(); ++k) {
    biases[k] -= std::log(setup.costs[k + 1] / setup.costs[0]);
  }
  model.form = fit.network;
  model.calibration.kind = task.classes_count() > 2 ? forms::Calibration::Kind::Softmax
                                                    : forms::Calibration::Kind::Logistic;
  return fit;
}

/// Leaves only the terms of the KPIs; says which they are.
void keep_kpis(const models::Sensitivity& sensitivity, double kpi_share, FittedModel& model) {
  std::vector<std::string> kept;
  double share = 0;
  for (const auto& input : sensitivity.inputs) {
    if (!input.is_kpi) continue;
    kept.push_back(model.column_names[input.column]);
    share = input.cumulative;
  }
  std::erase_if(model.preparation.terms, [&](const dataset::Term& term) {
    return std::ranges::find(kept, term.column) == kept.end();
  });
  if (sensitivity.is_flat) {
    model.notes.push_back({"no input moves the network's answer at the base point: all are kept",
                           "在基准点处没有输入能改变网络输出:保留全部输入"});
    return;
  }
  model.notes.push_back(
      {fmt::format("trained again on the {} of {} inputs that make up {:.1f} % of the sensitivity "
                   "(kpi_share {:.0f} %)", kept.size(), sensitivity.inputs.size(), 100 * share,
                   100 * kpi_share),
       fmt::format("敏感性合计占 {:.1f}% 的 {} 个关键指标(共 {} 个输入,kpi_share 为 {:.0f}%)上重新训练",
                   100 * share, kept.size(), sensitivity.inputs.size(), 100 * kpi_share)});
}

/// The documents' choice is for saying what matters; where it costs accuracy, the analyst must know.
void note_cost_of_kpis(const Fit& all, const Fit& kpis, FittedModel& model) {
  constexpr double kWorth = 1.02;
  if (!(all.validation_loss > 0) || kpis.validation_loss <= kWorth * all.validation_loss) return;
  model.notes.push_back(
      {fmt::format("with all inputs the validation log loss was {:.4f}, with the KPIs alone it is {:.4f}: "
                   "kpi_share = 1 keeps all inputs", all.validation_loss, kpis.validation_loss),
       fmt::format("使用全部输入时验证对数损失为 {:.4f},仅用关键指标为 {:.4f}:kpi_share = 1 可保留全部输入",
                   all.validation_loss, kpis.validation_loss)});
}

ReportTable training_table(const Fit& fit, const Setup& setup, const FittedModel& model) {
  ReportTable table{.id = "training",
                    .title = {"Training", "训练"},
                    .columns = {"measure", "figure"},
                    .headers = {{"Measure", "指标"}, {"Figure", "数值"}}};
  const auto row = [&](const char* name, double value) {
    table.rows.push_back({std::string(name), value});
  };
  std::size_t weights = 0;
  for (const auto& layer : fit.network.layers) weights += layer.weights.size() + layer.biases.size();
  const auto rows = std::ranges::count_if(setup.split.training, [](double w) { return w > 0; });
  row("rows", static_cast<double>(rows));
  row("terms", static_cast<double>(model.preparation.terms.size()));
  row("weights", static_cast<double>(weights));
  row("epochs", fit.epochs);
  row("best_epoch", fit.best_epoch);
  row("training_log_loss", fit.training_loss);
  if (fit.validation_loss > 0) row("validation_log_loss", fit.validation_loss);
  return table;
}

void add_notes(const Setup& setup, FittedModel& model) {
  const auto& task = *setup.task;
  if (!setup.split.held_out.empty()) {
    model.notes.push_back({"no validation rows: a share of the training customers was held out to "
                           "stop early",
                           "没有验证样本:留出一部分训练客户用于早停"});
  } else if (std::ranges::none_of(task.validation_weight, [](double w) { return w > 0; })) {
    model.notes.push_back({"too few rows to hold any out: trained for all epochs, without early "
                           "stopping",
                           "样本过少,无法留出:训练全部轮数,未早停"});
  }
}

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress);

}  // namespace

extern const ModelDescriptor descriptor;
const ModelDescriptor descriptor{
    .id = "network",
    .kind = ModelKind::Classifier,
    .name = {"Neural network", "神经网络(BP)"},
    .question = {"Which few indicators move the degree of churn most, and how high is it?",
                 "哪些关键指标对流失度影响最大,流失度有多高?"},
    .source = "Rumelhart, Hinton & Williams (1986), Nature 323, 533-536",
    .parameters =
        {{.name = "hidden", .kind = ParameterRow::Kind::RealList, .unit = "neurons", .min = 1,
          .max = 1000, .default_value = std::vector<double>{32},
          .tries = {std::vector<double>{16}, std::vector<double>{32}, std::vector<double>{32, 16}},
          .en = "Number of neurons in each hidden layer, as [32] or [20, 10]; empty: a logistic "
                "regression.",
          .zh = "各隐藏层的神经元数,如 [32] 或 [20, 10];留空即为逻辑回归。"},
         {.name = "activation", .kind = ParameterRow::Kind::Choice,
          .choices = {"tanh", "sigmoid", "relu"}, .default_value = std::string("tanh"),
          .en = "Activation function of the hidden neurons.",
          .zh = "隐藏层神经元的激活函数。"},
         {.name = "optimiser", .kind = ParameterRow::Kind::Choice,
          .choices = {"adam", "momentum"}, .default_value = std::string("adam"),
          .en = "How the weights are trained: Adam, or gradient descent with momentum.",
          .zh = "权重的训练方法:Adam,或带动量的梯度下降。"},
         {.name = "learning_rate", .kind = ParameterRow::Kind::Real, .min = 0, .max = 10,
          .default_value = 0.0,
          .en = "Learning rate, the size of a step; 0: 0.003 for adam, 0.03 for momentum.",
          .zh = "学习率;0 表示 adam 用 0.003,momentum 用 0.03。"},
         {.name = "momentum", .kind = ParameterRow::Kind::Real, .min = 0, .max = 0.999,
          .default_value = 0.9,
          .en = "With momentum: share of the last step that is kept.",
          .zh = "momentum 方式:保留上一步更新的比例。"},
         {.name = "weight_decay", .kind = ParameterRow::Kind::Real, .min = 0, .max = 100,
          .default_value = 1e-3,
          .tries = {1e-4, 1e-3, 1e-2},
          .en = "Weight decay: half of it times the sum of squared weights is added to the loss.",
          .zh = "权重衰减:损失中加入该值的一半乘以权重平方和。"},
         {.name = "batch_rows", .kind = ParameterRow::Kind::Integer, .unit = "rows", .min = 1,
          .max = 1e6, .default_value = std::int64_t{128},
          .en = "Maximum number of rows of a training step; fewer where there are few rows.",
          .zh = "每步训练最多使用的样本数;样本少时自动减少。"},
         {.name = "epochs_max", .kind = ParameterRow::Kind::Integer, .unit = "epochs", .min = 1,
          .max = 100'000, .default_value = std::int64_t{300},
          .en = "Maximum number of passes through the rows.",
          .zh = "遍历全部样本的最大轮数。"},
         {.name = "patience", .kind = ParameterRow::Kind::Integer, .unit = "epochs", .min = 1,
          .max = 100'000, .default_value = std::int64_t{20},
          .en = "Stops after this many epochs without a smaller validation loss.",
          .zh = "验证损失连续这么多轮不再下降即停止。"},
         {.name = "held_out_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0,
          .max = 0.5, .default_value = 0.15,
          .en = "Where there are no validation rows: share of the training customers held out to "
                "stop early; 0: none.",
          .zh = "没有验证样本时:为早停留出的训练客户比例;0 表示不留出。"},
         {.name = "class_weight", .kind = ParameterRow::Kind::Choice,
          .choices = {"none", "balanced"}, .default_value = std::string("none"),
          .en = "balanced: all outcomes count the same in total; costs of errors come on top.",
          .zh = "balanced:各类结果的总权重相同;误判成本另外计入。"},
         {.name = "kpi_share", .kind = ParameterRow::Kind::Real, .unit = "share", .min = 0.05,
          .max = 1, .default_value = 0.8,
          .tries = {0.8, 1.0},
          .en = "Trains again on the few inputs that make up this share of the sensitivity "
                "(80/20 rule); 1: keeps all inputs.",
          .zh = "只用敏感性累计达到该比例的关键指标重新训练(80/20 法则);1 表示保留全部输入。"},
         models::rare_share_row(),
         models::missing_indicator_row(),
         models::outlier_quantile_row()},
    .fit_classifier = fit_classifier};

namespace {

Result<FittedModel> fit_classifier(const ClassifierTask& task, const Parameters& given,
                                   Progress& progress) {
  HOLDFAST_TRY(const Parameters parameters, checked_parameters(descriptor, given));
  HOLDFAST_TRY_VOID(models::check_task(descriptor.id, task, kClassesMax));
  Setup setup{.task = &task,
              .split = split_of(task, parameters),
              .costs = models::class_costs(
                  task, models::text(parameters, "class_weight") == "balanced")};
  HOLDFAST_TRY(setup.options, options_of(descriptor, parameters));
  const double kpi_share = models::real(parameters, "kpi_share");
  const std::int64_t fits_max = kpi_share < 1 ? 2 : 1;
  progress.begin(descriptor.name, fits_max * setup.options.epochs_max);
  FittedModel model = models::started(descriptor.id, task, parameters);
  model.preparation = dataset::fit_preparation(
      task.train, task.y, setup.split.training,
      {.rare_share = models::real(parameters, "rare_share"),
       .adds_missing_indicator = models::boolean(parameters, "missing_indicator"),
       .outlier_quantile = models::real(parameters, "outlier_quantile")});
  if (model.preparation.terms.empty()) {
    return Error{models::errors::kNoUsableColumn, {{"model", descriptor.id}}};
  }
  for (const auto& note : model.preparation.notes) model.notes.push_back(note);
  HOLDFAST_TRY(Fit fit, fit_terms(setup, model, progress));
  const models::Sensitivity sensitivity =
      models::sensitivity_of(model, task.train, setup.split.training, kpi_share);
  model.tables.push_back(models::sensitivity_table(model, sensitivity));
  if (kpi_share < 1) {
    const std::size_t before = model.preparation.terms.size();
    keep_kpis(sensitivity, kpi_share, model);
    if (model.preparation.terms.size() < before) {
      HOLDFAST_TRY(Fit on_kpis, fit_terms(setup, model, progress));
      note_cost_of_kpis(fit, on_kpis, model);
      fit = std::move(on_kpis);
    }
  }
  model.tables.push_back(training_table(fit, setup, model));
  add_notes(setup, model);
  progress.end();
  return model;
}

}  // namespace
}  // namespace holdfast::network
