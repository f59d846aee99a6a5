#include <algorithm>
#include <cmath>
#include <map>

#include "core/check.hpp"
#include "core/parallel.hpp"
#include "evaluation/evaluation.hpp"

namespace holdfast::evaluation {
namespace {

using dataset::Split;

constexpr std::size_t kBinsMax = 10;
// Contract-relative cutoffs fall on any day; beyond this many they are taken together by month.
constexpr std::size_t kCutoffsMax = 36;
// A share of nothing would make the logarithm infinite.
constexpr double kShareMin = 1e-4;
// A smaller group's index says more about chance than about drift.
constexpr std::size_t kRowsMin = 30;
// Bin borders of larger samples do not differ visibly.
constexpr std::size_t kSampleMax = 50'000;

Day month_of(Day day) {
  const auto civil = civil_of(day);
  return *day_from_civil(civil.year, civil.month, 1);
}

struct CutoffGroup {
  Day cutoff;
  std::vector<std::uint32_t> rows;
};

std::vector<CutoffGroup> cutoff_groups(const dataset::Dataset& dataset) {
  std::map<Day, std::vector<std::uint32_t>> by_day;
  for (std::uint32_t row = 0; row < dataset.matrix.rows; ++row) {
    by_day[Day{dataset.matrix.cutoff_day[row]}].push_back(row);
  }
  if (by_day.size() > kCutoffsMax) {
    std::map<Day, std::vector<std::uint32_t>> by_month;
    for (const auto& [day, rows] : by_day) {
      auto& month = by_month[month_of(day)];
      month.insert(month.end(), rows.begin(), rows.end());
    }
    by_day.swap(by_month);
  }
  std::vector<CutoffGroup> groups;
  for (auto& [day, rows] : by_day) {
    if (rows.size() >= kRowsMin) groups.push_back({day, std::move(rows)});
  }
  return groups;
}

// Upper borders of bins with about equal training rows; the last bin is open.
std::vector<double> quantile_borders(std::vector<double> values) {
  if (values.size() > kSampleMax) {
    const auto stride = values.size() / kSampleMax + 1;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values.size(); i += stride) values[kept++] = values[i];
    values.resize(kept);
  }
  std::ranges::sort(values);
  std::vector<double> borders;
  for (std::size_t k = 1; k < kBinsMax && !values.empty(); ++k) {
    const double border = values[k * (values.size() - 1) / kBinsMax];
    // The largest value as a border would leave an empty open bin.
    if (border == values.back()) break;
    if (borders.empty() || borders.back() != border) borders.push_back(border);
  }
  return borders;
}

// Cells as bin numbers; the last bin is for missing ones.
struct Binned {
  std::vector<std::uint32_t> bin;
  std::size_t bins_count = 0;
};

Binned binned_numbers(std::span<const double> values, std::span<const std::uint8_t> valid,
                      std::span<const std::uint32_t> train) {
  std::vector<double> expected;
  expected.reserve(train.size());
  for (const auto row : train) {
    if (valid.empty() || valid[row]) expected.push_back(values[row]);
  }
  const auto borders = quantile_borders(std::move(expected));
  Binned binned;
  binned.bins_count = borders.size() + 2;
  const auto missing = static_cast<std::uint32_t>(borders.size() + 1);
  binned.bin.resize(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    binned.bin[row] = !valid.empty() && !valid[row]
                          ? missing
                          : static_cast<std::uint32_t>(
                                std::ranges::lower_bound(borders, values[row]) - borders.begin());
  }
  return binned;
}

Binned binned_categories(const features::FeatureColumn& column) {
  Binned binned;
  const auto missing = static_cast<std::uint32_t>(column.categories.size());
  binned.bins_count = column.categories.size() + 1;
  binned.bin.resize(column.valid.size());
  for (std::size_t row = 0; row < column.valid.size(); ++row) {
    binned.bin[row] = column.valid[row] ? column.codes[row] : missing;
  }
  return binned;
}

std::vector<double> shares(const Binned& binned, std::span<const std::uint32_t> rows) {
  std::vector<double> counts(binned.bins_count, 0);
  for (const auto row : rows) ++counts[binned.bin[row]];
  for (auto& count : counts) count /= static_cast<double>(rows.size());
  return counts;
}

Stability stability_of(std::string name, const Binned& binned, std::span<const std::uint32_t> train,
                       const std::vector<CutoffGroup>& groups) {
  Stability stability;
  stability.name = std::move(name);
  if (train.empty()) return stability;
  const auto expected = shares(binned, train);
  for (const auto& group : groups) {
    const double psi = population_stability_index(expected, shares(binned, group.rows));
    stability.cutoffs.push_back(group.cutoff);
    stability.psi.push_back(psi);
    stability.psi_max = std::max(stability.psi_max, psi);
  }
  return stability;
}

}  // namespace

double population_stability_index(std::span<const double> expected,
                                  std::span<const double> actual) {
  HOLDFAST_CHECK(expected.size() == actual.size());
  double psi = 0;
  for (std::size_t bin = 0; bin < expected.size(); ++bin) {
    if (expected[bin] == 0 && actual[bin] == 0) continue;
    const double e = std::max(expected[bin], kShareMin);
    const double a = std::max(actual[bin], kShareMin);
    psi += (a - e) * std::log(a / e);
  }
  return psi;
}

std::vector<Stability> feature_stability(const dataset::Dataset& dataset) {
  const auto train = dataset.rows_of(Split::Train);
  const auto groups = cutoff_groups(dataset);
  std::vector<Stability> all(dataset.modelled.size());
  parallel_for(all.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto index = dataset.modelled[i];
      const auto& column = dataset.matrix.columns[index];
      const auto binned = column.values.empty()
                              ? binned_categories(column)
                              : binned_numbers(column.values, column.valid, train);
      all[i] = stability_of(dataset.matrix.features[index].name, binned, train, groups);
    }
  });
  return all;
}

Stability score_stability(std::span<const double> probability, const dataset::Dataset& dataset) {
  HOLDFAST_CHECK(probability.size() == dataset.matrix.rows);
  const auto train = dataset.rows_of(Split::Train);
  return stability_of("score", binned_numbers(probability, {}, train), train,
                      cutoff_groups(dataset));
}

}  // namespace holdfast::evaluation
