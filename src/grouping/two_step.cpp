#include "grouping/two_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "grouping/check.hpp"
#include "grouping/errors.hpp"
#include "grouping/merging.hpp"
#include "grouping/number.hpp"
#include "grouping/summary_tree.hpp"

namespace holdfast::grouping {
namespace {

constexpr std::size_t kBlock = 8192;
constexpr std::size_t kLookedAt = 16'384;  // Rows by which the clusters are found in the entries.
constexpr double kFrequent = 0.3;  // Share of one value in a number.
constexpr double kFarOut = 5;  // Deviations.
constexpr int kClips = 10;
constexpr double kKindLeast = 0.01;  // Share of the rows: what is smaller and far out is noise.
constexpr std::size_t kTimesMax = 2;       // Of the most clusters, to begin with.

Error shape(std::string_view what, std::size_t found, std::size_t expected) {
  return {errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}}};
}

Result<void> check_mixed(const MixedRows& rows) {
  if (rows.rows == 0) return Error(errors::kNoRows);
  const auto categorical = rows.levels_count.size();
  if (rows.numbers.cols + categorical == 0) return Error(errors::kNoColumns);
  if (rows.numbers.cols > 0) {
    if (rows.numbers.rows != rows.rows) return shape("numbers", rows.numbers.rows, rows.rows);
    HOLDFAST_TRY_VOID(check_rows(rows.numbers));
  }
  if (rows.levels.size() != rows.rows * categorical) {
    return shape("levels", rows.levels.size(), rows.rows * categorical);
  }
  for (std::size_t i = 0; i < rows.levels.size(); ++i) {
    if (rows.levels[i] < rows.levels_count[i % categorical]) continue;
    return Error(errors::kBadLevel, {{"row", i / categorical + 1},
                                     {"column", i % categorical + 1},
                                     {"level", rows.levels[i]},
                                     {"levels", rows.levels_count[i % categorical]}});
  }
  return {};
}

Result<void> check_options(const MixedRows& rows, const TwoStepOptions& options) {
  HOLDFAST_TRY_VOID(check_least("clusters", options.clusters, 0));
  HOLDFAST_TRY_VOID(check_least("clusters_min", options.clusters_min, 1));
  HOLDFAST_TRY_VOID(check_least("clusters_max", options.clusters_max, options.clusters_min));
  HOLDFAST_TRY_VOID(check_least("share_min", options.share_min, 0));
  HOLDFAST_TRY_VOID(check_least("share_max", options.share_max, 0));
  HOLDFAST_TRY_VOID(check_least("noise_share", options.noise_share, 0));
  if (options.distance == TwoStepDistance::Euclidean && !rows.levels_count.empty()) {
    return Error(errors::kNeedsNumbers, {{"columns", rows.levels_count.size()}});
  }
  return {};
}

double sum_within(const MatrixView& rows, std::size_t c, double least, double most,
                  double (*value)(double x, double center), double center) {
  return parallel_sum(rows.rows, kBlock, [&](std::size_t begin, std::size_t end) {
    double part = 0;
    for (std::size_t row = begin; row < end; ++row) {
      const double x = rows(row, c);
      if (x >= least && x <= most) part += value(x, center);
    }
    return part;
  });
}

struct Scale {
  double mean = 0;
  double deviation = 0;
};

/// In two passes over fixed blocks.
Scale scale_within(const MatrixView& rows, std::size_t c, double least, double most) {
  const double n = sum_within(rows, c, least, most, [](double, double) { return 1.0; }, 0);
  const double mean =
      sum_within(rows, c, least, most, [](double x, double) { return x; }, 0) / n;
  const auto squared = [](double x, double center) { return (x - center) * (x - center); };
  return {mean, std::sqrt(sum_within(rows, c, least, most, squared, mean) / n)};
}

