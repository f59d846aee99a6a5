#include "grouping/refining.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"

namespace holdfast::grouping {
namespace {

constexpr std::size_t kBlock = 1024;
constexpr int kPassesMax = 20;
constexpr double kAtRest = 0.001;  // Share of rows that still move.

class Refining {
 public:
  Refining(const Measure& measure, const ReadyRows& rows, std::vector<TwoStepProfile> clusters,
           double noise_cost, double share_min)
      : measure_(measure),
        rows_(rows),
        clusters_(std::move(clusters)),
        noise_cost_(noise_cost),
        rows_least_(share_min * static_cast<double>(rows.rows)),
        labels_(rows.rows, kNoise) {
    // Rows first have to find their clusters: those that none finds are no clusters of these rows.
    clusters_ = moved();
    std::erase_if(clusters_, [](const auto& cluster) { return cluster.rows == 0; });
    settle();
  }

  std::size_t count() const { return clusters_.size(); }

  /// Gives the smallest cluster up where it is too small, else merges the two nearest.
  Partition next() {
    Partition found{clusters_, total(), 0};
    if (count() == 1) return found;
    std::size_t a = 0;
    std::size_t b = 1;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < count(); ++i) {
      for (std::size_t j = i + 1; j < count(); ++j) {
        const double d =
            measure_.distance(clusters_[i], clusters_[j]) - saying(clusters_[i], clusters_[j]);
        if (d < least) {
          least = d;
          a = i;
          b = j;
        }
      }
    }
    found.distance = measure_.distance(clusters_[a], clusters_[b]);
    const auto smallest = std::ranges::min_element(clusters_, {}, &TwoStepProfile::rows);
    if (smallest->rows < rows_least_) {
      clusters_.erase(smallest);
    } else {
      Measure::add(clusters_[a], clusters_[b]);
      clusters_.erase(clusters_.begin() + static_cast<std::ptrdiff_t>(b));
    }
    labels_.assign(labels_.size(), kNoise);
    settle();
    return found;
  }

 private:
  /// What it takes to say which of two clusters a row of both is in.
  double saying(const TwoStepProfile& a, const TwoStepProfile& b) const {
    if (!measure_.by_size()) return 0;
    const double both = a.rows + b.rows;
    return a.rows * std::log(both / a.rows) + b.rows * std::log(both / b.rows);
  }

  double total() const {
    const auto all = static_cast<double>(rows_.rows);
    double cost = 0;
    double noise = all;
    for (const auto& cluster : clusters_) {
      cost += measure_.cost(cluster) + cluster.rows * std::log(all / cluster.rows);
      noise -= cluster.rows;
    }
    return noise > 0 ? cost + noise * (noise_cost_ + std::log(all / noise)) : cost;
  }

  /// The clusters after each row went where it costs least.
  std::vector<TwoStepProfile> moved() {
    const auto by = slopes(measure_, clusters_);
    const double far = noise_distance(measure_, clusters_, noise_cost_);
    std::vector<std::int32_t> labels(rows_.rows);
    parallel_for(rows_.rows, kBlock, [&](std::size_t begin, std::size_t end) {
      for (std::size_t row = begin; row < end; ++row) {
        const auto near = nearest(measure_, by, z(row), level(row));
        labels[row] = near.distance > far ? kNoise : near.cluster;
      }
    });
    std::vector<TwoStepProfile> found(clusters_.size(), measure_.empty());
    changed_ = 0;
    for (std::size_t row = 0; row < rows_.rows; ++row) {
      changed_ += labels[row] != labels_[row];
      if (labels[row] == kNoise) continue;
      measure_.add(found[static_cast<std::size_t>(labels[row])], z(row), level(row));
    }
    labels_ = std::move(labels);
    return found;
  }

  void settle() {
    for (int pass = 0; pass < kPassesMax; ++pass) {
      auto found = moved();
      // A cluster that loses its last row is left to be merged.
      if (std::ranges::any_of(found, [](const auto& cluster) { return cluster.rows == 0; })) break;
      clusters_ = std::move(found);
      if (static_cast<double>(changed_) <= kAtRest * static_cast<double>(rows_.rows)) break;
    }
  }

  const double* z(std::size_t row) const { return rows_.z.data() + row * measure_.numbers(); }
  const std::uint32_t* level(std::size_t row) const {
    return rows_.level.data() + row * measure_.categorical();
  }

  const Measure& measure_;
  const ReadyRows& rows_;
  std::vector<TwoStepProfile> clusters_;
  double noise_cost_;
  double rows_least_;
  std::vector<std::int32_t> labels_;
  std::size_t changed_ = 0;
};

}  // namespace

std::vector<WeighedSlope> slopes(const Measure& measure,
                                 const std::vector<TwoStepProfile>& clusters) {
  double all = 0;
  for (const auto& cluster : clusters) all += cluster.rows;
  std::vector<WeighedSlope> found;
  for (const auto& cluster : clusters) {
    found.push_back({measure.slope(cluster),
                     measure.by_size() ? std::log(all / cluster.rows) : 0});
  }
  return found;
}

Nearest nearest(const Measure& measure, const std::vector<WeighedSlope>& slopes, const double* z,
                const std::uint32_t* level) {
  Nearest best{0, std::numeric_limits<double>::infinity()};
  double least = best.distance;
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    const double distance = measure.at(slopes[k].slope, z, level);
    if (distance + slopes[k].saying >= least) continue;
    least = distance + slopes[k].saying;
    best = {static_cast<std::int32_t>(k), distance};
  }
  return best;
}

double noise_distance(const Measure& measure, const std::vector<TwoStepProfile>& clusters,
                      double noise_cost) {
  if (!measure.is_euclidean() || std::isinf(noise_cost)) return noise_cost;
  double squares = 0;
  double rows = 0;
  for (const auto& cluster : clusters) {
    rows += cluster.rows;
    for (std::size_t c = 0; c < cluster.sum.size() && cluster.rows > 0; ++c) {
      squares += cluster.squares[c] - cluster.sum[c] * cluster.sum[c] / cluster.rows;
    }
  }
  return 4 * squares / rows;
}

std::vector<Partition> refine(const Measure& measure, const ReadyRows& rows,
                              std::vector<TwoStepProfile> clusters, double noise_cost,
                              double share_min) {
  Refining refining(measure, rows, std::move(clusters), noise_cost, share_min);
  std::vector<Partition> found(refining.count());
  for (std::size_t left = found.size(); left > 0; --left) found[left - 1] = refining.next();
  return found;
}

}  // namespace holdfast::grouping
