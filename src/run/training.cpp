#include "run/training.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "models/calibration.hpp"
#include "models/task.hpp"
#include "run/errors.hpp"

namespace holdfast::run {
namespace {

using dataset::Dataset;
using dataset::Frame;
using dataset::Split;

std::vector<std::uint32_t> evaluation_rows(const Dataset& data, const ValidationHalves& halves,
                                           Split split) {
  return split == Split::Validation ? halves.choosing : data.rows_of(split);
}

/// Figures of one split; nothing where it is empty or of one class only.
std::optional<evaluation::Metrics> metrics_on(const study::Study& study, const Dataset& data,
                                              const std::vector<double>& probability,
                                              const std::vector<std::uint32_t>& rows) {
  std::vector<double> p;
  std::vector<double> weight;
  std::vector<std::uint8_t> y;
  std::vector<std::int64_t> value;
  bool has_value = false;
  for (const auto row : rows) {
    p.push_back(probability[row]);
    y.push_back(data.y[row]);
    weight.push_back(data.weight[row]);
    value.push_back(data.matrix.value_cents[row]);
    has_value |= value.back() != 0;
  }
  evaluation::Scored scored{.probability = p, .y = y, .weight = weight, .value_cents = value};
  if (!has_value) scored.value_cents = {};
  auto metrics = evaluation::evaluate(scored, study.profit);
  if (!metrics.ok()) return std::nullopt;
  return std::move(*metrics);
}

double criterion(const study::ModelsSpec& spec, const evaluation::Metrics& metrics) {
  if (spec.choose_by == "auc") return metrics.auc.estimate;
  if (spec.choose_by == "lift") return metrics.top_decile_lift;
  if (spec.choose_by == "brier") return -metrics.brier;
  return metrics.maximum_profit.per_customer;
}

Text criterion_name(const std::string& choose_by) {
  if (choose_by == "auc") return {"AUC", "AUC"};
  if (choose_by == "lift") return {"lift of the top decile", "首个十分位提升度"};
  if (choose_by == "brier") return {"Brier score", "Brier 分数"};
  return {"profit per customer", "每客户利润"};
}

void predict_all(exchange::ModelResult& result, const Dataset& data) {
  std::vector<std::uint32_t> all(data.matrix.rows);
  for (std::uint32_t row = 0; row < all.size(); ++row) all[row] = row;
  const auto frame = Frame::gather(data, all);
  result.probability = predict(*result.model, frame.view());
}

void judge(exchange::ModelResult& result, const study::Study& study, const Dataset& data,
           const ValidationHalves& halves) {
  predict_all(result, data);
  for (const auto split : {Split::Train, Split::Validation, Split::Test}) {
    auto metrics = metrics_on(study, data, result.probability, evaluation_rows(data, halves, split));
    if (metrics) result.metrics.emplace(split, std::move(*metrics));
  }
  result.importance = importance_of(*result.model, data);
}

}  // namespace

ValidationHalves halve_validation(const Dataset& data, std::uint64_t seed) {
  ValidationHalves halves;
  for (const auto row : data.rows_of(Split::Validation)) {
    const auto& key = data.matrix.customer_keys[data.matrix.customer[row]];
    (hash64(key, seed ^ 0x76616c69ULL) % 2 == 0 ? halves.tuning : halves.choosing).push_back(row);
  }
  return halves;
}

Result<FittedModel> fit_model(const study::Study& study, const study::ModelSpec& spec,
                                   const Dataset& data, std::span<const std::uint32_t> train,
                                   std::span<const std::uint32_t> tuning, Progress& progress) {
  HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
  HOLDFAST_TRY(const auto parameters, checked_parameters(*descriptor, spec.parameters));
  const auto train_frame = Frame::gather(data, train);
  const auto tuning_frame = Frame::gather(data, tuning);
  const ClassifierTask task{.train = train_frame.view(),
                            .y = train_frame.y(),
                            .weight = train_frame.weight(),
                            .group = train_frame.group(),
                            .validation = tuning_frame.view(),
                            .validation_y = tuning_frame.y(),
                            .validation_weight = tuning_frame.weight(),
                            .seed = study.seed};
  HOLDFAST_TRY(auto model, descriptor->fit_classifier(task, parameters, progress));
  models::calibrate(model, tuning_frame.view(), tuning_frame.y(), tuning_frame.weight(),
            study.models.calibration);
  return model;
}

std::vector<study::ModelSpec> models_to_compare(const study::Study& study) {
  if (!study.models.compare.empty()) return study.models.compare;
  std::vector<study::ModelSpec> specs;
  for (const auto* model : all_models()) {
    if (model->kind != ModelKind::Classifier || !model->is_usual) continue;
    study::ModelSpec spec;
    spec.id = std::string(model->id);
    specs.push_back(std::move(spec));
  }
  return specs;
}

std::vector<std::pair<std::string, double>> importance_of(const FittedModel& model,
                                                          const Dataset& data,
                                                          std::size_t rows_max) {
  auto rows = data.rows_of(Split::Test);
  if (rows.empty()) rows = data.rows_of(Split::Train);
  if (rows.size() > rows_max) {
    std::vector<std::uint32_t> some;
    for (std::size_t i = 0; i < rows_max; ++i) some.push_back(rows[i * rows.size() / rows_max]);
    rows = std::move(some);
  }
  const auto frame = Frame::gather(data, rows);
  const auto parts = contributions(model, frame.view());
  const auto width = model.column_names.size() + 1;
  std::vector<std::pair<std::string, double>> importance;
  for (std::size_t column = 0; column + 1 < width; ++column) {
    double sum = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) sum += std::abs(parts[row * width + column]);
    importance.emplace_back(model.column_names[column],
                            rows.empty() ? 0.0 : sum / static_cast<double>(rows.size()));
  }
  std::ranges::stable_sort(importance, std::greater{}, [](const auto& pair) { return pair.second; });
  return importance;
}