/// Means and standard deviations; also the ranges in deviations. with_noise: without the values
/// far out, as a few outliers would stretch the scale until clusters are alike.
std::vector<double> standardise(const MatrixView& rows, bool with_noise, TwoStep& fit) {
  fit.mean.resize(rows.cols);
  fit.scale.resize(rows.cols);
  std::vector<double> range(rows.cols);
  for (std::size_t c = 0; c < rows.cols; ++c) {
    double least = rows(0, c);
    double most = least;
    for (std::size_t row = 0; row < rows.rows; ++row) {
      least = std::min(least, rows(row, c));
      most = std::max(most, rows(row, c));
    }
    fit.mean[c] = least;
    if (least == most) continue;
    auto scale = scale_within(rows, c, least, most);
    for (int clip = 0; with_noise && clip < kClips; ++clip) {
      const auto next = scale_within(rows, c, scale.mean - kFarOut * scale.deviation,
                                     scale.mean + kFarOut * scale.deviation);
      if (next.deviation <= 0 || next.deviation == scale.deviation) break;
      scale = next;
    }
    fit.mean[c] = scale.mean;
    fit.scale[c] = scale.deviation;
    range[c] = scale.deviation > 0 ? (most - least) / scale.deviation : 0;
  }
  return range;
}

/// Half a row more to each level, so that one nobody has is unlikely rather than impossible.
std::vector<double> shares(const MixedRows& rows) {
  const auto categorical = rows.levels_count.size();
  std::vector<std::size_t> first{0};
  for (const auto count : rows.levels_count) first.push_back(first.back() + count);
  std::vector<double> share(first.back(), 0.5);
  for (std::size_t i = 0; i < rows.levels.size(); ++i) {
    share[first[i % categorical] + rows.levels[i]] += 1;
  }
  for (std::size_t c = 0; c < categorical; ++c) {
    const double all = static_cast<double>(rows.rows) + rows.levels_count[c] / 2.0;
    for (auto l = first[c]; l < first[c + 1]; ++l) share[l] /= all;
  }
  return share;
}

/// What each category counts.
std::vector<double> level_weights(const TwoStep& fit, bool balances) {
  std::vector<double> found(fit.levels_count.size(), 1.0);
  std::size_t level = 0;
  for (std::size_t c = 0; c < found.size(); ++c) {
    double entropy = 0;
    for (std::uint32_t l = 0; l < fit.levels_count[c]; ++l, ++level) {
      entropy -= fit.share[level] * std::log(fit.share[level]);
    }
    if (balances && entropy > std::numbers::ln2) found[c] = std::numbers::ln2 / entropy;
  }
  return found;
}

void make_ready(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows,
                std::size_t row, Summaries::Row& ready) {
  ready.z.resize(fit.mean.size());
  ready.level.resize(fit.levels_count.size());
  for (std::size_t c = 0; c < ready.z.size(); ++c) {
    ready.z[c] = fit.scale[c] > 0 ? (rows.numbers(row, c) - fit.mean[c]) / fit.scale[c] : 0;
  }
  for (std::size_t c = 0; c < ready.level.size(); ++c) {
    ready.level[c] = summaries.level_at(c, rows.levels[row * ready.level.size() + c]);
  }
}

std::vector<std::uint32_t> shuffled(std::size_t rows, std::uint64_t seed) {
  std::vector<std::uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0U);
  Random(seed).shuffle(order);
  return order;
}

SummaryTree grown(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows,
                  std::span<const std::uint32_t> order, double noise_share) {
  SummaryTree tree(summaries, noise_share);
  Summaries::Row ready;
  for (const auto row : order) {
    make_ready(fit, summaries, rows, row, ready);
    tree.insert(ready);
  }
  tree.finish();
  return tree;
}

ReadyRows ready_rows(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows,
                     std::span<const std::uint32_t> chosen) {
  ReadyRows found{.rows = chosen.size()};
  Summaries::Row ready;
  for (const auto row : chosen) {
    make_ready(fit, summaries, rows, row, ready);
    found.z.insert(found.z.end(), ready.z.begin(), ready.z.end());
    found.level.insert(found.level.end(), ready.level.begin(), ready.level.end());
  }
  return found;
}

