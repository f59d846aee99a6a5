#include "dataset/bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dataset/discretise.hpp"

namespace holdfast::dataset {
namespace {

constexpr std::size_t kFineBins = 64;
constexpr double kLeafShare = 0.02;  // Of the rows, in a leaf of a tree that cuts.

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

void join_next(std::vector<Bin>& bins, std::size_t i) {
  join(bins[i], bins[i + 1]);
  bins.erase(bins.begin() + static_cast<std::ptrdiff_t>(i) + 1);
}

double size_of(const Bin& bin) { return bin.events + bin.non_events; }

/// As weights of evidence order them.
double smoothed_rate(const Bin& bin) { return (bin.events + 0.5) / (size_of(bin) + 1); }

void join_alike(std::vector<Bin>& bins, const PreparationOptions& options) {
  const auto most = static_cast<std::size_t>(std::max(options.bins_max, 1));
  while (bins.size() > 1) {
    std::size_t best = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < bins.size(); ++i) {
      const double chi = chi_squared(bins[i], bins[i + 1]);
      if (chi < smallest) {
        smallest = chi;
        best = i;
      }
    }
    if (bins.size() <= most && smallest >= options.bin_chi_squared_min) return;
    join_next(bins, best);
  }
}

void join_small(std::vector<Bin>& bins, double size_min) {
  while (bins.size() > 1) {
    const auto smallest = std::ranges::min_element(bins, {}, size_of);
    if (size_of(*smallest) >= size_min) return;
    const auto i = static_cast<std::size_t>(smallest - bins.begin());
    const bool is_first = i == 0;
    const bool is_last = i + 1 == bins.size();
    const bool joins_before =
        is_last ||
        (!is_first && chi_squared(bins[i - 1], bins[i]) < chi_squared(bins[i], bins[i + 1]));
    join_next(bins, joins_before ? i - 1 : i);
  }
}

/// By the rows' own rates and as evidence orders them.
bool is_not_above(const Bin& a, const Bin& b) {
  return smoothed_rate(a) <= smoothed_rate(b) &&
         a.events * size_of(b) <= b.events * size_of(a);
}

/// Pools adjacent violators.
void pool(std::vector<Bin>& bins, bool rises) {
  std::vector<Bin> pooled;
  for (auto& bin : bins) {
    pooled.push_back(std::move(bin));
    while (pooled.size() > 1) {
      const auto& before = pooled[pooled.size() - 2];
      const auto& after = pooled.back();
      if (rises ? is_not_above(before, after) : is_not_above(after, before)) break;
      join_next(pooled, pooled.size() - 2);
    }
  }
  bins = std::move(pooled);
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

/// The bins that missing cells and small or alike neighbours leave, in their order.
std::vector<Bin> settled(std::vector<Bin> bins, const PreparationOptions& options,
                         double size_min) {
  const bool rises = options.monotone == Monotone::Rising;
  const bool is_monotone = options.monotone != Monotone::No;
  if (is_monotone) pool(bins, rises);
  join_small(bins, size_min);
  join_alike(bins, options);
  if (is_monotone) pool(bins, rises);  // Half a row more or less may have turned the order.
  return bins;
}

void finish(std::vector<Bin>& bins, Bin missing, const PreparationOptions& options,
            double size_min) {
  const auto done = [&](Monotone monotone) {
    PreparationOptions own = options;
    own.monotone = monotone;
    auto result = settled(bins, own, size_min);
    if (size_of(missing) > 0) result.push_back(missing);
    weigh(result);
    return result;
  };
  if (options.monotone != Monotone::Either) {
    bins = done(options.monotone);
    return;
  }
  auto rising = done(Monotone::Rising);
  auto falling = done(Monotone::Falling);
  bins = information_value(falling) > information_value(rising) ? std::move(falling)
                                                                : std::move(rising);
}

/// The rows of weight that have a value, ascending by it; the others are counted.
std::vector<std::uint32_t> rows_by_value(const ColumnView& column, std::span<const std::uint8_t> y,
                                         std::span<const double> weight, Bin& missing) {
  std::vector<std::uint32_t> rows;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    if (column.valid[r] == 0 || !std::isfinite(column.values[r])) count(missing, y[r], weight[r]);
    else rows.push_back(static_cast<std::uint32_t>(r));
  }
  std::ranges::sort(rows, {}, [&](std::uint32_t r) { return column.values[r]; });
  return rows;
}

/// The cuts of a method other than ChiMerge, which starts from fine bins.
std::vector<double> cuts_of(const ColumnView& column, std::span<const std::uint8_t> y,
                            std::span<const double> weight, const std::vector<std::uint32_t>& rows,
                            const PreparationOptions& options) {
  Labelled1d known;
  for (const auto r : rows) {
    known.values.push_back(column.values[r]);
    known.y.push_back(y[r] == 1 ? 1 : 0);
    known.weight.push_back(weight[r]);
  }
  switch (options.binning) {
    case Binning::EqualWidth: return equal_width_cuts(known, options.bins_max);
    case Binning::EqualFrequency: return equal_frequency_cuts(known, options.bins_max);
    case Binning::Mdlp: return mdlp_cuts(known, 2);
    case Binning::Tree:
      return tree_cuts(known, 2, options.bins_max, std::max(options.bin_share_min, kLeafShare));
    case Binning::ChiMerge: break;
  }
  return {};
}

/// Bins that end at the cuts; those without rows join the next.
std::vector<Bin> counted(const ColumnView& column, std::span<const std::uint8_t> y,
                         std::span<const double> weight, const std::vector<std::uint32_t>& rows,
                         std::span<const double> cuts) {
  std::vector<Bin> bins;
  std::size_t i = 0;
  for (std::size_t c = 0; c <= cuts.size(); ++c) {
    Bin bin{.upper = c < cuts.size() ? cuts[c] : std::numeric_limits<double>::infinity()};
    for (; i < rows.size() && column.values[rows[i]] <= bin.upper; ++i) {
      count(bin, y[rows[i]], weight[rows[i]]);
    }
    if (size_of(bin) > 0) bins.push_back(std::move(bin));
  }
  if (!bins.empty()) bins.back().upper = std::numeric_limits<double>::infinity();
  return bins;
}

/// About kFineBins of even weight.
std::vector<Bin> fine_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                           std::span<const double> weight, const std::vector<std::uint32_t>& rows,
                           double target) {
  std::vector<Bin> bins;
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
  return bins;
}

}  // namespace

