#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/dataset.hpp"

namespace holdfast::selection {

/// Columns as small whole numbers: bins of about equal weight, categories, missing a state of its own.
struct Discrete {
  std::vector<std::string> names;                 // [columns]
  std::vector<std::vector<std::uint8_t>> states;  // [columns][rows]
  std::vector<std::size_t> states_count;          // [columns]; 1: says nothing.
  std::size_t rows = 0;
};
/// At most `bins` states of a number and as many of a category (rarer ones join), beside missing.
Discrete discretised(const dataset::Columns& columns, std::span<const double> weight, int bins = 10);

/// One column against the outcome.
struct Univariate {
  std::string name;
  double chi_squared = 0, p_value = 1, cramers_v = 0;
  double information_value = 0;     // Σ (share of leavers − share of stayers) × weight of evidence.
  double information_gain = 0;      // Bits.
  double gain_ratio = 0;
  double correlation = 0;           // Of a number with the outcome; 0 for categories.
};

/// Strongest information value first. Shapes: y, weight [rows].
///
/// Source     χ², V: Agresti (2002), Categorical Data Analysis; information value: Siddiqi (2006),
///            Credit Risk Scorecards, ch. 6 (half a row added to every cell); gain ratio: Quinlan (1993).
std::vector<Univariate> univariate(const dataset::Columns& columns, const Discrete& discrete,
                                   std::span<const std::uint8_t> y, std::span<const double> weight);

}  // namespace holdfast::selection
