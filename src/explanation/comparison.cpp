#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "explanation/reasons.hpp"

namespace holdfast::explanation {
namespace {

// Whole percents need no more.
constexpr std::size_t kSampleRows = 100'000;

std::vector<double> quantiles_of(const dataset::ColumnView& column, std::size_t rows) {
  const std::size_t stride = std::max<std::size_t>(1, rows / kSampleRows);
  std::vector<double> values;
  values.reserve(rows / stride + 1);
  for (std::size_t row = 0; row < rows; row += stride) {
    if (column.valid[row] != 0) values.push_back(column.values[row]);
  }
  if (values.empty()) return {};
  std::ranges::sort(values);
  std::vector<double> quantiles(101);
  for (std::size_t percent = 0; percent <= 100; ++percent) {
    // Values that occur, never between two: a count of 2.5 claims would compare with nobody.
    quantiles[percent] = values[(values.size() - 1) * percent / 100];
  }
  return quantiles;
}

std::vector<std::pair<std::string, double>> shares_of(const dataset::ColumnView& column,
                                                      std::size_t rows) {
  std::vector<std::int64_t> counts(column.categories.size(), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    if (column.valid[row] != 0) ++counts[column.codes[row]];
  }
  std::vector<std::pair<std::string, double>> shares;
  shares.reserve(counts.size());
  for (std::size_t code = 0; code < counts.size(); ++code) {
    shares.emplace_back(column.categories[code],
                        static_cast<double>(counts[code]) / static_cast<double>(rows));
  }
  return shares;
}

Comparison compare(const dataset::ColumnView& column, std::size_t rows) {
  Comparison comparison;
  if (rows == 0) return comparison;
  const auto present = std::ranges::count_if(column.valid, [](auto valid) { return valid != 0; });
  comparison.missing_share = 1.0 - static_cast<double>(present) / static_cast<double>(rows);
  if (column.is_category()) {
    comparison.shares = shares_of(column, rows);
  } else if (!column.values.empty()) {
    comparison.quantiles = quantiles_of(column, rows);
  }
  return comparison;
}

}  // namespace

std::vector<Comparison> compare_population(const dataset::Columns& columns) {
  std::vector<Comparison> population(columns.columns.size());
  parallel_for(population.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      population[i] = compare(columns.columns[i], columns.rows);
    }
  });
  return population;
}

Text standing_of(const Comparison& population, double value) {
  const auto& quantiles = population.quantiles;
  if (quantiles.size() != 101 || quantiles.front() == quantiles.back()) return {};
  const auto below_count = std::ranges::lower_bound(quantiles, value) - quantiles.begin();
  const auto above_count = quantiles.end() - std::ranges::upper_bound(quantiles, value);
  const auto below = static_cast<int>(std::clamp<std::ptrdiff_t>(below_count - 1, 0, 99));
  const auto above = static_cast<int>(std::clamp<std::ptrdiff_t>(above_count - 1, 0, 99));
  const auto same = static_cast<int>(101 - below_count - above_count);
  if (same >= 50) {
    const int percent = std::min(same, 99);
    return {fmt::format("as for {} % of customers", percent), fmt::format("与{}%的客户相同", percent)};
  }
  if (below >= above && below >= 50) {
    return {fmt::format("more than {} % of customers", below), fmt::format("高于{}%的客户", below)};
  }
  if (above >= 50) {
    return {fmt::format("less than {} % of customers", above), fmt::format("低于{}%的客户", above)};
  }
  return {"in the middle of all customers", "处于客户的中间水平"};
}

}  // namespace holdfast::explanation