Binning binning_of(std::string_view name) {
  return name == "equal_width"       ? Binning::EqualWidth
         : name == "equal_frequency" ? Binning::EqualFrequency
         : name == "mdlp"            ? Binning::Mdlp
         : name == "tree"            ? Binning::Tree
                                     : Binning::ChiMerge;
}

std::vector<Bin> numeric_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                              std::span<const double> weight, const PreparationOptions& options) {
  Bin missing{.is_missing = true};
  const auto rows = rows_by_value(column, y, weight, missing);
  double total = 0;
  for (const auto r : rows) total += weight[r];
  auto bins = options.binning == Binning::ChiMerge
                  ? fine_bins(column, y, weight, rows, total / kFineBins)
                  : counted(column, y, weight, rows, cuts_of(column, y, weight, rows, options));
  finish(bins, std::move(missing), options, options.bin_share_min * total);
  return bins;
}

std::vector<Bin> numeric_bins_at(const ColumnView& column, std::span<const std::uint8_t> y,
                                 std::span<const double> weight, std::span<const double> cuts) {
  Bin missing{.is_missing = true};
  const auto rows = rows_by_value(column, y, weight, missing);
  auto bins = counted(column, y, weight, rows, cuts);
  if (size_of(missing) > 0) bins.push_back(std::move(missing));
  weigh(bins);
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
  std::ranges::stable_sort(bins, {}, smoothed_rate);
  PreparationOptions own = options;
  own.monotone = Monotone::No;  // They stand in the order of their rates.
  finish(bins, std::move(missing), own, options.bin_share_min * total);
  return bins;
}

}  // namespace holdfast::dataset
