#include "selection/univariate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "core/special_functions.hpp"
#include "dataset/discretise.hpp"

namespace holdfast::selection {
namespace {

constexpr std::size_t kStatesMax = 255;

bool is_known(const dataset::ColumnView& column, std::size_t row) {
  return column.valid[row] != 0 && (column.is_category() || std::isfinite(column.values[row]));
}

std::vector<std::uint8_t> numeric_states(const dataset::ColumnView& column,
                                         std::span<const double> weight, int bins,
                                         std::size_t& count) {
  dataset::Labelled1d known;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0) || !is_known(column, r)) continue;
    known.values.push_back(column.values[r]);
    known.weight.push_back(weight[r]);
  }
  const auto cuts = dataset::equal_frequency_cuts(known, bins);
  const auto missing = static_cast<std::uint8_t>(cuts.size() + 1);
  std::vector<std::uint8_t> states(weight.size());
  bool has_missing = false;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    const bool known_here = is_known(column, r);
    has_missing |= !known_here;
    states[r] = known_here ? static_cast<std::uint8_t>(dataset::state_of(cuts, column.values[r]))
                           : missing;
  }
  count = cuts.size() + (has_missing ? 2 : 1);
  return states;
}

std::vector<std::uint8_t> category_states(const dataset::ColumnView& column,
                                          std::span<const double> weight, int bins,
                                          std::size_t& count) {
  std::vector<double> sums(column.categories.size());
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (weight[r] > 0 && column.valid[r] != 0) sums[column.codes[r]] += weight[r];
  }
  std::vector<std::size_t> order(sums.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](auto code) { return sums[code]; });
  const auto most = std::min(static_cast<std::size_t>(bins), sums.size());
  std::vector<std::uint8_t> state_of(sums.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    state_of[order[i]] = static_cast<std::uint8_t>(std::min(i, most - 1));
  }
  std::vector<std::uint8_t> states(weight.size());
  bool has_missing = false;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    has_missing |= column.valid[r] == 0;
    states[r] = column.valid[r] != 0 ? state_of[column.codes[r]] : static_cast<std::uint8_t>(most);
  }
  count = most + (has_missing ? 1 : 0);
  return states;
}

double plogp(double share) { return share > 0 ? -share * std::log2(share) : 0; }

/// Leavers and stayers of each state.
struct Table {
  std::vector<double> leavers, stayers;
  double leavers_total = 0, stayers_total = 0;
};

Table table_of(const std::vector<std::uint8_t>& states, std::size_t count,
               std::span<const std::uint8_t> y, std::span<const double> weight) {
  Table table{std::vector<double>(count), std::vector<double>(count)};
  for (std::size_t r = 0; r < states.size(); ++r) {
    if (weight[r] > 0) (y[r] == 1 ? table.leavers : table.stayers)[states[r]] += weight[r];
  }
  table.leavers_total = std::accumulate(table.leavers.begin(), table.leavers.end(), 0.0);
  table.stayers_total = std::accumulate(table.stayers.begin(), table.stayers.end(), 0.0);
  return table;
}

void measure(const Table& table, Univariate& result) {
  const double total = table.leavers_total + table.stayers_total;
  const double churn_rate = table.leavers_total / total;
  const double states = static_cast<double>(table.leavers.size());
  double entropy_after = 0, split_entropy = 0;
  int occurring = 0;
  for (std::size_t s = 0; s < table.leavers.size(); ++s) {
    const double size = table.leavers[s] + table.stayers[s];
    const double leavers_share = (table.leavers[s] + 0.5) / (table.leavers_total + 0.5 * states);
    const double stayers_share = (table.stayers[s] + 0.5) / (table.stayers_total + 0.5 * states);
    result.information_value += (leavers_share - stayers_share) * std::log(leavers_share / stayers_share);
    if (!(size > 0)) continue;
    ++occurring;
    const double expected = size * churn_rate, expected_stay = size * (1 - churn_rate);
    result.chi_squared += (table.leavers[s] - expected) * (table.leavers[s] - expected) / expected +
                          (table.stayers[s] - expected_stay) * (table.stayers[s] - expected_stay) /
                              expected_stay;
    const double rate = table.leavers[s] / size;
    entropy_after += size / total * (plogp(rate) + plogp(1 - rate));
    split_entropy += plogp(size / total);
  }
  if (occurring < 2) return;
  result.p_value = chi_squared_upper_p(result.chi_squared, occurring - 1);
  result.cramers_v = std::sqrt(result.chi_squared / total);
  result.information_gain = std::max(plogp(churn_rate) + plogp(1 - churn_rate) - entropy_after, 0.0);
  result.gain_ratio = split_entropy > 0 ? result.information_gain / split_entropy : 0;
}

double correlation_of(const dataset::ColumnView& column, std::span<const std::uint8_t> y,
                      std::span<const double> weight) {
  if (column.is_category() || column.values.empty()) return 0;
  double n = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0) || !is_known(column, r)) continue;
    n += weight[r];
    const double dx = column.values[r] - mx, dy = (y[r] == 1 ? 1 : 0) - my;
    mx += dx * (weight[r] / n);
    my += dy * (weight[r] / n);
    xx += weight[r] * dx * (column.values[r] - mx);
    yy += weight[r] * dy * ((y[r] == 1 ? 1 : 0) - my);
    xy += weight[r] * dx * ((y[r] == 1 ? 1 : 0) - my);
  }
  const double scale = std::sqrt(xx) * std::sqrt(yy);
  return scale > 0 && std::isfinite(scale) ? std::clamp(xy / scale, -1.0, 1.0) : 0;
}

}  // namespace

Discrete discretised(const dataset::Columns& columns, std::span<const double> weight, int bins) {
  bins = std::min(bins, static_cast<int>(kStatesMax) - 2);
  Discrete result{.rows = columns.rows};
  result.states.resize(columns.columns.size());
  result.states_count.assign(columns.columns.size(), 1);
  for (const auto& column : columns.columns) result.names.emplace_back(column.name);
  parallel_for(columns.columns.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      const auto& column = columns.columns[c];
      if (column.is_category()) {
        result.states[c] = category_states(column, weight, bins, result.states_count[c]);
      } else if (column.values.empty()) {
        result.states[c].assign(columns.rows, 0);
      } else {
        result.states[c] = numeric_states(column, weight, bins, result.states_count[c]);
      }
    }
  });
  return result;
}

std::vector<Univariate> univariate(const dataset::Columns& columns, const Discrete& discrete,
                                   std::span<const std::uint8_t> y, std::span<const double> weight) {
  std::vector<Univariate> result(columns.columns.size());
  parallel_for(result.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      result[c].name = discrete.names[c];
      const auto table = table_of(discrete.states[c], discrete.states_count[c], y, weight);
      if (!(table.leavers_total > 0) || !(table.stayers_total > 0)) continue;
      measure(table, result[c]);
      result[c].correlation = correlation_of(columns.columns[c], y, weight);
    }
  });
  std::ranges::stable_sort(result, std::greater{}, &Univariate::information_value);
  return result;
}

}  // namespace holdfast::selection
