#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/matrix_view.hpp"
#include "survival/concordance.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

struct ForestOptions {
  int trees = 100;
  int columns_tried = 0;    // At each split, of those that vary there; 0: ⌈√columns⌉.
  int leaf_rows_min = 15;   // Rows drawn, counted as often as drawn.
  int depth_max = 0;        // 0: no limit.
  double sample_share = 1;  // Rows drawn for a tree, of all.
  bool with_replacement = true;
  std::vector<double> times;  // Ascending: where hazards are kept; empty: exits of their own.
  int times_max = 100;        // Most of them, where times is empty.
  std::uint64_t seed = 1;
};

/// A question asked of a row, or a leaf.
struct ForestNode {
  static constexpr std::uint32_t kLeaf = std::numeric_limits<std::uint32_t>::max();

  double threshold = 0;  // To the first child: x ≤ threshold; a missing value is not.
  std::uint32_t column = kLeaf;
  std::uint32_t child = 0;  // The first of two children; of a leaf: its number.
};

/// Leaves hold cumulative hazards by exit as steps: from times[step_time] on, step_hazard.
struct ForestTree {
  std::vector<ForestNode> nodes;          // The first is the root.
  std::vector<std::uint32_t> leaf_steps;  // [leaves + 1]: the steps of a leaf.
  std::vector<std::uint16_t> step_time;   // [steps] ascending within a leaf.
  std::vector<float> step_hazard;         // [steps × exits]

  std::uint32_t leaf_of(std::span<const double> x) const;
};

struct SurvivalForest {
  std::vector<double> times;
  std::vector<std::uint8_t> exits;  // Event numbers, ascending.
  std::size_t columns = 0;
  std::vector<ForestTree> trees;

  /// Mean over trees of the cumulative hazard of each exit. out: [exits × times].
  void hazards(std::span<const double> x, std::span<double> out) const;
};

/// hazards() of every row: [rows × exits × times]. Missing values are NaN.
std::vector<double> forest_hazards(const SurvivalForest& forest, MatrixView x);

/// The chance of having left by each exit, from cumulative hazards [exits × times] of it: between
/// two times the hazards keep their proportion. Those of all exits and of staying add up to 1.
/// out: [exits × times].
void probabilities_of(std::span<const double> hazards, std::size_t exits, std::span<double> out);

struct ForestFit {
  SurvivalForest forest;
  /// Of trees that did not see the row: cumulative hazard summed over times, [rows × exits].
  std::vector<double> out_of_bag_risk;
  std::vector<std::uint32_t> out_of_bag_trees;  // [rows] how many those are.
  std::vector<Concordance> out_of_bag;          // By exit, others as lost; empty: too few rows.
  std::vector<double> importance;               // [columns] share of all trees' log-rank χ².
};

/// Who leaves sooner, by whatever joint shape of the columns: trees of log-rank splits on bootstrap
/// samples, a Nelson–Aalen curve in each leaf, their mean. A split takes the columns' largest
/// Σ over exits of U²/V (log-rank χ²). Columns of more than 255 values are cut into as many about
/// equal parts. V is exact up to 64 distinct times of leaving in a node; above, times are taken
/// together 64 evenly. Weights are chances of being drawn. NaN is a missing value: it goes to the
/// second child. Shapes: x rows × columns, as many rows as spells.
/// Errors: those of check(), kShape, kBadValue, kNoEvents, kBadOption (late entries and strata).
/// Cost: trees × rows × columns tried × depth. Same bits for any thread count.
/// Source: Ishwaran, Kogalur, Blackstone & Lauer 2008; Ishwaran et al. 2014 for several exits.
Result<ForestFit> fit_forest(const Spells& spells, MatrixView x, const ForestOptions& options = {});

}  // namespace holdfast::survival
