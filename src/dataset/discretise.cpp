#include "dataset/discretise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace holdfast::dataset {
namespace {

/// Sorted rows with running class weights.
struct Sorted {
  std::vector<double> values;               // [n] ascending.
  std::vector<std::vector<double>> before;  // [n + 1][classes] weight of the rows before.
};

Sorted sorted(const Labelled1d& column, std::size_t classes) {
  std::vector<std::uint32_t> order(column.values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](auto r) { return column.values[r]; });
  Sorted result;
  std::vector<double> running(classes, 0.0);
  result.before.push_back(running);
  for (const auto r : order) {
    if (!(column.weight[r] > 0)) continue;
    result.values.push_back(column.values[r]);
    running[column.y[r]] += column.weight[r];
    result.before.push_back(running);
  }
  return result;
}

struct Part {
  double total = 0, entropy = 0;
  int classes = 0;
};

Part part_of(const Sorted& rows, std::size_t begin, std::size_t end) {
  Part part;
  const auto& a = rows.before[begin];
  const auto& b = rows.before[end];
  for (std::size_t k = 0; k < a.size(); ++k) part.total += b[k] - a[k];
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double share = (b[k] - a[k]) / part.total;
    if (!(share > 0)) continue;
    part.entropy -= share * std::log2(share);
    ++part.classes;
  }
  return part;
}

double between(double a, double b) {
  const double middle = a / 2 + b / 2;
  return middle < b ? middle : a;  // Rounding must not carry the upper value below the cut.
}

void split(const Sorted& rows, std::size_t begin, std::size_t end, std::vector<double>& cuts) {
  const auto whole = part_of(rows, begin, end);
  if (whole.classes < 2) return;
  double least = whole.entropy;
  std::size_t best = begin;
  for (std::size_t i = begin + 1; i < end; ++i) {
    if (rows.values[i] == rows.values[i - 1]) continue;
    const auto low = part_of(rows, begin, i);
    const auto high = part_of(rows, i, end);
    const double entropy = (low.total * low.entropy + high.total * high.entropy) / whole.total;
    if (entropy < least) least = entropy, best = i;
  }
  if (best == begin) return;
  const auto low = part_of(rows, begin, best);
  const auto high = part_of(rows, best, end);
  const double gain = whole.entropy - least;
  const double delta = std::log2(std::pow(3.0, whole.classes) - 2) -
                       (whole.classes * whole.entropy - low.classes * low.entropy -
                        high.classes * high.entropy);
  if (!(gain > (std::log2(std::max(whole.total - 1, 1.0)) + delta) / whole.total)) return;
  split(rows, begin, best, cuts);
  cuts.push_back(between(rows.values[best - 1], rows.values[best]));
  split(rows, best, end, cuts);
}

}  // namespace

std::vector<double> mdlp_cuts(const Labelled1d& column, std::size_t classes_count) {
  const auto rows = sorted(column, classes_count);
  std::vector<double> cuts;
  if (rows.values.size() > 1) split(rows, 0, rows.values.size(), cuts);
  return cuts;
}

std::vector<double> equal_frequency_cuts(const Labelled1d& column, int bins) {
  std::vector<std::uint32_t> order;
  double total = 0;
  for (std::uint32_t r = 0; r < column.values.size(); ++r) {
    if (!(column.weight[r] > 0)) continue;
    order.push_back(r);
    total += column.weight[r];
  }
  std::ranges::stable_sort(order, {}, [&](auto r) { return column.values[r]; });
  std::vector<double> cuts;
  double seen = 0;
  int next = 1;
  for (std::size_t i = 0; i + 1 < order.size() && next < bins; ++i) {
    seen += column.weight[order[i]];
    const double value = column.values[order[i]], after = column.values[order[i + 1]];
    if (value == after || seen < total * next / bins) continue;
    cuts.push_back(between(value, after));
    while (next < bins && seen >= total * next / bins) ++next;
  }
  return cuts;
}

std::size_t state_of(std::span<const double> cuts, double value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(cuts, value) - cuts.begin());
}

}  // namespace holdfast::dataset
