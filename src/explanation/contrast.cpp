#include "explanation/contrast.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/check.hpp"
#include "explanation/sample.hpp"
#include "models/cell_table.hpp"

namespace holdfast::explanation {
namespace {

using forms::Cell;

constexpr std::size_t kPopulationMax = 2000;
constexpr std::size_t kValuesMax = 24;   // Tried of one column.
constexpr std::size_t kBeam = 8;         // Sets carried to one change more.

/// A column and a value it could have.
struct Option {
  std::size_t column = 0;
  Cell value;
  double distance = 0;
};

/// Some options of different columns, and what the model says to them.
struct Attempt {
  std::vector<const Option*> options;
  double probability = 1;

  double distance() const {
    return std::transform_reduce(options.begin(), options.end(), 0.0, std::plus{},
                                 [](const Option* option) { return option->distance; });
  }
  bool has(std::size_t column) const {
    return std::ranges::any_of(options, [&](auto* option) { return option->column == column; });
  }
  std::set<std::size_t> columns() const {
    std::set<std::size_t> result;
    for (const auto* option : options) result.insert(option->column);
    return result;
  }
};

std::vector<Option> numeric_options(const Sample& population, std::size_t column,
                                    const Cell& current) {
  std::vector<double> values;
  for (std::size_t r = 0; r < population.rows(); ++r) {
    const auto& cell = population.row(r)[column];
    if (!cell.is_missing) values.push_back(cell.value);
  }
  std::ranges::sort(values);
  std::vector<Option> options;
  if (values.empty()) return options;
  const auto n = static_cast<double>(values.size());
  const auto rank = [&](double value) {
    return static_cast<double>(std::ranges::upper_bound(values, value) - values.begin()) / n;
  };
  const double own = current.is_missing ? 0.5 : rank(current.value);
  for (std::size_t i = 0; i < kValuesMax; ++i) {
    const double value = values[i * (values.size() - 1) / (kValuesMax - 1)];
    if (!current.is_missing && value == current.value) continue;
    if (!options.empty() && options.back().value.value == value) continue;
    options.push_back({column, {.value = value, .is_missing = false}, std::abs(rank(value) - own)});
  }
  return options;
}

std::vector<Option> category_options(const FittedModel& model, const Sample& population,
                                     std::size_t column, const Cell& current) {
  std::vector<double> counts(model.categories[column].size());
  for (std::size_t r = 0; r < population.rows(); ++r) {
    const auto& cell = population.row(r)[column];
    if (!cell.is_missing) counts[static_cast<std::size_t>(cell.code)] += 1;
  }
  std::vector<Option> options;
  for (std::size_t code = 0; code < counts.size(); ++code) {
    const auto own = static_cast<std::int32_t>(code);
    if (counts[code] == 0 || (!current.is_missing && current.code == own)) continue;
    options.push_back({column, {.code = own, .is_missing = false},
                       1 - counts[code] / static_cast<double>(population.rows())});
  }
  std::ranges::stable_sort(options, {}, &Option::distance);
  if (options.size() > kValuesMax) options.resize(kValuesMax);
  return options;
}

std::vector<Option> options_of(const FittedModel& model, const Sample& customer,
                               const Sample& population, const ContrastOptions& wanted) {
  std::vector<Option> options;
  for (std::size_t c = 0; c < model.column_names.size(); ++c) {
    const bool is_free = wanted.changeable.empty() ||
                         std::ranges::find(wanted.changeable, model.column_names[c]) !=
                             wanted.changeable.end();
    if (!is_free) continue;
    const auto& current = customer.row(0)[c];
    auto more = model.categories[c].empty() ? numeric_options(population, c, current)
                                            : category_options(model, population, c, current);
    options.insert(options.end(), more.begin(), more.end());
  }
  return options;
}

void ask(const FittedModel& model, const Sample& customer, std::vector<Attempt>& attempts) {
  const auto like = columns_of(model);
  models::CellTable table(like);
  for (const auto& attempt : attempts) {
    std::vector<Cell> row(customer.row(0).begin(), customer.row(0).end());
    for (const auto* option : attempt.options) row[option->column] = option->value;
    table.add(row);
  }
  const auto p = predict(model, table.view());
  for (std::size_t i = 0; i < attempts.size(); ++i) attempts[i].probability = p[i];
}

/// The sets that lower the probability most, each of other columns than the ones before.
std::vector<Attempt> promising(const std::vector<Attempt>& attempts) {
  auto sorted = attempts;
  std::ranges::stable_sort(sorted, {}, &Attempt::probability);
  std::vector<Attempt> kept;
  std::set<std::set<std::size_t>> seen;
  for (auto& attempt : sorted) {
    if (kept.size() == kBeam) break;
    if (seen.insert(attempt.columns()).second) kept.push_back(std::move(attempt));
  }
  return kept;
}

/// Every kept set with one change more; only sets whose columns are new.
std::vector<Attempt> extended(const std::vector<Attempt>& kept, const std::vector<Option>& options) {
  std::vector<Attempt> longer;
  for (const auto& attempt : kept) {
    for (const auto& option : options) {
      if (attempt.has(option.column)) continue;
      longer.push_back(attempt);
      longer.back().options.push_back(&option);
    }
  }
  return longer;
}

Text label_of(const std::vector<features::FeatureInfo>& features, const std::string& name) {
  const auto found = std::ranges::find(features, name, &features::FeatureInfo::name);
  if (found == features.end() || found->sentence.en.empty()) return {name, name};
  return {found->sentence.en, found->sentence.zh.empty() ? name : found->sentence.zh};
}

Text words_of(const FittedModel& model, const std::vector<features::FeatureInfo>& features,
              std::size_t column, const Cell& cell) {
  if (cell.is_missing) return {"–", "–"};
  if (!model.categories[column].empty()) {
    const auto& name = model.categories[column][static_cast<std::size_t>(cell.code)];
    return {name, name};
  }
  const auto& name = model.column_names[column];
  const auto found = std::ranges::find(features, name, &features::FeatureInfo::name);
  features::FeatureInfo info;
  if (found != features.end()) info = *found;
  return value_in_words(info, cell.value);
}

}  // namespace

std::vector<Contrast> contrasts_of(const FittedModel& model,
                                   const std::vector<features::FeatureInfo>& features,
                                   const dataset::Columns& customer,
                                   const dataset::Columns& population,
                                   const ContrastOptions& wanted) {
  HOLDFAST_CHECK(customer.rows == 1);
  const Sample one(model, customer, 1);
  const Sample others(model, population, kPopulationMax);
  const auto options = options_of(model, one, others, wanted);
  std::vector<Attempt> attempts(1);
  std::vector<Attempt> reached;
  std::set<std::size_t> used;  // Columns of contrasts found; a longer one through them says no more.
  for (int changes = 1; changes <= wanted.changes_max; ++changes) {
    attempts = extended(promising(attempts), options);
    if (attempts.empty()) break;
    ask(model, one, attempts);
    std::vector<Attempt> hits;
    for (const auto& attempt : attempts) {
      if (attempt.probability <= wanted.target) hits.push_back(attempt);
    }
    std::ranges::stable_sort(hits, {}, &Attempt::distance);
    for (auto& hit : hits) {
      if (reached.size() == static_cast<std::size_t>(wanted.contrasts_max)) break;
      const auto columns = hit.columns();
      if (std::ranges::any_of(columns, [&](auto c) { return used.contains(c); })) continue;
      used.insert(columns.begin(), columns.end());
      reached.push_back(std::move(hit));
    }
  }
  std::vector<Contrast> result;
  for (const auto& attempt : reached) {
    Contrast contrast{.probability = attempt.probability, .distance = attempt.distance()};
    for (const auto* option : attempt.options) {
      contrast.changes.push_back(
          {.feature = model.column_names[option->column],
           .label = label_of(features, model.column_names[option->column]),
           .from = words_of(model, features, option->column, one.row(0)[option->column]),
           .to = words_of(model, features, option->column, option->value),
           .distance = option->distance});
    }
    result.push_back(std::move(contrast));
  }
  return result;
}

std::vector<Difference> compare_customers(const std::vector<features::FeatureInfo>& features,
                                          const dataset::Columns& a, const dataset::Columns& b,
                                          std::span<const double> a_parts,
                                          std::span<const double> b_parts) {
  HOLDFAST_CHECK(a.rows == 1 && b.rows == 1 && a.columns.size() == b.columns.size());
  HOLDFAST_CHECK(a_parts.size() == a.columns.size() + 1 && b_parts.size() == a_parts.size());
  const auto words = [&](const dataset::ColumnView& column) -> Text {
    if (column.valid[0] == 0) return {"–", "–"};
    if (column.is_category()) return {column.categories[column.codes[0]], column.categories[column.codes[0]]};
    const auto found = std::ranges::find(features, column.name, &features::FeatureInfo::name);
    return value_in_words(found == features.end() ? features::FeatureInfo{} : *found,
                          column.values[0]);
  };
  std::vector<Difference> result;
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    result.push_back({.feature = std::string(a.columns[c].name),
                      .label = label_of(features, std::string(a.columns[c].name)),
                      .a = words(a.columns[c]),
                      .b = words(b.columns[c]),
                      .contribution = a_parts[c] - b_parts[c]});
  }
  std::ranges::stable_sort(result, std::greater{},
                           [](const auto& one) { return std::abs(one.contribution); });
  return result;
}

}  // namespace holdfast::explanation
