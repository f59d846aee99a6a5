#pragma once

#include "models/growing/criterion.hpp"
#include "models/growing/rule.hpp"

/// Splits by information gain: what C4.5 and C5.0 search alike. `gain` and the gain ratio in
/// `measure` are filled in; a split without gain is none.
///
/// Source: Quinlan (1993), C4.5: Programs for Machine Learning, section 2.2 and 2.4; Quinlan (1996),
/// JAIR 4, 77–90 (the charge on thresholds).
namespace holdfast::growing {

struct GainOptions {
  double leaf_weight_min = 2;        // In at least two children of a split.
  bool has_threshold_charge = true;  // log₂(candidates) / rows off the gain of a numeric split.
};

/// The threshold of most gain; its distribution is left for place_threshold.
Split best_threshold(const NodeView& node, std::size_t column, const XLogX& x_log_x,
                     const GainOptions& options);
/// One child a category, as occurs in the training rows or not.
Split multiway(const NodeView& node, std::size_t column, const XLogX& x_log_x,
               const GainOptions& options);

/// Moves a threshold to the largest value that occurs in training and is not above it, and counts
/// the children.
void place_threshold(const NodeView& node, Split& split);
/// Child b for category b.
void place_multiway(Split& split);

}  // namespace holdfast::growing