/// A flag parted in two leaves no variance in either part, however little it says: where one value
/// is frequent, ½ ln((1 + ε)/ε) is at most half of the entropy of having it, as for an even flag
/// under SPSS's ε of 1.
std::vector<double> pulls(const ReadyRows& rows, std::size_t numbers) {
  std::vector<double> found(numbers, Measure::kNumberPull);
  std::vector<double> values(rows.rows);
  for (std::size_t c = 0; c < numbers; ++c) {
    for (std::size_t row = 0; row < rows.rows; ++row) values[row] = rows.z[row * numbers + c];
    std::ranges::sort(values);
    std::size_t most = 0;
    for (std::size_t i = 0, same = 0; i < values.size(); ++i) {
      same = i > 0 && values[i] == values[i - 1] ? same + 1 : 1;
      most = std::max(most, same);
    }
    const double share = static_cast<double>(most) / static_cast<double>(rows.rows);
    if (share < kFrequent || share >= 1) continue;
    const double entropy = -share * std::log(share) - (1 - share) * std::log(1 - share);
    found[c] = std::max(found[c], 1 / std::expm1(entropy));
  }
  return found;
}

/// Noise lies evenly in the box of all values; its cost is on the scale of Measure::cost.
double noise_cost(const TwoStep& fit, const std::vector<double>& range) {
  double cost = 0;
  for (std::size_t c = 0; c < range.size(); ++c) {
    if (range[c] <= 0) continue;
    cost += std::log(range[c]) - std::log(2 * std::numbers::pi * fit.pull[c]) / 2;
  }
  for (std::size_t c = 0; c < fit.levels_count.size(); ++c) {
    cost += fit.level_weight[c] * std::log(static_cast<double>(fit.levels_count[c]));
  }
  return cost;
}

/// label(row, nearest cluster); calls of a block are in order.
template <typename Label>
void place(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows,
           const Label& label) {
  const Measure measure(fit);
  const auto by = slopes(measure, fit.clusters);
  parallel_for(rows.rows, kBlock, [&](std::size_t begin, std::size_t end) {
    Summaries::Row ready;
    for (std::size_t row = begin; row < end; ++row) {
      make_ready(fit, summaries, rows, row, ready);
      auto near = nearest(measure, by, ready.z.data(), ready.level.data());
      if (near.distance > fit.noise_distance) near.cluster = kNoise;
      label(row, near, ready);
    }
  });
}

TwoStepAssignment placed(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows) {
  TwoStepAssignment found{std::vector<std::int32_t>(rows.rows), std::vector<double>(rows.rows)};
  place(fit, summaries, rows, [&](std::size_t row, const Nearest& near, const auto&) {
    found.labels[row] = near.cluster;
    found.distance[row] = near.distance;
  });
  return found;
}

/// The clusters of all rows, each where it costs least by those of the rows looked at.
std::vector<TwoStepProfile> widened(const TwoStep& fit, const Summaries& summaries,
                                    const MixedRows& rows) {
  const Measure measure(fit);
  const std::vector<TwoStepProfile> none(fit.clusters.size(), measure.empty());
  std::vector<std::vector<TwoStepProfile>> parts((rows.rows + kBlock - 1) / kBlock, none);
  place(fit, summaries, rows, [&](std::size_t row, const Nearest& near, const auto& ready) {
    if (near.cluster == kNoise) return;
    auto& part = parts[row / kBlock][static_cast<std::size_t>(near.cluster)];
    measure.add(part, ready.z.data(), ready.level.data());
  });
  auto found = none;
  for (const auto& part : parts) {
    for (std::size_t k = 0; k < found.size(); ++k) Measure::add(found[k], part[k]);
  }
  // Hardly ever: a small cluster to which none of the other rows belongs.
  if (std::ranges::any_of(found, [](const auto& cluster) { return cluster.rows == 0; })) {
    return fit.clusters;
  }
  std::ranges::stable_sort(found, std::greater(), &TwoStepProfile::rows);
  return found;
}