Result<std::vector<exchange::ModelResult>> train_models(const study::Study& study,
                                                        const Dataset& data,
                                                        const std::vector<FittedModel>& earlier,
                                                        Progress& progress) {
  const auto halves = halve_validation(data, study.seed);
  const auto train = data.rows_of(Split::Train);
  const auto specs = models_to_compare(study);
  std::vector<exchange::ModelResult> results;
  std::string first_failure;
  progress.begin({"fitting models", "拟合模型"}, static_cast<std::int64_t>(specs.size()));
  for (const auto& spec : specs) {
    if (cancel_requested()) return Error{holdfast::errors::kCancelled};
    HOLDFAST_TRY(const auto* descriptor, find_model(spec.id));
    exchange::ModelResult result;
    result.id = spec.id;
    result.name = descriptor->name;
    const auto known = std::ranges::find(earlier, spec.id, &FittedModel::model_id);
    if (known != earlier.end()) {
      result.model = *known;
    } else {
      const auto begin = std::chrono::steady_clock::now();
      auto fitted = fit_model(study, spec, data, train, halves.tuning, progress);
      result.fit_seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      if (fitted.ok()) {
        result.model = std::move(*fitted);
      } else {
        result.failed = message_of(fitted.error(), study.language);
        if (first_failure.empty()) first_failure = spec.id + ": " + result.failed;
      }
    }
    if (result.model) judge(result, study, data, halves);
    results.push_back(std::move(result));
    progress.advance(1);
  }
  progress.end();
  if (std::ranges::none_of(results, [](const auto& result) { return result.model.has_value(); })) {
    return Error{errors::kNoModelFitted, {{"why", first_failure}}};
  }
  return results;
}

Choice choose_champion(const study::Study& study, const std::vector<exchange::ModelResult>& models) {
  const exchange::ModelResult* best = nullptr;
  double best_value = 0;
  Split judged_on = Split::Validation;
  for (const auto split : {Split::Validation, Split::Train}) {
    for (const auto& model : models) {
      const auto found = model.metrics.find(split);
      if (found == model.metrics.end()) continue;
      const double value = criterion(study.models, found->second);
      if (best == nullptr || value > best_value) best = &model, best_value = value;
    }
    judged_on = split;
    if (best != nullptr) break;
  }
  HOLDFAST_CHECK(best != nullptr);
  const auto by = criterion_name(study.models.choose_by);
  const double shown = study.models.choose_by == "brier" ? -best_value : best_value;
  const bool on_validation = judged_on == Split::Validation;
  return {best->id,
          {fmt::format("{} has the best {} ({:.4g}) on the {} rows that tuned no model",
                       best->name.en, by.en, shown, on_validation ? "validation" : "training"),
           fmt::format("在未参与调参的{}样本上,{}的{}最优({:.4g})", on_validation ? "验证" : "训练",
                       best->name.zh, by.zh, shown)}};
}

Result<std::vector<exchange::BacktestRow>> backtest(const study::Study& study, const Dataset& data,
                                                    const std::string& champion,
                                                    Progress& progress) {
  const auto origins = dataset::backtest_origins(data, study);
  const auto specs = models_to_compare(study);
  const auto spec = std::ranges::find(specs, champion, &study::ModelSpec::id);
  HOLDFAST_CHECK(spec != specs.end());
  std::vector<exchange::BacktestRow> rows;
  progress.begin({"backtest", "回测"}, static_cast<std::int64_t>(origins.size()));
  for (const auto& origin : origins) {
    if (cancel_requested()) return Error{holdfast::errors::kCancelled};
    // A fifth of the training customers tune; the time after the origin stays untouched.
    std::vector<std::uint32_t> train;
    std::vector<std::uint32_t> tuning;
    for (const auto row : origin.train) {
      const auto& key = data.matrix.customer_keys[data.matrix.customer[row]];
      (hash64(key, study.seed ^ 0x6261636bULL) % 5 == 0 ? tuning : train).push_back(row);
    }
    auto model = fit_model(study, *spec, data, train, tuning, progress);
    if (!model.ok()) continue;  // Too few rows at an early origin: no figure rather than a bad one.
    const auto frame = Frame::gather(data, origin.test);
    const auto p = predict(*model, frame.view());
    std::vector<std::uint8_t> y(frame.y().begin(), frame.y().end());
    const auto metrics = evaluation::evaluate({.probability = p, .y = y, .weight = {}, .value_cents = {}},
                                              study.profit);
    if (metrics.ok()) {
      rows.push_back({.test_from = origin.test_from,
                      .test_to = origin.test_to,
                      .train_rows = static_cast<std::int64_t>(origin.train.size()),
                      .test_rows = static_cast<std::int64_t>(origin.test.size()),
                      .auc = metrics->auc,
                      .top_decile_lift = metrics->top_decile_lift,
                      .empc = metrics->empc.per_customer,
                      .brier = metrics->brier,
                      .churn_rate = metrics->churn_rate});
    }
    progress.advance(1);
  }
  progress.end();
  return rows;
}

}  // namespace holdfast::run
