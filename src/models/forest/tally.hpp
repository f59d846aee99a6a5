#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "models/forest/forest.hpp"

/// Draws by class, as whole numbers: sums are exact in any order.
namespace holdfast::forest {

/// A row of a tree's sample: how often it was drawn, and its class.
struct Draw {
  std::uint32_t row;
  std::uint32_t count_and_class;

  static Draw of(std::uint32_t row, std::uint32_t count, std::uint32_t cls) {
    return {row, count << 4 | cls};
  }
  std::uint32_t count() const { return count_and_class >> 4; }
  std::uint32_t cls() const { return count_and_class & 15; }
};
constexpr std::size_t kDrawsMax = std::size_t{1} << 28;
static_assert(kClassesMax == 16);

/// Two classes in one word: all draws below, those of class 1 above.
struct PairTally {
  std::uint64_t both = 0;

  static PairTally of(const Draw& draw) {
    const std::uint64_t count = draw.count();
    return {count + ((count & (std::uint64_t{0} - draw.cls())) << 32)};
  }
  std::uint32_t total() const { return static_cast<std::uint32_t>(both); }
  std::uint32_t of_class(std::size_t k) const {
    const auto second = static_cast<std::uint32_t>(both >> 32);
    return k == 1 ? second : total() - second;
  }
  void operator+=(const PairTally& other) { both += other.both; }
  void operator-=(const PairTally& other) { both -= other.both; }
};

struct ManyTally {
  std::array<std::uint32_t, kClassesMax> counts{};

  static ManyTally of(const Draw& draw) {
    ManyTally tally;
    tally.counts[draw.cls()] = draw.count();
    return tally;
  }
  std::uint32_t total() const {
    std::uint32_t sum = 0;
    for (const auto count : counts) sum += count;
    return sum;
  }
  std::uint32_t of_class(std::size_t k) const { return counts[k]; }
  void operator+=(const ManyTally& other) {
    for (std::size_t k = 0; k < kClassesMax; ++k) counts[k] += other.counts[k];
  }
  void operator-=(const ManyTally& other) {
    for (std::size_t k = 0; k < kClassesMax; ++k) counts[k] -= other.counts[k];
  }
};

/// Gini impurity times weight, under class weights.
inline double impurity(const PairTally& tally, std::span<const double> class_weights) {
  const double a = class_weights[0] * tally.of_class(0);
  const double b = class_weights[1] * tally.of_class(1);
  return a + b > 0 ? 2 * a * b / (a + b) : 0;
}
inline double impurity(const ManyTally& tally, std::span<const double> class_weights) {
  double sum = 0;
  double squares = 0;
  for (std::size_t k = 0; k < class_weights.size(); ++k) {
    const double weight = class_weights[k] * tally.of_class(k);
    sum += weight;
    squares += weight * weight;
  }
  return sum > 0 ? sum - squares / sum : 0;
}

/// The impurity of two children, both with draws.
inline double impurity(const PairTally& left, const PairTally& right,
                       std::span<const double> class_weights) {
  const double a = class_weights[0] * left.of_class(0);
  const double b = class_weights[1] * left.of_class(1);
  const double c = class_weights[0] * right.of_class(0);
  const double d = class_weights[1] * right.of_class(1);
  return 2 * (a * b * (c + d) + c * d * (a + b)) / ((a + b) * (c + d));  // One division for both.
}
inline double impurity(const ManyTally& left, const ManyTally& right,
                       std::span<const double> class_weights) {
  return impurity(left, class_weights) + impurity(right, class_weights);
}

}  // namespace holdfast::forest
