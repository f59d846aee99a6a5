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

/// A run of equal values, or of neighbours joined; counts by class.
struct Interval {
  double lower = 0, upper = 0;  // Least and greatest value.
  std::vector<double> counts;
};

std::vector<Interval> intervals_of(const Sorted& rows) {
  std::vector<Interval> intervals;
  if (rows.values.empty()) return intervals;
  const double total = static_cast<double>(rows.values.size());
  const double least = total > static_cast<double>(kChiMergeStarts)
                           ? total / static_cast<double>(kChiMergeStarts) : 0;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= rows.values.size(); ++i) {
    const bool is_end = i == rows.values.size();
    if (!is_end && rows.values[i] == rows.values[i - 1]) continue;
    if (!is_end && static_cast<double>(i - begin) < least) continue;
    Interval one{.lower = rows.values[begin], .upper = rows.values[i - 1], .counts = rows.before[i]};
    for (std::size_t k = 0; k < one.counts.size(); ++k) one.counts[k] -= rows.before[begin][k];
    intervals.push_back(std::move(one));
    begin = i;
  }
  return intervals;
}

double chi_squared_of(const Interval& a, const Interval& b) {
  double in_a = 0, in_b = 0;
  for (std::size_t k = 0; k < a.counts.size(); ++k) in_a += a.counts[k], in_b += b.counts[k];
  double sum = 0;
  for (std::size_t k = 0; k < a.counts.size(); ++k) {
    const double in_class = a.counts[k] + b.counts[k];
    const auto add = [&](double seen, double size) {
      const double expected = size * in_class / (in_a + in_b);
      sum += (seen - expected) * (seen - expected) / std::max(expected, 0.5);
    };
    add(a.counts[k], in_a);
    add(b.counts[k], in_b);
  }
  return sum;
}

double gini_of(const Sorted& rows, std::size_t begin, std::size_t end) {
  const auto& a = rows.before[begin];
  const auto& b = rows.before[end];
  double total = 0, squares = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double count = b[k] - a[k];
    total += count, squares += count * count;
  }
  return total > 0 ? total - squares / total : 0;
}

double weight_of(const Sorted& rows, std::size_t begin, std::size_t end) {
  double total = 0;
  for (std::size_t k = 0; k < rows.before[0].size(); ++k) {
    total += rows.before[end][k] - rows.before[begin][k];
  }
  return total;
}

/// A leaf of the tree of cuts with the best way to part it.
struct Leaf {
  std::size_t begin = 0, end = 0, at = 0;
  double gain = 0;
};

Leaf leaf_of(const Sorted& rows, std::size_t begin, std::size_t end, double weight_min) {
  Leaf leaf{.begin = begin, .end = end};
  const double whole = gini_of(rows, begin, end);
  for (std::size_t i = begin + 1; i < end; ++i) {
    if (rows.values[i] == rows.values[i - 1]) continue;
    if (weight_of(rows, begin, i) < weight_min || weight_of(rows, i, end) < weight_min) continue;
    const double gain = whole - gini_of(rows, begin, i) - gini_of(rows, i, end);
    if (gain > leaf.gain) leaf.gain = gain, leaf.at = i;
  }
  return leaf;
}

}  // namespace

std::vector<double> equal_width_cuts(const Labelled1d& column, int bins) {
  std::vector<double> values;
  for (std::size_t r = 0; r < column.values.size(); ++r) {
    if (column.weight[r] > 0) values.push_back(column.values[r]);
  }
  std::vector<double> cuts;
  if (values.empty()) return cuts;
  const auto [low, high] = std::ranges::minmax(values);
  for (int i = 1; i < bins && low < high; ++i) {
    const double share = static_cast<double>(i) / bins;
    cuts.push_back(low * (1 - share) + high * share);
  }
  return cuts;
}

std::vector<double> chi_merge_cuts(const Labelled1d& column, std::size_t classes_count, int bins,
                                   double chi_squared_min) {
  auto intervals = intervals_of(sorted(column, classes_count));
  std::vector<double> chi;  // Of interval i with the next.
  for (std::size_t i = 0; i + 1 < intervals.size(); ++i) {
    chi.push_back(chi_squared_of(intervals[i], intervals[i + 1]));
  }
  while (!chi.empty()) {
    const auto least = std::ranges::min_element(chi);
    const bool are_few = intervals.size() <= static_cast<std::size_t>(std::max(bins, 1));
    if (are_few && *least > chi_squared_min) break;
    const auto i = static_cast<std::size_t>(least - chi.begin());
    intervals[i].upper = intervals[i + 1].upper;
    for (std::size_t k = 0; k < classes_count; ++k) {
      intervals[i].counts[k] += intervals[i + 1].counts[k];
    }
    intervals.erase(intervals.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    chi.erase(least);
    if (i > 0) chi[i - 1] = chi_squared_of(intervals[i - 1], intervals[i]);
    if (i < chi.size()) chi[i] = chi_squared_of(intervals[i], intervals[i + 1]);
  }
  std::vector<double> cuts;
  for (std::size_t i = 0; i + 1 < intervals.size(); ++i) {
    cuts.push_back(between(intervals[i].upper, intervals[i + 1].lower));
  }
  return cuts;
}

std::vector<double> tree_cuts(const Labelled1d& column, std::size_t classes_count, int bins,
                              double share_min) {
  const auto rows = sorted(column, classes_count);
  std::vector<double> cuts;
  if (rows.values.size() < 2) return cuts;
  const double weight_min = share_min * weight_of(rows, 0, rows.values.size());
  std::vector<Leaf> leaves = {leaf_of(rows, 0, rows.values.size(), weight_min)};
  while (leaves.size() < static_cast<std::size_t>(std::max(bins, 1))) {
    const auto best = std::ranges::max_element(leaves, {}, &Leaf::gain);
    if (!(best->gain > 0)) break;
    const Leaf parted = *best;
    *best = leaf_of(rows, parted.begin, parted.at, weight_min);
    leaves.push_back(leaf_of(rows, parted.at, parted.end, weight_min));
    cuts.push_back(between(rows.values[parted.at - 1], rows.values[parted.at]));
  }
  std::ranges::sort(cuts);
  return cuts;
}

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
