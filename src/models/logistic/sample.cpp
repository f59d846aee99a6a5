#include "models/logistic/sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/logistic/lanes.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kBlockRows = 4096;  // Fixed: sums are joined in this order.
constexpr std::size_t kRowsAtOnce = 4;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Sums of distances from `near` over some rows.
struct Moments {
  explicit Moments(std::size_t p = 0)
      : sums(p, 0.0), squares(p, 0.0), lows(p, kInfinity), highs(p, -kInfinity) {}

  double total = 0;
  std::vector<double> sums, squares, lows, highs;  // [p]

  /// Shapes: rows: [kRowsAtOnce] each [p]. Rows of weight 0 stand as `near`.
  void add(const double* const* rows, const double* weight, const double* near) {
    for (std::size_t i = 0; i < kRowsAtOnce; ++i) total += weight[i];
    by_lanes(sums.size(), [&]<typename T>(std::size_t j) {
      T sum = load<T>(&sums[j]);
      T square = load<T>(&squares[j]);
      T low = load<T>(&lows[j]);
      T high = load<T>(&highs[j]);
      const T origin = load<T>(near + j);
      for (std::size_t i = 0; i < kRowsAtOnce; ++i) {
        const T d = load<T>(rows[i] + j) - origin;
        const T weighted = weight[i] * d;
        sum += weighted;
        square += weighted * d;
        low = d < low ? d : low;
        high = d > high ? d : high;
      }
      store(&sums[j], sum);
      store(&squares[j], square);
      store(&lows[j], low);
      store(&highs[j], high);
    });
  }

  void add(const Moments& other) {
    total += other.total;
    for (std::size_t j = 0; j < sums.size(); ++j) {
      sums[j] += other.sums[j];
      squares[j] += other.squares[j];
      lows[j] = std::min(lows[j], other.lows[j]);
      highs[j] = std::max(highs[j], other.highs[j]);
    }
  }
};

Moments moments_of(MatrixView x, std::span<const double> weight, const std::vector<double>& near) {
  std::vector<Moments> blocks((x.rows + kBlockRows - 1) / kBlockRows);
  parallel_for(x.rows, kBlockRows, [&](std::size_t begin, std::size_t end) {
    Moments& block = blocks[begin / kBlockRows];
    block = Moments(x.cols);
    for (std::size_t r = begin; r < end; r += kRowsAtOnce) {
      const double* rows[kRowsAtOnce];
      double weights[kRowsAtOnce];
      for (std::size_t i = 0; i < kRowsAtOnce; ++i) {
        const bool is_row = r + i < end && weight[r + i] > 0;
        rows[i] = is_row ? x.data + (r + i) * x.cols : near.data();
        weights[i] = is_row ? weight[r + i] : 0;
      }
      block.add(rows, weights, near.data());
    }
  });
  Moments all(x.cols);
  for (const auto& block : blocks) all.add(block);
  return all;
}

/// A row of weight, or zeros.
std::vector<double> any_row(MatrixView x, std::span<const double> weight) {
  const auto found = std::ranges::find_if(weight, [](double w) { return w > 0; });
  if (found == weight.end()) return std::vector<double>(x.cols, 0.0);
  const double* row = x.data + static_cast<std::size_t>(found - weight.begin()) * x.cols;
  return {row, row + x.cols};
}

}  // namespace

Part::Part(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
           std::size_t one_in)
    : columns_(x.cols) {
  const std::size_t count = x.rows / one_in;
  // Rows often come in a rhythm (cutoffs of a customer), so each is drawn from its run.
  Random random(count);
  std::vector<std::size_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) chosen[i] = i * one_in + random.below(one_in);
  x_.resize(count * columns_);
  y_.resize(count);
  weight_.resize(count);
  parallel_for(count, kBlockRows, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      std::copy_n(x.data + chosen[i] * columns_, columns_, x_.data() + i * columns_);
      y_[i] = y[chosen[i]];
      weight_[i] = weight[chosen[i]];
    }
  });
}

Sample Part::sample(const Sample& like) const {
  return {.x = {x_.data(), y_.size(), columns_},
          .y = y_,
          .weight = weight_,
          .mean = like.mean,
          .scale = like.scale,
          .range = like.range};
}

std::vector<double> Part::means() const {
  const MatrixView x{x_.data(), y_.size(), columns_};
  const auto near = any_row(x, weight_);
  Moments moments = moments_of(x, weight_, near);
  for (std::size_t j = 0; j < columns_; ++j) {
    moments.sums[j] = near[j] + (moments.total > 0 ? moments.sums[j] / moments.total : 0);
  }
  return moments.sums;
}

double Part::total_weight() const {
  double total = 0;
  for (const double w : weight_) total += std::max(w, 0.0);
  return total;
}

Sample standardised(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                    const std::vector<double>& near) {
  const Moments moments = moments_of(x, weight, near);
  Sample sample{.x = x, .y = y, .weight = weight};
  for (std::size_t j = 0; j < x.cols; ++j) {
    const double shift = moments.sums[j] / moments.total;
    sample.mean.push_back(near[j] + shift);
    const double variance = moments.squares[j] / moments.total - shift * shift;
    const double scale = std::sqrt(std::max(0.0, variance));
    // Rounding alone makes a constant column look as if it varied.
    sample.scale.push_back(scale > 1e-13 * std::abs(sample.mean[j]) ? scale : 0);
    sample.range.push_back(std::max(0.0, moments.highs[j] - moments.lows[j]));
  }
  return sample;
}

Sample standardised(MatrixView x, std::span<const std::uint8_t> y,
                    std::span<const double> weight) {
  auto near = any_row(x, weight);
  const Moments moments = moments_of(x, weight, near);
  for (std::size_t j = 0; j < x.cols; ++j) near[j] += moments.sums[j] / moments.total;
  return standardised(x, y, weight, near);
}

}  // namespace holdfast::logistic
