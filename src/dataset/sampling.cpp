#include "dataset/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"

namespace holdfast::dataset {
namespace {

struct Totals {
  double churners = 0, stayers = 0;
};

Totals totals_of(std::span<const std::uint8_t> y, std::span<const double> weight) {
  Totals totals;
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (weight[r] > 0) (y[r] == 1 ? totals.churners : totals.stayers) += weight[r];
  }
  return totals;
}

/// The `wanted` churners nearest to one, itself left out; ties by row.
std::vector<std::uint32_t> nearest(MatrixView x, const std::vector<std::uint32_t>& churners,
                                   std::size_t own, std::size_t wanted) {
  std::vector<std::pair<double, std::uint32_t>> others;
  const auto a = x.row(churners[own]);
  for (std::size_t i = 0; i < churners.size(); ++i) {
    if (i == own) continue;
    const auto b = x.row(churners[i]);
    double distance = 0;
    for (std::size_t c = 0; c < x.cols; ++c) distance += (a[c] - b[c]) * (a[c] - b[c]);
    others.emplace_back(distance, churners[i]);
  }
  wanted = std::min(wanted, others.size());
  std::ranges::partial_sort(others, others.begin() + static_cast<std::ptrdiff_t>(wanted));
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < wanted; ++i) rows.push_back(others[i].second);
  return rows;
}

}  // namespace

std::vector<double> resampled_weights(Sampling sampling, std::span<const std::uint8_t> y,
                                      std::span<const double> weight, double share,
                                      std::uint64_t seed) {
  std::vector<double> result(weight.begin(), weight.end());
  const auto totals = totals_of(y, weight);
  if (sampling == Sampling::None || !(totals.churners > 0) || !(totals.stayers > 0)) return result;
  const double wanted = share / (1 - share);                // Churners to stayers.
  const double now = totals.churners / totals.stayers;
  const bool churners_grow = wanted > now;
  const double factor = churners_grow ? wanted / now : now / wanted;  // Over 1.
  if (sampling == Sampling::Over) {
    for (std::size_t r = 0; r < y.size(); ++r) {
      if ((y[r] == 1) == churners_grow) result[r] *= factor;
    }
    return result;
  }
  // Of the class that is too large, the share 1/factor stays, drawn without a row's neighbours mattering.
  const Random source(seed);
  for (std::size_t r = 0; r < y.size(); ++r) {
    if ((y[r] == 1) == churners_grow) continue;
    if (!source.split(r).chance(1 / factor)) result[r] = 0;
  }
  return result;
}

Smote smote(MatrixView x, std::span<const std::uint8_t> y, double share, int neighbours,
            std::uint64_t seed) {
  Smote result;
  std::vector<std::uint32_t> churners;
  for (std::uint32_t r = 0; r < y.size(); ++r) {
    if (y[r] == 1) churners.push_back(r);
  }
  const auto stayers = static_cast<double>(y.size() - churners.size());
  const double wanted = stayers * share / (1 - share) - static_cast<double>(churners.size());
  if (churners.size() < 2 || wanted < 1) return result;
  result.made = static_cast<std::size_t>(wanted);
  result.rows.resize(result.made * x.cols);
  result.from.resize(result.made);
  std::vector<std::vector<std::uint32_t>> near(churners.size());
  parallel_for(churners.size(), 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      near[i] = nearest(x, churners, i, static_cast<std::size_t>(neighbours));
    }
  });
  const Random source(seed);
  for (std::size_t m = 0; m < result.made; ++m) {
    auto random = source.split(m);
    const auto i = m % churners.size();  // Every churner in turn.
    const auto other = near[i][random.below(near[i].size())];
    const double way = random.uniform();
    result.from[m] = churners[i];
    for (std::size_t c = 0; c < x.cols; ++c) {
      const double a = x(churners[i], c), b = x(other, c);
      result.rows[m * x.cols + c] = a + way * (b - a);
    }
  }
  return result;
}

double corrected(double probability, double sampled_share, double true_share) {
  const double up = probability * true_share * (1 - sampled_share);
  const double down = (1 - probability) * (1 - true_share) * sampled_share;
  return up + down > 0 ? up / (up + down) : probability;
}

}  // namespace holdfast::dataset