bool varies(const MixedRows& rows, const std::vector<double>& range) {
  if (std::ranges::any_of(range, [](double r) { return r > 0; })) return true;
  const auto categorical = rows.levels_count.size();
  for (std::size_t i = categorical; i < rows.levels.size(); ++i) {
    if (rows.levels[i] != rows.levels[i % categorical]) return true;
  }
  return false;
}

double parameters(const MixedRows& rows, const std::vector<double>& range) {
  double found = 0;
  for (const double r : range) found += r > 0 ? 2 : 0;
  for (const auto levels : rows.levels_count) found += levels - 1.0;
  return found;
}

std::vector<TwoStepProfile> profiles(const Summaries& summaries, const std::vector<double>& cells) {
  std::vector<TwoStepProfile> found;
  for (std::size_t i = 0; i < cells.size(); i += summaries.width()) {
    found.push_back(summaries.profile(cells.data() + i));
  }
  return found;
}

/// What the tree set aside, at most `many` clusters of it that are too large to be noise: a small
/// kind beside large ones.
std::vector<TwoStepProfile> kept_aside(const Summaries& summaries, const SummaryTree& tree,
                                       std::size_t rows, std::size_t many) {
  SummaryTree aside(summaries, 0);
  for (std::size_t i = 0; i < tree.aside().size(); i += summaries.width()) {
    aside.insert(tree.aside().data() + i);
  }
  const auto leaves = aside.leaves();
  if (leaves.empty()) return {};
  many = std::min(many, leaves.size() / summaries.width());
  auto found = profiles(summaries, merged(summaries, leaves, merge(summaries, leaves), many));
  std::erase_if(found, [&](const auto& cluster) {
    return cluster.rows < kKindLeast * static_cast<double>(rows);
  });
  return found;
}

/// Takes a division of use instead of the number the criterion found, where there is one.
void choose_division(const ReadyRows& looked_at, std::vector<TwoStepProfile> first,
                     double parameters, double noise_cost, const TwoStepOptions& options,
                     TwoStep& fit) {
  fit.by_size = false;
  const auto divisions =
      refine(Measure(fit), looked_at, std::move(first), noise_cost, options.share_min);
  auto steps = number_steps(divisions, static_cast<double>(looked_at.rows), parameters, options);
  const auto number = number_of_use(steps, options);
  fit.is_division = number > 0;
  fit.by_size = !fit.is_division;
  if (!fit.is_division) return;
  fit.steps = std::move(steps);
  fit.clusters = divisions[number - 1].clusters;
}

/// Into fit.clusters and fit.steps.
void choose_clusters(const Summaries& summaries, const SummaryTree& tree, std::size_t rows,
                     const ReadyRows& looked_at, double parameters, double noise_cost,
                     const TwoStepOptions& options, TwoStep& fit) {
  const auto wanted = static_cast<std::size_t>(options.clusters);
  const auto many = std::max(wanted, kTimesMax * static_cast<std::size_t>(options.clusters_max));
  const auto leaves = tree.leaves();
  const auto pairs = merge(summaries, leaves);
  auto first =
      profiles(summaries, merged(summaries, leaves, pairs, std::min(fit.entries, many)));
  const auto more = kept_aside(summaries, tree, rows, many);
  first.insert(first.end(), more.begin(), more.end());
  const auto partitions = refine(Measure(fit), looked_at, first, noise_cost);
  fit.steps = number_steps(partitions, static_cast<double>(looked_at.rows), parameters, options);
  const auto number = wanted > 0 ? wanted : chosen_number(fit.steps, options.clusters_max);
  fit.clusters = number <= partitions.size()
                     ? partitions[number - 1].clusters
                     : profiles(summaries, merged(summaries, leaves, pairs, number));
  const auto& step = fit.steps[number - 1];
  if (wanted > 0 || is_of_use(step, options) || is_sharp(step, options)) return;
  choose_division(looked_at, std::move(first), parameters, noise_cost, options, fit);
}

}  // namespace

