#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "evaluation/effect_size.hpp"
#include "evaluation/evaluation.hpp"

namespace holdfast::evaluation {
namespace {

using features::FeatureColumn;

constexpr std::size_t kGroupsMax = 12;
// Up to so many distinct numbers each is a group of its own.
constexpr std::size_t kDistinctMax = 6;
constexpr double kSameRelative = 1e-12;
constexpr std::string_view kMissingLabel = "NA";
constexpr std::string_view kOtherLabel = "…";

// Training rows of one column: which leave, which have a value.
struct Sample {
  const FeatureColumn& column;
  std::span<const std::uint32_t> rows;
  std::span<const std::uint8_t> y;
  double leavers = 0, stayers = 0;
};

struct Tally {
  std::string label;
  double leavers = 0, stayers = 0;

  void add(bool has_left) { (has_left ? leavers : stayers) += 1; }
};

Contrast::Group group_of(const Tally& tally, const Sample& sample) {
  const double rows = tally.leavers + tally.stayers;
  return {.label = tally.label,
          .leavers_share = sample.leavers > 0 ? tally.leavers / sample.leavers : 0,
          .stayers_share = sample.stayers > 0 ? tally.stayers / sample.stayers : 0,
          .churn_rate = rows > 0 ? tally.leavers / rows : 0,
          .rows = static_cast<std::int64_t>(rows)};
}

Tally missing_of(const Sample& sample) {
  Tally missing{.label = std::string(kMissingLabel)};
  for (const auto row : sample.rows) {
    if (!sample.column.valid[row]) missing.add(sample.y[row] != 0);
  }
  return missing;
}

void set_missing(const Sample& sample, Contrast& contrast) {
  const auto missing = missing_of(sample);
  contrast.missing_leavers = sample.leavers > 0 ? missing.leavers / sample.leavers : 0;
  contrast.missing_stayers = sample.stayers > 0 ? missing.stayers / sample.stayers : 0;
  if (missing.leavers + missing.stayers > 0) contrast.groups.push_back(group_of(missing, sample));
}

// Two passes: the mean first, so that large numbers do not cancel.
Moments moments_of(const Sample& sample, bool of_leavers) {
  Moments moments;
  const auto each = [&](const auto& visit) {
    for (const auto row : sample.rows) {
      if (sample.column.valid[row] && (sample.y[row] != 0) == of_leavers) {
        visit(sample.column.values[row]);
      }
    }
  };
  double sum = 0;
  each([&](double value) { sum += value, ++moments.count; });
  if (moments.count == 0) return moments;
  moments.mean = sum / moments.count;
  double squares = 0;
  each([&](double value) { squares += (value - moments.mean) * (value - moments.mean); });
  moments.variance = moments.count > 1 ? squares / (moments.count - 1) : 0;
  return moments;
}

// Upper borders of the chart's groups: every value where there are few, else quartiles.
std::vector<double> group_borders(const Sample& sample, bool& is_each_value) {
  std::vector<double> values;
  for (const auto row : sample.rows) {
    if (sample.column.valid[row]) values.push_back(sample.column.values[row]);
  }
  std::vector<double> borders;
  if (values.empty()) return borders;
  std::ranges::sort(values);
  std::vector<double> distinct;
  for (const double value : values) {
    // 1.1 − 1.2 and 0.9 − 1.0 differ in the last bits and are the same to everybody.
    const bool is_same = !distinct.empty() &&
                         value - distinct.back() <=
                             kSameRelative * std::max(std::abs(value), std::abs(distinct.back()));
    if (is_same) {
      distinct.back() = value;
    } else {
      distinct.push_back(value);
    }
    if (distinct.size() > kDistinctMax) break;
  }
  is_each_value = distinct.size() <= kDistinctMax;
  if (is_each_value) return distinct;
  for (std::size_t k = 1; k <= 3; ++k) {
    const double border = values[k * (values.size() - 1) / 4];
    if (borders.empty() || borders.back() != border) borders.push_back(border);
  }
  if (borders.back() != values.back()) borders.push_back(values.back());
  return borders;
}

// A quartile is no exact place: three digits say enough, and two of them fit below a column.
std::string border_text(double border) { return brief(border, 3); }

void set_number_groups(const Sample& sample, Contrast& contrast) {
  bool is_each_value = false;
  const auto borders = group_borders(sample, is_each_value);
  std::vector<Tally> tallies(borders.size());
  for (std::size_t g = 0; g < borders.size(); ++g) {
    const auto upper = is_each_value ? brief(borders[g]) : border_text(borders[g]);
    if (is_each_value) {
      tallies[g].label = upper;
    } else if (g == 0) {
      tallies[g].label = "≤ " + upper;
    } else if (g + 1 == borders.size()) {
      tallies[g].label = "> " + border_text(borders[g - 1]);
    } else {
      tallies[g].label = border_text(borders[g - 1]) + " – " + upper;
    }
  }
  for (const auto row : sample.rows) {
    if (!sample.column.valid[row]) continue;
    const auto group =
        std::ranges::lower_bound(borders, sample.column.values[row]) - borders.begin();
    tallies[static_cast<std::size_t>(group)].add(sample.y[row] != 0);
  }
  for (const auto& tally : tallies) contrast.groups.push_back(group_of(tally, sample));
}

// How strong an attribute is, to be ranked by: first what its rows vouch for. A handful of rows with
// a value can show a large difference by chance.
using Strength = std::pair<double, double>;

Strength contrast_numbers(const Sample& sample, Contrast& contrast) {
  const auto leavers = moments_of(sample, true);
  const auto stayers = moments_of(sample, false);
  const auto effect = compare_means(leavers, stayers);
  contrast.leavers = leavers.mean;
  contrast.stayers = stayers.mean;
  contrast.effect = effect.size;
  contrast.p_value = effect.p_value;
  set_number_groups(sample, contrast);
  set_missing(sample, contrast);
  return {effect.strength_min, effect.strength};
}

// The largest categories by rows, the rest together.
void set_category_groups(const Sample& sample, const std::vector<Tally>& tallies,
                         Contrast& contrast) {
  std::vector<std::size_t> order(tallies.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return tallies[a].leavers + tallies[a].stayers > tallies[b].leavers + tallies[b].stayers;
  });
  Tally other{.label = std::string(kOtherLabel)};
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto& tally = tallies[order[k]];
    if (tally.leavers + tally.stayers == 0) break;
    if (k < kGroupsMax - 1 || order.size() == kGroupsMax) {
      contrast.groups.push_back(group_of(tally, sample));
    } else {
      other.leavers += tally.leavers;
      other.stayers += tally.stayers;
    }
  }
  if (other.leavers + other.stayers > 0) contrast.groups.push_back(group_of(other, sample));
}

