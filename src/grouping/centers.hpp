#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "core/matrix_view.hpp"

namespace holdfast::grouping {

/// Points laid out for distances in vectors: of one row to eight points, or of eight rows to four. Not
/// for callers of the folder.
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

  std::size_t cols() const { return cols_; }

  /// turned: [cols x kLanes], a row in each lane. With rows in the lanes, and not points, what is nearest
  /// so far is kept without a look across lanes, which took longer than the distances.
  std::array<Nearest, kLanes> nearest(const double* turned) const {
    NearestOfLanes low, high;
    for (std::size_t g = 0; g < groups_; ++g) {
      compare_four(turned, g, 0, low, high);
      compare_four(turned, g, 4, low, high);
    }
    return {low.at(0),  low.at(1),  low.at(2),  low.at(3),
            high.at(0), high.at(1), high.at(2), high.at(3)};
  }

 private:
  // gcc's vectors: four doubles each. Left to itself -O2 keeps the sums in memory.
  using Four [[gnu::vector_size(32)]] = double;
  using Loose [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
  using Places [[gnu::vector_size(32)]] = std::int64_t;

  static constexpr double kFar = std::numeric_limits<double>::infinity();

  struct NearestOfLanes {
    Four squared = {kFar, kFar, kFar, kFar};
    Four second = {kFar, kFar, kFar, kFar};
    Places center = {};

    void compare(Four d, std::size_t which) {
      const auto nearer = d < squared;
      const Four other = nearer ? squared : d;
      second = other < second ? other : second;
      center = nearer ? Places{} + static_cast<std::int64_t>(which) : center;
      squared = nearer ? d : squared;
    }
    Nearest at(std::size_t lane) const {
      return {static_cast<std::uint32_t>(center[lane]), squared[lane], second[lane]};
    }
  };

  /// Eight rows with four points of a group. Written out: eight sums fill the registers, and none waits
  /// for another. Each is summed column by column, as everywhere here: the same bits.
  void compare_four(const double* turned, std::size_t group, std::size_t four, NearestOfLanes& low,
                    NearestOfLanes& high) const {
    Four low0{}, low1{}, low2{}, low3{}, high0{}, high1{}, high2{}, high3{};
    const double* at = cells_.data() + group * cols_ * kLanes + four;
    const auto add = [](Four x, double point, Four& sum) {
      const Four a = x - point;
      sum += a * a;
    };
    for (std::size_t c = 0; c < cols_; ++c, at += kLanes, turned += kLanes) {
      const Four x = *reinterpret_cast<const Loose*>(turned);
      const Four y = *reinterpret_cast<const Loose*>(turned + 4);
      add(x, at[0], low0);
      add(y, at[0], high0);
      add(x, at[1], low1);
      add(y, at[1], high1);
      add(x, at[2], low2);
      add(y, at[2], high2);
      add(x, at[3], low3);
      add(y, at[3], high3);
    }
    const auto first = group * kLanes + four;
    low.compare(low0, first);
    low.compare(low1, first + 1);
    low.compare(low2, first + 2);
    low.compare(low3, first + 3);
    high.compare(high0, first);
    high.compare(high1, first + 1);
    high.compare(high2, first + 2);
    high.compare(high3, first + 3);
  }

  std::size_t cols_;
  std::size_t groups_;
  std::vector<double> cells_;  // [group][column][lane]
};

/// Finds the nearest of the centres of many rows, eight rows at a time, and calls visit(row, nearest)
/// in the order in which they were asked for. finish() answers the last ones.
template <typename Visit>
class NearestOfMany {
 public:
  NearestOfMany(const Centers& centers, const MatrixView& rows, Visit visit)
      : centers_(centers),
        rows_(rows),
        visit_(std::move(visit)),
        turned_(centers.cols() * Centers::kLanes) {}

  void ask(std::size_t row) {
    const double* cells = rows_.data + row * rows_.cols;
    for (std::size_t c = 0; c < rows_.cols; ++c) turned_[c * Centers::kLanes + asked_] = cells[c];
    places_[asked_++] = row;
    if (asked_ == Centers::kLanes) finish();
  }

  void finish() {
    const auto found = centers_.nearest(turned_.data());
    for (std::size_t i = 0; i < asked_; ++i) visit_(places_[i], found[i]);
    asked_ = 0;
  }

 private:
  const Centers& centers_;
  const MatrixView& rows_;
  Visit visit_;
  std::vector<double> turned_;  // [column][row asked for]
  std::array<std::size_t, Centers::kLanes> places_{};
  std::size_t asked_ = 0;
};

/// Summed column by column, as Centers does: the same bits.
inline double squared_distance(const double* a, const double* b, std::size_t cols) {
  double sum = 0;
  for (std::size_t c = 0; c < cols; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

}  // namespace holdfast::grouping
