#include "models/survival_task.hpp"

#include <cmath>

#include "core/check.hpp"
#include "models/errors.hpp"
#include "models/task.hpp"
#include "survival/cox_path.hpp"

namespace holdfast::models {

Result<void> check_survival_task(std::string_view model_id, const SurvivalTask& task) {
  HOLDFAST_CHECK(task.duration.size() == task.train.rows && task.exit.size() == task.train.rows &&
                 task.weight.size() == task.train.rows);
  std::vector<double> leaving(task.exits.size());
  double total = 0;
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (!(task.weight[r] > 0)) continue;
    total += task.weight[r];
    if (!(task.duration[r] > 0) || !std::isfinite(task.duration[r])) {
      return Error{errors::kNoDuration,
                   {{"model", model_id}, {"row", r + 1}, {"duration", task.duration[r]}}};
    }
    HOLDFAST_CHECK(task.exit[r] <= task.exits.size());
    if (task.exit[r] > 0) leaving[task.exit[r] - 1u] += task.weight[r];
  }
  if (!(total > 0)) return Error{errors::kNoRows, {{"model", model_id}}};
  if (task.exits.empty()) return Error{errors::kNoExits, {{"model", model_id}, {"exit", "-"}}};
  for (std::size_t e = 0; e < leaving.size(); ++e) {
    if (leaving[e] > 0) continue;
    return Error{errors::kNoExits, {{"model", model_id}, {"exit", task.exits[e]}}};
  }
  if (task.train.columns.empty()) return Error{errors::kNoUsableColumn, {{"model", model_id}}};
  return {};
}

FittedModel started_survival(std::string_view model_id, const SurvivalTask& task,
                             const Parameters& parameters) {
  FittedModel model;
  model.kind = ModelKind::Survival;
  model.model_id = model_id;
  model.parameters = parameters;
  model.seed = task.seed;
  model.reference = reference_of(task.train, task.weight);
  for (const auto& column : task.train.columns) {
    model.column_names.emplace_back(column.name);
    model.categories.emplace_back(column.categories.begin(), column.categories.end());
  }
  return model;
}

std::vector<std::uint8_t> events_of(const SurvivalTask& task, std::size_t exit) {
  std::vector<std::uint8_t> events(task.exit.size());
  for (std::size_t r = 0; r < events.size(); ++r) events[r] = task.exit[r] == exit + 1 ? 1 : 0;
  return events;
}

Result<std::vector<double>> survival_terms(const SurvivalTask& task, double rare_share,
                                           bool adds_missing_indicator, FittedModel& model) {
  std::vector<std::uint8_t> leaves(task.exit.size());
  for (std::size_t r = 0; r < leaves.size(); ++r) leaves[r] = task.exit[r] > 0 ? 1 : 0;
  model.preparation = dataset::fit_preparation(
      task.train, leaves, task.weight,
      {.rare_share = rare_share,
       .adds_missing_indicator = adds_missing_indicator,
       .outlier_quantile = 0.001});
  if (model.preparation.terms.empty()) {
    return Error{errors::kNoUsableColumn, {{"model", model.model_id}}};
  }
  model.notes = model.preparation.notes;
  return dataset::apply(model.preparation, task.train);
}

std::vector<double> gathered_terms(MatrixView x, const std::vector<std::size_t>& terms) {
  std::vector<double> part(x.rows * terms.size());
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t k = 0; k < terms.size(); ++k) part[r * terms.size() + k] = x(r, terms[k]);
  }
  return part;
}

std::size_t column_of(const Error& error) {
  for (const auto& argument : error.arguments) {
    if (argument.name != "column") continue;
    if (const auto* column = std::get_if<std::int64_t>(&argument.value)) {
      return static_cast<std::size_t>(*column - 1);
    }
  }
  return 0;
}

Result<std::vector<std::size_t>> chosen_terms(const survival::Spells& spells, MatrixView x,
                                              std::size_t terms_max) {
  constexpr std::size_t kRowsLookedAt = 60'000;  // Enough to see which columns say most.
  std::vector<std::size_t> all(x.cols);
  for (std::size_t c = 0; c < x.cols; ++c) all[c] = c;
  if (terms_max == 0 || x.cols <= terms_max) return all;
  std::vector<double> weight(spells.rows());
  const auto every = spells.rows() / kRowsLookedAt + 1;
  bool has_event = false;
  for (std::size_t r = 0; r < weight.size(); r += every) {
    weight[r] = spells.weight_of(r);
    has_event = has_event || (spells.event[r] != 0 && weight[r] > 0);
  }
  auto some = spells;
  if (has_event) some.weight = weight;
  HOLDFAST_TRY(const auto path, survival::cox_path(some, x, {.lambdas_count = 40,
                                                             .lambda_share_min = 0.005,
                                                             .tolerance = 1e-8,
                                                             .nonzero_max = terms_max}));
  if (path.lambdas.empty()) return all;
  std::vector<std::size_t> chosen;
  const double* last = path.coefficients.data() + (path.lambdas.size() - 1) * x.cols;
  for (std::size_t c = 0; c < x.cols; ++c) {
    if (last[c] != 0) chosen.push_back(c);
  }
  return chosen;
}

std::vector<double> means_of(MatrixView terms, std::span<const double> weight) {
  std::vector<double> means(terms.cols);
  double total = 0;
  for (std::size_t r = 0; r < terms.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    total += weight[r];
    const double share = weight[r] / total;
    for (std::size_t c = 0; c < terms.cols; ++c) means[c] += share * (terms(r, c) - means[c]);
  }
  return means;
}

}  // namespace holdfast::models
