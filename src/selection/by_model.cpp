#include "selection/by_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "core/hash.hpp"
#include "core/random.hpp"
#include "evaluation/evaluation.hpp"
#include "models/cell_table.hpp"

namespace holdfast::selection {
namespace {

constexpr double kCommonShare = 0.05;

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

double deviation_of(const dataset::ColumnView& column, double mean) {
  double sum = 0, known = 0;
  for (std::size_t r = 0; r < column.valid.size(); ++r) {
    if (column.valid[r] == 0) continue;
    sum += (column.values[r] - mean) * (column.values[r] - mean);
    ++known;
  }
  return known > 0 ? std::sqrt(sum / known) : 0;
}

/// Values a column of the base point is changed to.
std::vector<forms::Cell> changes_of(const dataset::ColumnView& column, const forms::Cell& base) {
  if (!column.is_category()) {
    if (base.is_missing || column.values.empty()) return {};
    const double step = base.value != 0 ? base.value : deviation_of(column, 0);
    return {{.value = base.value + step, .is_missing = false}};
  }
  std::vector<std::size_t> counts(column.categories.size());
  for (std::size_t r = 0; r < column.valid.size(); ++r) {
    if (column.valid[r] != 0) ++counts[column.codes[r]];
  }
  std::vector<forms::Cell> cells;
  for (std::size_t code = 0; code < counts.size(); ++code) {
    const auto own = static_cast<std::int32_t>(code);
    const bool is_common = static_cast<double>(counts[code]) >=
                           kCommonShare * static_cast<double>(column.valid.size());
    if (is_common && own != base.code) cells.push_back({.code = own, .is_missing = false});
  }
  return cells;
}

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
                                            const dataset::Columns& columns) {
  const auto like = columns_of(model);
  models::CellTable table(like);
  table.add(model.reference);
  std::vector<std::size_t> column_of;
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    const auto found = std::ranges::find(columns.columns, model.column_names[c],
                                         &dataset::ColumnView::name);
    if (found == columns.columns.end()) continue;
    auto row = model.reference;
    for (const auto& cell : changes_of(*found, model.reference[c])) {
      row[c] = cell;
      table.add(row);
      column_of.push_back(c);
    }
  }
  const auto p = predict(model, table.view());
  std::vector<double> change(model.column_names.size());
  for (std::size_t i = 0; i < column_of.size(); ++i) {
    auto& own = change[column_of[i]];
    own = std::max(own, std::abs(p[i + 1] - p[0]) / p[0]);
  }
  const double total = std::accumulate(change.begin(), change.end(), 0.0);
  std::vector<Strength> result;
  for (std::size_t c = 0; c < change.size(); ++c) {
    result.push_back({model.column_names[c], total > 0 ? change[c] / total : 0});
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
