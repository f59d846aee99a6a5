#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grouping/two_step.hpp"

namespace holdfast::grouping {

/// What a cluster costs: its rows times the entropy of its numbers and levels, each drawn towards
/// all rows. Numbers as SPSS does, ½ ln(σ_j² + ε σ²), with an ε (TwoStep::pull) so large that a
/// number which mostly has one value, a flag, gains half of its entropy at most; levels likewise, by the entropy of
/// (1 − λ) p_j + λ p. Drawn so, a value no row of a cluster has is unlikely in it, not impossible.
/// Both are concave and grow with the rows, so the cost of one more row is at most the slope, and
/// moving each row to the cluster of least slope never raises the sum. Not for callers of the
/// folder.
class Measure {
 public:
  /// The least ε. SPSS has 1, which hides kinds that few numbers tell apart; near 0 a skewed number
  /// is split.
  static constexpr double kNumberPull = 0.1;
  static constexpr double kLevelPull = 0.05;  // λ

  explicit Measure(const TwoStep& fit);

  /// A cluster's cost as it changes with a row: base + Σ weight (z − mean)² + Σ level.
  struct Slope {
    double base = 0;
    std::vector<double> mean;
    std::vector<double> weight;
    std::vector<double> level;  // All levels of the first categorical column, then of the next.
  };

  TwoStepProfile empty() const;
  double cost(const TwoStepProfile& cluster) const;
  Slope slope(const TwoStepProfile& cluster) const;
  /// What two clusters cost more as one; between centres for TwoStepDistance::Euclidean.
  double distance(const TwoStepProfile& a, const TwoStepProfile& b) const;

  /// z: standardised; level: places among all levels.
  double at(const Slope& slope, const double* z, const std::uint32_t* level) const {
    double found = slope.base;
    for (std::size_t c = 0; c < numbers_; ++c) {
      const double gap = z[c] - slope.mean[c];
      found += slope.weight[c] * gap * gap;
    }
    for (std::size_t c = 0; c < categorical(); ++c) found += slope.level[level[c]];
    return found;
  }
  void add(TwoStepProfile& to, const double* z, const std::uint32_t* level) const;
  static void add(TwoStepProfile& to, const TwoStepProfile& other);

  bool is_euclidean() const { return distance_ == TwoStepDistance::Euclidean; }
  bool by_size() const { return by_size_; }
  std::size_t numbers() const { return numbers_; }
  std::size_t categorical() const { return first_level_.size() - 1; }
  std::uint32_t level_at(std::size_t column, std::uint32_t level) const {
    return first_level_[column] + level;
  }

 private:
  TwoStepDistance distance_;
  bool by_size_;
  std::size_t numbers_;
  std::vector<double> pull_;
  std::vector<std::uint32_t> first_level_;  // Per categorical column, and the end.
  std::vector<double> share_;               // Of each level over all rows.
  std::vector<double> counts_;              // Of each level: TwoStep::level_weight of its column.
};

}  // namespace holdfast::grouping
