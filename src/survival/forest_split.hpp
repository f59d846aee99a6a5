#pragma once

#include <array>

#include "core/random.hpp"
#include "survival/forest_sample.hpp"

namespace holdfast::survival {

/// A row of the sample and how often it was drawn.
struct ForestMember {
  std::uint32_t place = 0;
  std::uint32_t draws = 0;
};

/// The best question found; χ² 0: none.
struct ForestSplit {
  double chi_squared = 0;
  std::uint32_t column = 0;
  std::uint8_t below = 0;  // Neighbouring bins of the node's rows, parted by it.
  std::uint8_t above = 0;
};

/// Looks for splits of one node after the other; keeps its room between them. With r rows at risk,
/// d of whom leave, and s of the r in the first child, a time of leaving adds d_first − s d/r to U
/// and d (r−d)/(r−1) · s (r−s)/r² to V. U is a sum over rows: of 1 for who left less the node's
/// cumulative hazard until the exit.
class ForestSplitter {
 public:
  ForestSplitter(const ForestSample& sample, const ForestOptions& options);

  /// members: in order of place. Draws columns from `random`.
  ForestSplit best(std::span<const ForestMember> members, Random& random);

 private:
  static constexpr std::size_t kGroups = 64;  // Times of leaving, or stretches of them.
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kBins = 256;

  void take_node(std::span<const ForestMember> members);
  void take_groups();
  bool scan_rows(std::span<const ForestMember> members, std::uint32_t column);
  bool scan_bins(std::span<const ForestMember> members, std::uint32_t column);
  void close_bin(std::uint32_t column, std::uint8_t below, std::uint8_t above);
  void clear_first();

  const ForestSample& sample_;
  std::size_t exits_;
  std::size_t columns_tried_;
  double leaf_rows_min_;
  ForestSplit best_;

  // Of the node.
  std::vector<double> score_;          // [rows × exits] times draws.
  std::vector<std::uint32_t> reach_;   // [rows] moments, then groups, at which it is at risk.
  std::vector<double> moment_weight_;  // [moments × exits] d (r−d)/(r−1).
  std::vector<double> moment_risk_;    // [moments] r.
  std::size_t lanes_used_ = 0;         // Groups, up to a whole number of lanes.
  double draws_ = 0;
  alignas(32) std::array<float, kGroups> group_risk_{};
  std::vector<float> group_weight_;  // [exits × kGroups] over r².

  // Of the first child, as it grows.
  alignas(32) std::array<float, kGroups> first_risk_{};
  std::vector<double> first_score_;  // [exits]
  double first_draws_ = 0;

  std::vector<float> reach_mask_;  // [kGroups + 1][kGroups] 1 up to there.
  std::vector<float> bin_risk_;    // [kBins][kGroups + 1] by reach.
  std::vector<double> bin_score_;  // [kBins × exits]
  std::array<double, kBins> bin_draws_{};
  std::vector<std::uint32_t> by_bin_;
  std::vector<std::uint32_t> columns_;
};

}  // namespace holdfast::survival
