#include "explanation/dependence.hpp"

#include <algorithm>
#include <numeric>

#include "explanation/sample.hpp"
#include "models/cell_table.hpp"

namespace holdfast::explanation {
namespace {

using forms::Cell;

constexpr std::size_t kRowsAsked = 8192;  // Of a model at once.

/// Values that occur in the sample, each once, at even quantiles.
std::vector<Cell> numeric_grid(const Sample& sample, std::size_t column, std::size_t points_max) {
  std::vector<double> values;
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    const auto& cell = sample.row(r)[column];
    if (!cell.is_missing) values.push_back(cell.value);
  }
  std::ranges::sort(values);
  std::vector<Cell> grid;
  const std::size_t points = std::min(points_max, values.size());
  for (std::size_t i = 0; i < points; ++i) {
    const auto at = points == 1 ? 0 : i * (values.size() - 1) / (points - 1);
    if (!grid.empty() && grid.back().value == values[at]) continue;
    grid.push_back({.value = values[at], .is_missing = false});
  }
  return grid;
}

/// Codes that occur, most frequent first.
std::vector<Cell> category_grid(const FittedModel& model, const Sample& sample, std::size_t column,
                                std::size_t points_max) {
  std::vector<std::size_t> counts(model.categories[column].size());
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    const auto& cell = sample.row(r)[column];
    if (!cell.is_missing) ++counts[static_cast<std::size_t>(cell.code)];
  }
  std::vector<std::int32_t> codes(counts.size());
  std::iota(codes.begin(), codes.end(), 0);
  std::ranges::stable_sort(codes, std::greater{},
                           [&](auto code) { return counts[static_cast<std::size_t>(code)]; });
  std::vector<Cell> grid;
  for (const auto code : codes) {
    if (counts[static_cast<std::size_t>(code)] == 0 || grid.size() == points_max) break;
    grid.push_back({.code = code, .is_missing = false});
  }
  return grid;
}

double share_of(const Sample& sample, std::size_t column, const Cell& at) {
  std::size_t count = 0;
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    const auto& cell = sample.row(r)[column];
    if (at.is_missing || cell.is_missing) count += at.is_missing && cell.is_missing;
    else if (at.code >= 0) count += cell.code == at.code;
    else count += cell.value <= at.value;
  }
  return static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(sample.rows(), 1));
}

/// Probabilities of the sample with the column set to each grid value, grid value by grid value.
std::vector<double> answers(const FittedModel& model, const Sample& sample, std::size_t column,
                            const std::vector<Cell>& grid) {
  const auto like = columns_of(model);
  models::CellTable table(like);
  for (const auto& value : grid) {
    for (std::size_t r = 0; r < sample.rows(); ++r) {
      std::vector<Cell> row(sample.row(r).begin(), sample.row(r).end());
      row[column] = value;
      table.add(row);
    }
  }
  return predict(model, table.view());
}

DependencePoint point_of(std::vector<double> answers) {
  std::ranges::sort(answers);
  const auto last = answers.size() - 1;
  return {.mean = std::accumulate(answers.begin(), answers.end(), 0.0) /
                  static_cast<double>(answers.size()),
          .lower = answers[last / 10],
          .upper = answers[last - last / 10]};
}

Dependence dependence(const FittedModel& model, const Sample& sample, const std::string& name,
                      std::size_t points_max) {
  const auto column = column_index(model, name);
  Dependence result{.column = name, .is_category = !model.categories[column].empty()};
  auto grid = result.is_category ? category_grid(model, sample, column, points_max)
                                 : numeric_grid(sample, column, points_max);
  if (share_of(sample, column, {}) > 0) grid.push_back({});
  const auto all = answers(model, sample, column, grid);
  double low = 1, high = 0;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(i * sample.rows());
    auto point = point_of({from, from + static_cast<std::ptrdiff_t>(sample.rows())});
    point.is_missing = grid[i].is_missing;
    if (!grid[i].is_missing && result.is_category) {
      point.category = model.categories[column][static_cast<std::size_t>(grid[i].code)];
    } else if (!grid[i].is_missing) {
      point.value = grid[i].value;
    }
    point.share = share_of(sample, column, grid[i]);
    low = std::min(low, point.mean);
    high = std::max(high, point.mean);
    result.points.push_back(std::move(point));
  }
  result.range = grid.empty() ? 0 : high - low;
  return result;
}

/// Mean logit over the sample with some columns set as in row r, for every r; centred.
std::vector<double> partial(const FittedModel& model, const Sample& sample,
                            const std::vector<std::size_t>& set) {
  const auto like = columns_of(model);
  const std::size_t rows = sample.rows();
  std::vector<double> result(rows, 0.0);
  // Many rows a question: some models make a table of themselves before they answer.
  const std::size_t at_once = std::max<std::size_t>(1, kRowsAsked / std::max<std::size_t>(rows, 1));
  for (std::size_t begin = 0; begin < rows; begin += at_once) {
    const auto end = std::min(rows, begin + at_once);
    models::CellTable table(like);
    for (auto r = begin; r < end; ++r) {
      for (std::size_t other = 0; other < rows; ++other) {
        std::vector<Cell> row(sample.row(other).begin(), sample.row(other).end());
        for (const auto column : set) row[column] = sample.row(r)[column];
        table.add(row);
      }
    }
    const auto p = predict(model, table.view());
    for (std::size_t i = 0; i < p.size(); ++i) result[begin + i / rows] += logit_of(p[i]);
  }
  for (double& sum : result) sum /= static_cast<double>(rows);
  const double mean = std::accumulate(result.begin(), result.end(), 0.0) /
                      static_cast<double>(std::max<std::size_t>(result.size(), 1));
  for (double& value : result) value -= mean;
  return result;
}

}  // namespace

std::vector<Dependence> dependence_of(const FittedModel& model, const dataset::Columns& columns,
                                      const std::vector<std::string>& names, int points_max,
                                      std::size_t rows_max) {
  std::vector<Dependence> result;
  if (columns.rows == 0) return result;
  const Sample sample(model, columns, rows_max);
  for (const auto& name : names) {
    result.push_back(dependence(model, sample, name, static_cast<std::size_t>(points_max)));
  }
  return result;
}

std::vector<Interaction> interactions_of(const FittedModel& model, const dataset::Columns& columns,
                                         const std::vector<std::string>& names,
                                         std::size_t rows_max) {
  std::vector<Interaction> result;
  if (columns.rows == 0) return result;
  const Sample sample(model, columns, rows_max);
  std::vector<std::size_t> indices;
  std::vector<std::vector<double>> own;
  for (const auto& name : names) {
    indices.push_back(column_index(model, name));
    own.push_back(partial(model, sample, {indices.back()}));
  }
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t b = a + 1; b < names.size(); ++b) {
      const auto both = partial(model, sample, {indices[a], indices[b]});
      double joint = 0, total = 0;
      for (std::size_t r = 0; r < both.size(); ++r) {
        const double rest = both[r] - own[a][r] - own[b][r];
        joint += rest * rest;
        total += both[r] * both[r];
      }
      const double rows = static_cast<double>(both.size());
      // Rounding alone would make a strength out of two columns that do nothing.
      const double strength = total > 1e-18 * rows ? std::sqrt(joint / total) : 0;
      result.push_back({.a = names[a], .b = names[b], .strength = std::min(strength, 1.0),
                        .size = std::sqrt(joint / rows)});
    }
  }
  std::ranges::stable_sort(result, std::greater{}, &Interaction::size);
  return result;
}

}  // namespace holdfast::explanation
