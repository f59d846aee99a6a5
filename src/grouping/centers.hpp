#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace holdfast::grouping {

/// Points laid out so that distances of one row to eight of them are found at once. Not for callers
/// of the folder.
class Centers {
 public:
  static constexpr std::size_t kLanes = 8;

  struct Nearest {
    std::uint32_t center = 0;  // The first of equals.
    double squared = std::numeric_limits<double>::infinity();
    double second = std::numeric_limits<double>::infinity();  // Squared, to the next nearest.
  };

  /// points: [count x cols], row-major.
  Centers(std::span<const double> points, std::size_t count, std::size_t cols)
      : cols_(cols),
        groups_((count + kLanes - 1) / kLanes),
        // What fills the last group up is infinitely far.
        cells_(groups_ * cols * kLanes, std::numeric_limits<double>::infinity()) {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < cols; ++c) {
        cells_[((i / kLanes) * cols + c) * kLanes + i % kLanes] = points[i * cols + c];
      }
    }
  }

  std::size_t groups() const { return groups_; }

  /// Squared distances to the points of one group; infinity where it has none.
  void squared(const double* row, std::size_t group, double* to) const {
    // gcc's vectors: four doubles each. Left to itself -O2 keeps the sums in memory.
    using Four [[gnu::vector_size(32)]] = double;
    using Loose [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
    Four low{};
    Four high{};
    const double* at = cells_.data() + group * cols_ * kLanes;
    for (std::size_t c = 0; c < cols_; ++c, at += kLanes) {
      const double x = row[c];
      const Four a = x - *reinterpret_cast<const Loose*>(at);
      const Four b = x - *reinterpret_cast<const Loose*>(at + 4);
      low += a * a;
      high += b * b;
    }
    *reinterpret_cast<Loose*>(to) = low;
    *reinterpret_cast<Loose*>(to + 4) = high;
  }

  Nearest nearest(const double* row) const {
    Nearest best;
    double to[kLanes];
    for (std::size_t g = 0; g < groups_; ++g) {
      squared(row, g, to);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double d = to[lane];
        const bool nearer = d < best.squared;
        const double other = nearer ? best.squared : d;
        best.second = other < best.second ? other : best.second;
        best.center = nearer ? static_cast<std::uint32_t>(g * kLanes + lane) : best.center;
        best.squared = nearer ? d : best.squared;
      }
    }
    return best;
  }

 private:
  std::size_t cols_;
  std::size_t groups_;
  std::vector<double> cells_;  // [group][column][lane]
};

/// Summed column by column, as Centers does: the same bits.
inline double squared_distance(const double* a, const double* b, std::size_t cols) {
  double sum = 0;
  for (std::size_t c = 0; c < cols; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

}  // namespace holdfast::grouping