Result<TwoStep> fit_two_step(const MixedRows& rows, const TwoStepOptions& options) {
  HOLDFAST_TRY_VOID(check_mixed(rows));
  HOLDFAST_TRY_VOID(check_options(rows, options));
  TwoStep fit{.distance = options.distance, .by_size = options.clusters == 0};
  fit.levels_count.assign(rows.levels_count.begin(), rows.levels_count.end());
  fit.share = shares(rows);
  fit.level_weight = level_weights(fit, options.balances);
  const auto range = standardise(rows.numbers, options.noise_share > 0, fit);
  if (!varies(rows, range)) return Error(errors::kNothingVaries, {{"rows", rows.rows}});
  const Summaries summaries(options.distance, rows.numbers.cols, rows.levels_count);
  const auto order = shuffled(rows.rows, options.seed);
  const auto tree = grown(fit, summaries, rows, order, options.noise_share);
  fit.entries = tree.leaves().size() / summaries.width();
  fit.threshold = tree.threshold();
  if (static_cast<std::size_t>(options.clusters) > fit.entries) {
    return Error(errors::kTooFewDistinct,
                 {{"clusters", options.clusters}, {"distinct", fit.entries}});
  }
  const auto looked_at =
      ready_rows(fit, summaries, rows, std::span(order).first(std::min(rows.rows, kLookedAt)));
  fit.pull = pulls(looked_at, rows.numbers.cols);
  const double noise = options.noise_share > 0 ? noise_cost(fit, range)
                                               : std::numeric_limits<double>::infinity();
  choose_clusters(summaries, tree, rows.rows, looked_at, parameters(rows, range), noise, options,
                  fit);
  fit.noise_distance = noise_distance(Measure(fit), fit.clusters, noise);
  fit.clusters = widened(fit, summaries, rows);
  fit.labels = placed(fit, summaries, rows).labels;
  fit.sizes.resize(fit.clusters.size());
  for (const auto label : fit.labels) {
    ++(label == kNoise ? fit.noise : fit.sizes[static_cast<std::size_t>(label)]);
  }
  return fit;
}

Result<TwoStepAssignment> assign(const TwoStep& fit, const MixedRows& rows) {
  HOLDFAST_TRY_VOID(check_mixed(rows));
  if (rows.numbers.cols != fit.mean.size()) {
    return shape("a row", rows.numbers.cols, fit.mean.size());
  }
  if (!std::ranges::equal(rows.levels_count, fit.levels_count)) {
    return shape("levels_count", rows.levels_count.size(), fit.levels_count.size());
  }
  return placed(fit, Summaries(fit.distance, fit.mean.size(), fit.levels_count), rows);
}

std::vector<TwoStepCost> costs(const TwoStep& fit) {
  std::vector<TwoStepCost> found;
  for (auto& [slope, lean] : slopes(Measure(fit), fit.clusters)) {
    TwoStepCost cost{.base = slope.base, .lean = lean};
    for (std::size_t c = 0; c < fit.mean.size(); ++c) {
      const double scale = fit.scale[c];
      cost.center.push_back(fit.mean[c] + scale * slope.mean[c]);
      cost.weight.push_back(scale > 0 ? slope.weight[c] / (scale * scale) : 0);
    }
    cost.level = std::move(slope.level);
    found.push_back(std::move(cost));
  }
  return found;
}

double log_likelihood_distance(const TwoStep& fit, const TwoStepProfile& a,
                               const TwoStepProfile& b) {
  const Summaries summaries(TwoStepDistance::LogLikelihood, fit.mean.size(), fit.levels_count);
  return summaries.log_likelihood_distance(summaries.summary(a).data(),
                                           summaries.summary(b).data());
}

}  // namespace holdfast::grouping
