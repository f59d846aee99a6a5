#include "models/survival_task.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

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
  HOLDFAST_CHECK(task.entry.empty() || task.entry.size() == task.train.rows);
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

namespace {

/// Weighted products of the centred columns in the order given, [order × order].
std::vector<double> products_of(MatrixView x, std::span<const double> weight,
                                const std::vector<std::size_t>& order) {
  const auto p = order.size();
  const auto means = means_of(x, weight);
  std::vector<double> product(p * p), away(p);
  for (std::size_t r = 0; r < x.rows; ++r) {
    if (!(weight[r] > 0)) continue;
    for (std::size_t a = 0; a < p; ++a) away[a] = x(r, order[a]) - means[order[a]];
    for (std::size_t a = 0; a < p; ++a) {
      for (std::size_t b = 0; b <= a; ++b) product[a * p + b] += weight[r] * away[a] * away[b];
    }
  }
  for (std::size_t a = 0; a < p; ++a) {
    for (std::size_t b = a + 1; b < p; ++b) product[a * p + b] = product[b * p + a];
  }
  return product;
}

/// Terms in the order given whose spread is not all but taken up by those before them.
std::vector<std::size_t> apart(MatrixView x, std::span<const double> weight,
                               const dataset::Preparation& preparation,
                               const std::vector<std::size_t>& order,
                               std::vector<LeftOut>& left_out) {
  constexpr double kShareLeft = 0.1;    // A variance inflated ten times, where tables stop to be read.
  constexpr double kShareUnknown = 0.5;
  const auto p = order.size();
  const auto product = products_of(x, weight, order);
  // Cholesky's factor row by row; a row whose pivot is small leaves.
  std::vector<std::size_t> kept, rows;
  std::vector<double> factor(p * p);
  for (std::size_t a = 0; a < p; ++a) {
    double pivot = product[a * p + a];
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const auto b = rows[k];
      double sum = product[a * p + b];
      for (std::size_t m = 0; m < k; ++m) sum -= factor[a * p + m] * factor[b * p + m];
      factor[a * p + k] = sum / factor[b * p + k];
      pivot -= factor[a * p + k] * factor[a * p + k];
    }
    const bool is_unknown = preparation.terms[order[a]].kind == dataset::Term::Kind::Missing;
    const double share = product[a * p + a] > 0 ? pivot / product[a * p + a] : 0;
    if (!(share > (is_unknown ? kShareUnknown : kShareLeft))) {
      LeftOut out{.term = order[a], .explained = 1 - std::max(0.0, share)};
      double strongest = 0;
      for (const auto b : rows) {
        const double alike = std::abs(product[a * p + b]) / std::sqrt(product[b * p + b]);
        if (alike > strongest) strongest = alike, out.by = order[b];
      }
      left_out.push_back(out);
      continue;
    }
    factor[a * p + rows.size()] = std::sqrt(pivot);
    rows.push_back(a);
    kept.push_back(order[a]);
  }
  std::ranges::sort(kept);
  return kept;
}

}  // namespace

Result<std::vector<std::size_t>> chosen_terms(const survival::Spells& spells, MatrixView x,
                                              const dataset::Preparation& preparation,
                                              std::size_t terms_max, std::vector<LeftOut>& left_out) {
  constexpr std::size_t kRowsLookedAt = 60'000;  // Enough to see which columns say most.
  std::vector<std::size_t> order(x.cols);
  for (std::size_t c = 0; c < x.cols; ++c) order[c] = c;
  if (terms_max == 0) return order;
  std::vector<double> weight(spells.rows());
  const auto every = spells.rows() / kRowsLookedAt + 1;
  bool has_event = false;
  for (std::size_t r = 0; r < weight.size(); r += every) {
    weight[r] = spells.weight_of(r);
    has_event = has_event || (spells.event[r] != 0 && weight[r] > 0);
  }
  if (!has_event) {
    for (std::size_t r = 0; r < weight.size(); ++r) weight[r] = spells.weight_of(r);
  }
  auto some = spells;
  some.weight = weight;
  if (x.cols > terms_max) {
    HOLDFAST_TRY(const auto path, survival::cox_path(some, x, {.lambdas_count = 40,
                                                               .lambda_share_min = 0.005,
                                                               .tolerance = 1e-8,
                                                               .nonzero_max = terms_max}));
    if (!path.lambdas.empty()) {
      const double* last = path.coefficients.data() + (path.lambdas.size() - 1) * x.cols;
      std::erase_if(order, [&](std::size_t c) { return last[c] == 0; });
      std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return std::abs(last[c]); });
    }
  }
  std::ranges::stable_partition(order, [&](std::size_t c) {
    return preparation.terms[c].kind != dataset::Term::Kind::Missing;
  });
  return apart(x, weight, preparation, order, left_out);
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
