#include "grouping/two_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "grouping/check.hpp"
#include "grouping/errors.hpp"
#include "grouping/merging.hpp"
#include "grouping/summary_tree.hpp"

namespace holdfast::grouping {
namespace {

constexpr std::size_t kBlock = 8192;

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
  HOLDFAST_TRY_VOID(check_least("clusters_max", options.clusters_max, 1));
  HOLDFAST_TRY_VOID(check_least("noise_share", options.noise_share, 0));
  if (options.distance == TwoStepDistance::Euclidean && !rows.levels_count.empty()) {
    return Error(errors::kNeedsNumbers, {{"columns", rows.levels_count.size()}});
  }
  return {};
}

/// Means and standard deviations in two passes over fixed blocks; also the ranges in deviations.
std::vector<double> standardise(const MatrixView& rows, TwoStep& fit) {
  fit.mean.resize(rows.cols);
  fit.scale.resize(rows.cols);
  std::vector<double> range(rows.cols);
  for (std::size_t c = 0; c < rows.cols; ++c) {
    const auto sum = [&](const auto& value) {
      return parallel_sum(rows.rows, kBlock, [&](std::size_t begin, std::size_t end) {
        double part = 0;
        for (std::size_t row = begin; row < end; ++row) part += value(rows(row, c));
        return part;
      });
    };
    double least = rows(0, c);
    double most = least;
    for (std::size_t row = 0; row < rows.rows; ++row) {
      least = std::min(least, rows(row, c));
      most = std::max(most, rows(row, c));
    }
    const auto n = static_cast<double>(rows.rows);
    const double mean = sum([](double x) { return x; }) / n;
    fit.mean[c] = mean;
    if (least == most) continue;
    fit.scale[c] = std::sqrt(sum([&](double x) { return (x - mean) * (x - mean); }) / n);
    range[c] = fit.scale[c] > 0 ? (most - least) / fit.scale[c] : 0;
  }
  return range;
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

SummaryTree grown(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows,
                  const TwoStepOptions& options) {
  std::vector<std::uint32_t> order(rows.rows);
  std::iota(order.begin(), order.end(), 0U);
  Random random(options.seed);
  random.shuffle(order);
  SummaryTree tree(summaries, options.noise_share);
  Summaries::Row ready;
  for (const auto row : order) {
    make_ready(fit, summaries, rows, row, ready);
    tree.insert(ready);
  }
  tree.finish();
  return tree;
}

/// Noise lies evenly in the box of all values: a row belongs to it where that is likelier.
double noise_distance(const TwoStep& fit, const std::vector<double>& range) {
  double log_volume = 0;
  for (const double r : range) log_volume += r > 0 ? std::log(r) : 0;
  for (const auto levels : fit.levels_count) log_volume += std::log(static_cast<double>(levels));
  if (fit.distance == TwoStepDistance::LogLikelihood) return log_volume;
  double variances = 0;
  for (const auto& cluster : fit.clusters) {
    for (std::size_t c = 0; c < cluster.sum.size(); ++c) {
      const double mean = cluster.sum[c] / cluster.rows;
      variances += std::max(0.0, cluster.squares[c] / cluster.rows - mean * mean);
    }
  }
  const auto cells = static_cast<double>(fit.clusters.size() * fit.mean.size());
  return 2 * std::sqrt(variances / cells);
}

TwoStepAssignment placed(const TwoStep& fit, const Summaries& summaries, const MixedRows& rows) {
  std::vector<std::vector<double>> clusters;
  for (const auto& cluster : fit.clusters) clusters.push_back(summaries.summary(cluster));
  TwoStepAssignment found{std::vector<std::int32_t>(rows.rows), std::vector<double>(rows.rows)};
  parallel_for(rows.rows, kBlock, [&](std::size_t begin, std::size_t end) {
    Summaries::Row ready;
    for (std::size_t row = begin; row < end; ++row) {
      make_ready(fit, summaries, rows, row, ready);
      double least = std::numeric_limits<double>::infinity();
      std::int32_t best = 0;
      for (std::size_t k = 0; k < clusters.size(); ++k) {
        const double d = summaries.distance(clusters[k].data(), ready);
        if (d >= least) continue;
        least = d;
        best = static_cast<std::int32_t>(k);
      }
      found.labels[row] = least > fit.noise_distance ? kNoise : best;
      found.distance[row] = least;
    }
  });
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

}  // namespace

Result<TwoStep> fit_two_step(const MixedRows& rows, const TwoStepOptions& options) {
  HOLDFAST_TRY_VOID(check_mixed(rows));
  HOLDFAST_TRY_VOID(check_options(rows, options));
  TwoStep fit{.distance = options.distance};
  fit.levels_count.assign(rows.levels_count.begin(), rows.levels_count.end());
  const auto range = standardise(rows.numbers, fit);
  if (!varies(rows, range)) return Error(errors::kNothingVaries, {{"rows", rows.rows}});
  const Summaries summaries(options.distance, rows.numbers.cols, rows.levels_count);
  const auto tree = grown(fit, summaries, rows, options);
  const auto leaves = tree.leaves();
  fit.entries = leaves.size() / summaries.width();
  fit.threshold = tree.threshold();
  const auto merging = merge(summaries, leaves);
  double parameters = 0;
  for (const double r : range) parameters += r > 0 ? 2 : 0;
  for (const auto levels : rows.levels_count) parameters += levels - 1.0;
  fit.steps = number_steps(merging, static_cast<double>(rows.rows), parameters, options);
  const auto clusters =
      options.clusters > 0 ? static_cast<std::size_t>(options.clusters) : chosen_number(fit.steps);
  if (clusters > fit.entries) {
    return Error(errors::kTooFewDistinct, {{"clusters", clusters}, {"distinct", fit.entries}});
  }
  const auto cells = merged(summaries, leaves, merging, clusters);
  for (std::size_t k = 0; k < clusters; ++k) {
    fit.clusters.push_back(summaries.profile(cells.data() + k * summaries.width()));
  }
  fit.noise_distance = options.noise_share > 0 ? noise_distance(fit, range)
                                               : std::numeric_limits<double>::infinity();
  fit.labels = placed(fit, summaries, rows).labels;
  fit.sizes.resize(clusters);
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

double log_likelihood_distance(const TwoStep& fit, const TwoStepProfile& a,
                               const TwoStepProfile& b) {
  const Summaries summaries(TwoStepDistance::LogLikelihood, fit.mean.size(), fit.levels_count);
  return summaries.log_likelihood_distance(summaries.summary(a).data(),
                                           summaries.summary(b).data());
}

}  // namespace holdfast::grouping