// The category whose leavers differ most from what its size lets expect, in standard deviations.
std::size_t most_telling(const std::vector<Tally>& tallies, double leavers, double stayers) {
  std::size_t best = 0;
  double best_distance = -1;
  const double rate = leavers / (leavers + stayers);
  for (std::size_t k = 0; k < tallies.size(); ++k) {
    const double rows = tallies[k].leavers + tallies[k].stayers;
    if (rows == 0) continue;
    const double distance =
        std::abs(tallies[k].leavers - rows * rate) / std::sqrt(rows * rate * (1 - rate));
    if (distance > best_distance) best = k, best_distance = distance;
  }
  return best;
}

Strength contrast_categories(const Sample& sample, Contrast& contrast) {
  contrast.is_category = true;
  std::vector<Tally> tallies(sample.column.categories.size());
  for (std::size_t k = 0; k < tallies.size(); ++k) tallies[k].label = sample.column.categories[k];
  for (const auto row : sample.rows) {
    if (sample.column.valid[row]) tallies[sample.column.codes[row]].add(sample.y[row] != 0);
  }
  std::vector<double> leavers;
  std::vector<double> stayers;
  for (const auto& tally : tallies) {
    leavers.push_back(tally.leavers);
    stayers.push_back(tally.stayers);
  }
  const double leavers_total = std::accumulate(leavers.begin(), leavers.end(), 0.0);
  const double stayers_total = std::accumulate(stayers.begin(), stayers.end(), 0.0);
  const auto effect = compare_counts(leavers, stayers);
  contrast.effect = effect.size;
  contrast.p_value = effect.p_value;
  if (leavers_total > 0 && stayers_total > 0) {
    const auto telling = most_telling(tallies, leavers_total, stayers_total);
    contrast.category = tallies[telling].label;
    contrast.leavers = leavers[telling] / leavers_total;
    contrast.stayers = stayers[telling] / stayers_total;
  }
  set_category_groups(sample, tallies, contrast);
  set_missing(sample, contrast);
  return {effect.strength_min, effect.strength};
}

}  // namespace

std::vector<Contrast> leavers_against_stayers(const dataset::Dataset& dataset) {
  const auto rows = dataset.rows_of(dataset::Split::Train);
  double leavers = 0;
  for (const auto row : rows) leavers += dataset.y[row] ? 1 : 0;
  const double stayers = static_cast<double>(rows.size()) - leavers;

  std::vector<Contrast> contrasts(dataset.modelled.size());
  std::vector<Strength> strength(contrasts.size());
  parallel_for(contrasts.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto index = dataset.modelled[i];
      const Sample sample{dataset.matrix.columns[index], rows, dataset.y, leavers, stayers};
      contrasts[i].name = dataset.matrix.features[index].name;
      strength[i] = sample.column.values.empty() ? contrast_categories(sample, contrasts[i])
                                                 : contrast_numbers(sample, contrasts[i]);
    }
  });
  std::vector<std::size_t> order(contrasts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return strength[a] > strength[b]; });
  std::vector<Contrast> sorted;
  sorted.reserve(contrasts.size());
  for (const auto i : order) sorted.push_back(std::move(contrasts[i]));
  return sorted;
}

}  // namespace holdfast::evaluation
