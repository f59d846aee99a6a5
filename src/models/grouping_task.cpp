#include "models/grouping_task.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/check.hpp"
#include "models/errors.hpp"
#include "models/task.hpp"

namespace holdfast::models {
namespace {

constexpr double kSkewed = 1;

bool is_present(const dataset::ColumnView& column, std::size_t row) {
  return column.valid[row] != 0 && (column.is_category() || std::isfinite(column.values[row]));
}

double skewness(const dataset::ColumnView& column, std::size_t rows) {
  double count = 0, mean = 0, largest = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    if (is_present(column, r)) largest = std::max(largest, std::abs(column.values[r]));
  }
  if (largest == 0) return 0;
  for (std::size_t r = 0; r < rows; ++r) {
    if (!is_present(column, r)) continue;
    count += 1;
    mean += (column.values[r] / largest - mean) / count;
  }
  double squares = 0, cubes = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    if (!is_present(column, r)) continue;
    const double gap = column.values[r] / largest - mean;
    squares += gap * gap / count;
    cubes += gap * gap * gap / count;
  }
  return squares > 0 ? cubes / std::pow(squares, 1.5) : 0;
}

dataset::Preparation number_terms(const dataset::ColumnView& column, std::size_t rows,
                                  const GroupingOptions& options) {
  const bool is_skewed = options.straightens && std::abs(skewness(column, rows)) > kSkewed;
  const std::vector<double> weight(rows, 1.0);
  return dataset::fit_preparation(
      {.rows = rows, .columns = {column}}, {}, weight,
      {.adds_missing_indicator = false,
       .outlier_quantile = options.outlier_quantile,
       .transform = is_skewed ? dataset::Transform::YeoJohnson : dataset::Transform::None});
}

struct States {
  std::vector<std::size_t> frequent, rare;  // Of the column's categories.
  std::size_t missing = 0;
};

States states_of(const dataset::ColumnView& column, std::size_t rows, double rare_share) {
  std::vector<std::size_t> counts(column.categories.size());
  States states;
  for (std::size_t r = 0; r < rows; ++r) {
    if (is_present(column, r)) ++counts[column.codes[r]];
    else ++states.missing;
  }
  const double least = rare_share * static_cast<double>(rows);
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    (static_cast<double>(counts[c]) < least ? states.rare : states.frequent).push_back(c);
  }
  return states;
}

void add_category(const dataset::ColumnView& column, const GroupingOptions& options,
                  GroupingRows& made) {
  using dataset::Term;
  auto& terms = made.preparation.terms;
  const auto states = states_of(column, made.rows, options.rare_share);
  const auto count = states.frequent.size() + (states.rare.empty() ? 0 : 1) + (states.missing > 0 ? 1 : 0);
  const std::string name(column.name);
  if (count < 2) {
    made.preparation.notes.push_back(
        {fmt::format("{} left out: constant or missing in training", name),
         fmt::format("未使用 {}:训练样本中为常数或全部缺失", name)});
    return;
  }
  std::vector<std::size_t> category;
  std::vector<std::string> known;
  const auto add = [&](Term term) {
    category.push_back(terms.size());
    term.column = name;
    terms.push_back(std::move(term));
  };
  for (const auto c : states.frequent) {
    const auto& value = column.categories[c];
    known.push_back(value);
    add({.kind = Term::Kind::Indicator, .name = name + "=" + value, .categories = {value}});
  }
  if (!states.rare.empty()) {
    std::vector<std::string> rare;
    for (const auto c : states.rare) rare.push_back(column.categories[c]);
    add({.kind = Term::Kind::Indicator, .name = name + "=other", .categories = std::move(rare),
         .takes_unknown = true, .known = known});
  }
  if (states.missing > 0) add({.kind = Term::Kind::Missing, .name = name + " is missing"});
  made.categories.push_back(std::move(category));
}

}  // namespace

Result<GroupingRows> grouping_rows(std::string_view model_id, const GroupingTask& task,
                                   const GroupingOptions& options) {
  if (task.train.rows == 0) return Error{errors::kNoRows, {{"model", model_id}}};
  GroupingRows made{.rows = task.train.rows};
  for (const auto& column : task.train.columns) {
    if (column.is_category()) {
      add_category(column, options, made);
      continue;
    }
    if (column.values.empty()) continue;
    auto part = number_terms(column, made.rows, options);
    for (auto& term : part.terms) {
      made.numbers.push_back(made.preparation.terms.size());
      made.preparation.terms.push_back(std::move(term));
    }
    std::ranges::move(part.notes, std::back_inserter(made.preparation.notes));
  }
  if (made.preparation.terms.empty()) {
    return Error{errors::kNoUsableColumn, {{"model", model_id}}};
  }
  made.terms = dataset::apply(made.preparation, task.train);
  return made;
}

FittedModel started(std::string_view model_id, const GroupingTask& task,
                    const Parameters& parameters) {
  FittedModel model;
  model.kind = ModelKind::Grouping;
  model.model_id = model_id;
  model.parameters = parameters;
  model.seed = task.seed;
  model.reference = reference_of(task.train, std::vector<double>(task.train.rows, 1.0));
  for (const auto& column : task.train.columns) {
    model.column_names.emplace_back(column.name);
    model.categories.emplace_back(column.categories.begin(), column.categories.end());
  }
  return model;
}

std::vector<forms::NearestCluster> groups_of(const FittedModel& model,
                                             const dataset::Columns& columns) {
  const auto* form = std::get_if<forms::ClusterProfiles>(&model.form);
  HOLDFAST_CHECK(form != nullptr);
  const auto distances = raw_score(model, columns);
  const std::size_t clusters = form->clusters.size();
  std::vector<forms::NearestCluster> found;
  found.reserve(columns.rows);
  for (std::size_t r = 0; r < columns.rows; ++r) {
    found.push_back(nearest_of(*form, std::span(distances).subspan(r * clusters, clusters)));
  }
  return found;
}

}  // namespace holdfast::models
