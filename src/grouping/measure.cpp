#include "grouping/measure.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::grouping {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments(const TwoStepProfile& cluster, std::size_t c) {
  const double mean = cluster.sum[c] / cluster.rows;
  return {mean, std::max(0.0, cluster.squares[c] / cluster.rows - mean * mean)};
}

}  // namespace

Measure::Measure(const TwoStep& fit)
    : distance_(fit.distance),
      by_size_(fit.by_size && fit.distance == TwoStepDistance::LogLikelihood),
      numbers_(fit.mean.size()),
      pull_(fit.pull),
      first_level_{0},
      share_(fit.share) {
  for (std::size_t c = 0; c < fit.levels_count.size(); ++c) {
    first_level_.push_back(first_level_.back() + fit.levels_count[c]);
    counts_.resize(first_level_.back(), fit.level_weight[c]);
  }
}

TwoStepProfile Measure::empty() const {
  return {0, std::vector<double>(numbers_), std::vector<double>(numbers_),
          std::vector<double>(first_level_.back())};
}

double Measure::cost(const TwoStepProfile& cluster) const {
  if (cluster.rows == 0) return 0;
  double entropy = 0;
  for (std::size_t c = 0; c < numbers_; ++c) {
    const auto [_, variance] = moments(cluster, c);
    entropy += std::log((variance + pull_[c]) / pull_[c]) / 2;
  }
  for (std::size_t l = 0; l < share_.size(); ++l) {
    const double q =
        (1 - kLevelPull) * cluster.counts[l] / cluster.rows + kLevelPull * share_[l];
    entropy -= counts_[l] * q * std::log(q);
  }
  return cluster.rows * entropy;
}

Measure::Slope Measure::slope(const TwoStepProfile& cluster) const {
  Slope slope{0, std::vector<double>(numbers_), std::vector<double>(numbers_),
              std::vector<double>(share_.size())};
  const bool is_euclidean = distance_ == TwoStepDistance::Euclidean;
  for (std::size_t c = 0; c < numbers_; ++c) {
    const auto [mean, variance] = moments(cluster, c);
    slope.mean[c] = mean;
    slope.weight[c] = is_euclidean ? 1 : 0.5 / (variance + pull_[c]);
    if (is_euclidean) continue;
    slope.base += std::log((variance + pull_[c]) / pull_[c]) / 2;
    slope.base -= slope.weight[c] * variance;
  }
  // The entropy H of q = (1 − λ) p + λ p_all, and how it changes with the row's level:
  // −(1 − λ) (ln q_level − Σ p ln q). Each times what its column counts.
  for (std::size_t l = 0; l < share_.size(); ++l) {
    const double p = cluster.counts[l] / cluster.rows;
    const double q = (1 - kLevelPull) * p + kLevelPull * share_[l];
    slope.level[l] = -counts_[l] * (1 - kLevelPull) * std::log(q);
    slope.base += counts_[l] * ((1 - kLevelPull) * p - q) * std::log(q);
  }
  return slope;
}

double Measure::distance(const TwoStepProfile& a, const TwoStepProfile& b) const {
  if (distance_ == TwoStepDistance::Euclidean) {
    double squared = 0;
    for (std::size_t c = 0; c < numbers_; ++c) {
      const double gap = a.sum[c] / a.rows - b.sum[c] / b.rows;
      squared += gap * gap;
    }
    return std::sqrt(squared);
  }
  auto both = a;
  add(both, b);
  return cost(both) - cost(a) - cost(b);
}

void Measure::add(TwoStepProfile& to, const double* z, const std::uint32_t* level) const {
  to.rows += 1;
  for (std::size_t c = 0; c < numbers_; ++c) {
    to.sum[c] += z[c];
    to.squares[c] += z[c] * z[c];
  }
  for (std::size_t c = 0; c < categorical(); ++c) to.counts[level[c]] += 1;
}

void Measure::add(TwoStepProfile& to, const TwoStepProfile& other) {
  to.rows += other.rows;
  const auto add = [](std::vector<double>& sums, const std::vector<double>& more) {
    std::ranges::transform(sums, more, sums.begin(), std::plus());
  };
  add(to.sum, other.sum);
  add(to.squares, other.squares);
  add(to.counts, other.counts);
}

}  // namespace holdfast::grouping
