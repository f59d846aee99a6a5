#include "run/training.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "automodel/criterion.hpp"
#include "automodel/fit.hpp"
#include "core/hash.hpp"
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
  for (const auto row : rows) p.push_back(probability[row]);
  auto metrics = automodel::metrics_of(study, data, rows, p);
  if (!metrics.ok()) return std::nullopt;
  return std::move(*metrics);
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

/// What every model of a comparison is fitted on.
struct Training {
  const std::vector<study::ModelSpec>& specs;
  const Dataset& data;
  automodel::FitRows rows;
};

}  // namespace

ValidationHalves halve_validation(const Dataset& data, std::uint64_t seed) {
  ValidationHalves halves;
  for (const auto row : data.rows_of(Split::Validation)) {
    const auto& key = data.matrix.customer_keys[data.matrix.customer[row]];
    (hash64(key, seed ^ 0x76616c69ULL) % 2 == 0 ? halves.tuning : halves.choosing).push_back(row);
  }
  return halves;
}

std::vector<std::pair<std::string, double>> importance_of(const FittedModel& model,
                                                          const Dataset& data,
                                                          std::size_t rows_max) {
  constexpr double kOperationsMax = 3e9;  // A few seconds.
  constexpr std::size_t kRowsMin = 200;
  const double affordable = kOperationsMax / std::max(contributions_cost(model), 1.0);
  if (!has_exact_contributions(model)) {
    rows_max = std::min(rows_max, kRowsMin);
  } else if (affordable < static_cast<double>(rows_max)) {
    rows_max = std::max(kRowsMin, static_cast<std::size_t>(affordable));
  }
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

namespace {

/// Fits one model, or takes it from those fitted earlier.
exchange::ModelResult train_one(const study::Study& study, const study::ModelSpec& spec,
                                const Training& training, const std::vector<FittedModel>& earlier,
                                const std::vector<exchange::ModelResult>& others,
                                Progress& progress) {
  exchange::ModelResult result{.id = spec.id, .name = automodel::name_of_model(spec.id)};
  const auto known = std::ranges::find(earlier, spec.id, &FittedModel::model_id);
  if (known != earlier.end()) {
    result.model = *known;
    return result;
  }
  const auto begin = std::chrono::steady_clock::now();
  std::vector<study::ModelSpec> specs;
  std::vector<const FittedModel*> members;
  for (const auto& other : others) {
    if (!other.model || automodel::is_combined(other.id)) continue;
    specs.push_back(*std::ranges::find(training.specs, other.id, &study::ModelSpec::id));
    members.push_back(&*other.model);
  }
  auto fitted = automodel::is_combined(spec.id)
                    ? automodel::combine(study, spec.id, specs, members, training.data,
                                         training.rows, progress)
                    : automodel::fit(study, spec, {}, training.data, training.rows, progress);
  result.fit_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (fitted.ok()) result.model = std::move(*fitted);
  else result.failed = message_of(fitted.error(), study.language);
  return result;
}

}  // namespace

Result<Trained> train_models(const study::Study& study, const Dataset& data,
                             const Earlier& earlier, Progress& progress) {
  const auto train = data.rows_of(Split::Train);
  const auto halves = halve_validation(data, study.seed);
  Trained trained{.search = earlier.search};
  trained.search.specs = automodel::models_to_compare(study);
  for (const auto& tried : earlier.search.tried) {
    if (!tried.is_chosen) continue;
    const auto found =
        std::ranges::find(trained.search.specs, tried.model_id, &study::ModelSpec::id);
    if (found != trained.search.specs.end()) *found = tried.spec;
  }
  if (study.models.search_tries > 0 && earlier.search.tried.empty()) {
    HOLDFAST_TRY(trained.search, automodel::search(study, data, train, halves.tuning, progress));
  }
  const Training training{.specs = trained.search.specs,
                          .data = data,
                          .rows = {.train = train, .tuning = halves.tuning}};
  auto specs = training.specs;
  if (study.models.stack) specs.push_back({.id = std::string(automodel::kStack)});
  if (study.models.blend) specs.push_back({.id = std::string(automodel::kBlend)});
  progress.begin({"models", "训练模型"}, static_cast<std::int64_t>(specs.size()));
  for (const auto& spec : specs) {
    if (cancel_requested()) return Error{holdfast::errors::kCancelled};
    if (!automodel::is_combined(spec.id)) {
      HOLDFAST_TRY_VOID(find_model(spec.id));
    }
    auto result = train_one(study, spec, training, earlier.models, trained.models, progress);
    if (result.model) judge(result, study, data, halves);
    trained.models.push_back(std::move(result));
    progress.advance(1);
  }
  progress.end();
  const auto is_fitted = [](const auto& result) { return result.model.has_value(); };
  if (std::ranges::none_of(trained.models, is_fitted)) {
    const auto& first = trained.models.front();
    return Error{errors::kNoModelFitted, {{"why", first.id + ": " + first.failed}}};
  }
  return trained;
}

Choice choose_champion(const study::Study& study, const std::vector<exchange::ModelResult>& models) {
  const exchange::ModelResult* best = nullptr;
  double best_value = 0;
  Split judged_on = Split::Validation;
  for (const auto split : {Split::Validation, Split::Train}) {
    for (const auto& model : models) {
      const auto found = model.metrics.find(split);
      if (found == model.metrics.end()) continue;
      const double value = automodel::criterion(study.models, found->second, &*model.model);
      if (best == nullptr || value > best_value) best = &model, best_value = value;
    }
    judged_on = split;
    if (best != nullptr) break;
  }
  HOLDFAST_CHECK(best != nullptr);
  const auto by = automodel::criterion_name(study.models);
  const double shown = automodel::shown(study.models, best_value);
  const bool on_validation = judged_on == Split::Validation;
  return {best->id,
          {fmt::format("{} has the best {} ({:.4g}) on the {} rows that tuned no model",
                       best->name.en, by.en, shown, on_validation ? "validation" : "training"),
           fmt::format("在未参与调参的{}样本上,{}的{}最优({:.4g})", on_validation ? "验证" : "训练",
                       best->name.zh, by.zh, shown)}};
}

Result<std::vector<exchange::BacktestRow>> backtest(const study::Study& study, const Dataset& data,
                                                    const std::vector<study::ModelSpec>& specs,
                                                    const std::string& champion,
                                                    Progress& progress) {
  const auto origins = dataset::backtest_origins(data, study);
  const auto found = std::ranges::find(specs, champion, &study::ModelSpec::id);
  const auto spec = found != specs.end() ? *found : study::ModelSpec{.id = champion};
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
    auto model = automodel::fit(study, spec, specs, data, {.train = train, .tuning = tuning}, progress);
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
