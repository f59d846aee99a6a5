#include "dataset/bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::dataset {
namespace {

constexpr std::size_t kFineBins = 64;

double chi_squared(const Bin& a, const Bin& b) {
  const double events = a.events + b.events;
  const double non_events = a.non_events + b.non_events;
  const double total = events + non_events;
  if (!(events > 0) || !(non_events > 0)) return 0;
  double sum = 0;
  for (const Bin* bin : {&a, &b}) {
    const double size = bin->events + bin->non_events;
    const double expected = size * events / total;
    const double expected_non = size * non_events / total;
    if (expected > 0) sum += (bin->events - expected) * (bin->events - expected) / expected;
    if (expected_non > 0) {
      sum += (bin->non_events - expected_non) * (bin->non_events - expected_non) / expected_non;
    }
  }
  return sum;
}

void join(Bin& into, const Bin& from) {
  into.upper = std::max(into.upper, from.upper);
  into.categories.insert(into.categories.end(), from.categories.begin(), from.categories.end());
  into.events += from.events;
  into.non_events += from.non_events;
}

void join_alike(std::vector<Bin>& bins, int bins_max) {
  while (bins.size() > static_cast<std::size_t>(std::max(bins_max, 1))) {
    std::size_t best = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < bins.size(); ++i) {
      const double chi = chi_squared(bins[i], bins[i + 1]);
      if (chi < smallest) {
        smallest = chi;
        best = i;
      }
    }
    join(bins[best], bins[best + 1]);
    bins.erase(bins.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

void weigh(std::vector<Bin>& bins) {
  double events = 0;
  double non_events = 0;
  for (const auto& bin : bins) {
    events += bin.events + 0.5;
    non_events += bin.non_events + 0.5;
  }
  for (auto& bin : bins) {
    bin.weight_of_evidence =
        std::log(((bin.events + 0.5) / events) / ((bin.non_events + 0.5) / non_events));
  }
}

void count(Bin& bin, std::uint8_t y, double weight) {
  (y == 1 ? bin.events : bin.non_events) += weight;
}

void finish(std::vector<Bin>& bins, Bin missing, int bins_max) {
  join_alike(bins, bins_max);
  if (missing.events + missing.non_events > 0) bins.push_back(std::move(missing));
  weigh(bins);
}

}  // namespace

std::vector<Bin> numeric_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                              std::span<const double> weight, const PreparationOptions& options) {
  std::vector<std::uint32_t> rows;
  Bin missing{.is_missing = true};
  double total = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    if (column.valid[r] == 0 || !std::isfinite(column.values[r])) {
      count(missing, y[r], weight[r]);
    } else {
      rows.push_back(static_cast<std::uint32_t>(r));
      total += weight[r];
    }
  }
  std::ranges::sort(rows, {}, [&](std::uint32_t r) { return column.values[r]; });
  std::vector<Bin> bins;
  const double target = total / kFineBins;
  for (std::size_t i = 0; i < rows.size();) {
    Bin bin;
    double size = 0;
    while (i < rows.size() && size < target) {
      const double value = column.values[rows[i]];
      for (; i < rows.size() && column.values[rows[i]] == value; ++i) {
        count(bin, y[rows[i]], weight[rows[i]]);
        size += weight[rows[i]];
      }
      bin.upper = i < rows.size() ? value / 2 + column.values[rows[i]] / 2
                                  : std::numeric_limits<double>::infinity();
    }
    bins.push_back(std::move(bin));
  }
  finish(bins, std::move(missing), options.bins_max);
  return bins;
}

std::vector<Bin> category_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                               std::span<const double> weight, const PreparationOptions& options) {
  std::vector<Bin> all(column.categories.size());
  Bin missing{.is_missing = true};
  double total = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    total += weight[r];
    const bool present = column.valid[r] != 0 && column.codes[r] < all.size();
    count(present ? all[column.codes[r]] : missing, y[r], weight[r]);
  }
  std::vector<Bin> bins;
  Bin rare;
  for (std::size_t c = 0; c < all.size(); ++c) {
    const double size = all[c].events + all[c].non_events;
    if (size == 0) continue;
    all[c].categories = {column.categories[c]};
    if (size < options.rare_share * total) join(rare, all[c]);
    else bins.push_back(std::move(all[c]));
  }
  if (!rare.categories.empty()) bins.push_back(std::move(rare));
  std::ranges::stable_sort(bins, {}, [](const Bin& bin) {
    return (bin.events + 0.5) / (bin.events + bin.non_events + 1);
  });
  finish(bins, std::move(missing), options.bins_max);
  return bins;
}

}  // namespace holdfast::dataset
