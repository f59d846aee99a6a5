#include "selection/by_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "core/hash.hpp"
#include "core/random.hpp"
#include "evaluation/evaluation.hpp"
#include "models/sensitivity.hpp"

namespace holdfast::selection {
namespace {

void strongest_first(std::vector<Strength>& strengths) {
  std::ranges::stable_sort(strengths, std::greater{}, &Strength::value);
}

double auc_of(const std::vector<double>& p, std::span<const std::uint8_t> y) {
  return evaluation::auc_delong({.probability = p, .y = y}).estimate;
}

/// The column dealt out anew.
struct Shuffled {
  std::vector<double> values;
  std::vector<std::uint32_t> codes;
  std::vector<std::uint8_t> valid;

  Shuffled(const dataset::ColumnView& column, const std::vector<std::uint32_t>& order) {
    for (const auto r : order) {
      if (!column.values.empty()) values.push_back(column.values[r]);
      if (!column.codes.empty()) codes.push_back(column.codes[r]);
      valid.push_back(column.valid[r]);
    }
  }
};

}  // namespace

std::vector<Strength> linear_strengths(const FittedModel& model, const dataset::Columns& columns) {
  const auto* form = std::get_if<forms::LinearPredictor>(&model.form);
  HOLDFAST_CHECK(form != nullptr);
  const auto terms = dataset::apply(model.preparation, columns);
  const std::size_t p = form->terms_count();
  std::vector<double> of_column(model.column_names.size());
  for (std::size_t t = 0; t < p; ++t) {
    double square = 0;
    for (std::size_t r = 0; r < columns.rows; ++r) {
      const double d = terms[r * p + t] - form->term_means[t];
      square += d * d;
    }
    const double deviation = std::sqrt(square / std::max<double>(1, static_cast<double>(columns.rows)));
    const auto at = std::ranges::find(model.column_names, model.preparation.terms[t].column);
    of_column[static_cast<std::size_t>(at - model.column_names.begin())] +=
        std::abs(form->coefficients[t]) * deviation;
  }
  std::vector<Strength> result;
  for (std::size_t c = 0; c < of_column.size(); ++c) {
    result.push_back({model.column_names[c], of_column[c]});
  }
  strongest_first(result);
  return result;
}

std::vector<Strength> permutation_strengths(const FittedModel& model,
                                            const dataset::Columns& columns,
                                            std::span<const std::uint8_t> y, int repeats,
                                            std::uint64_t seed) {
  const double whole = auc_of(predict(model, columns), y);
  std::vector<Strength> result;
  for (std::size_t c = 0; c < columns.columns.size(); ++c) {
    const auto& column = columns.columns[c];
    double fall = 0;
    for (int repeat = 0; repeat < repeats; ++repeat) {
      std::vector<std::uint32_t> order(columns.rows);
      std::iota(order.begin(), order.end(), 0U);
      Random(hash64(column.name, seed + static_cast<std::uint64_t>(repeat))).shuffle(order);
      const Shuffled dealt(column, order);
      auto changed = columns;
      changed.columns[c].values = dealt.values;
      changed.columns[c].codes = dealt.codes;
      changed.columns[c].valid = dealt.valid;
      fall += whole - auc_of(predict(model, changed), y);
    }
    result.push_back({std::string(column.name), fall / std::max(repeats, 1)});
  }
  strongest_first(result);
  return result;
}

std::vector<Strength> sensitivity_strengths(const FittedModel& model,
                                            const dataset::Columns& columns,
                                            std::span<const double> weight) {
  const auto sensitivity = models::sensitivity_of(model, columns, weight, 1);
  std::vector<Strength> result;
  for (const auto& input : sensitivity.inputs) {
    result.push_back({model.column_names[input.column], input.contribution});
  }
  strongest_first(result);
  return result;
}

std::vector<std::string> reaching(const std::vector<Strength>& strengths, double share) {
  double total = 0;
  for (const auto& one : strengths) total += std::max(one.value, 0.0);
  std::vector<std::string> names;
  double sum = 0;
  for (const auto& one : strengths) {
    if (!(one.value > 0) || sum >= share * total) break;
    names.push_back(one.name);
    sum += one.value;
  }
  return names;
}

}  // namespace holdfast::selection
