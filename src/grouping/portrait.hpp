#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::grouping {

/// One input of the customers: numbers, or levels counted from 0.
struct PortraitInput {
  std::span<const double> values;         // [rows] numbers.
  std::span<const std::uint32_t> levels;  // [rows] levels.
  std::size_t levels_count = 0;           // 0: numbers.
  std::span<const std::uint8_t> valid;    // [rows] 0: missing; empty: none is.
};

/// One input in one cluster against all other customers; missing cells count nowhere.
struct Trait {
  std::size_t input = 0;
  /// How much it sets the cluster apart, 0 to 1: correlation of the input with belonging to the
  /// cluster. Numbers: point-biserial; levels: √(χ²/n). Comparable between both.
  double strength = 0;
  double present = 0, others_present = 0;  // Rows with a value.
  double mean = 0, others_mean = 0;        // Numbers.
  double deviation = 0;                    // Numbers: of all rows.
  /// Difference of the means in pooled standard deviations (Cohen's d); 0 where nothing varies.
  double difference = 0;
  std::vector<double> share, others_share;  // Levels: [levels].
  std::size_t level = 0;                    // The level whose share differs most.
};

struct Portraits {
  std::vector<std::vector<Trait>> traits;  // [clusters] every input, the strongest first.
  /// How much each input sets all clusters apart, 0 to 1: √(variance between clusters ÷ overall) of
  /// numbers, Cramér's V of levels.
  std::vector<double> importance;  // [inputs]
};

/// In what do the clusters differ? labels: [rows] a cluster; below 0: in none, left out.
/// Errors: kNoRows, kShape, kBadLevel. Cost: one pass over the inputs each.
Result<Portraits> portraits(std::span<const PortraitInput> inputs,
                            std::span<const std::int32_t> labels, std::size_t clusters);

}  // namespace holdfast::grouping
