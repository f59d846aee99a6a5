#pragma once

#include <cstdint>
#include <span>

#include "core/error.hpp"
#include "dataset/dataset.hpp"
#include "models/growing/branch.hpp"

/// C4.5: a decision tree by gain ratio, pruned by the upper limit of a confidence interval on each
/// leaf's error. Grown and pruned step for step as WEKA's J48 does it, so that both draw the same
/// tree; where Quinlan's program and J48 differ, J48 is followed.
///
/// Source: Quinlan (1993), C4.5: Programs for Machine Learning, chapters 2–4; Quinlan (1996),
/// Improved use of continuous attributes in C4.5, JAIR 4, 77–90 (the MDL correction).
namespace holdfast::c45 {

struct Options {
  double confidence = 0.25;     // Of the pruning; 1: no pruning.
  double leaf_weight_min = 2;   // In at least two children of a split.
  bool is_raising = true;       // Subtree raising.
  bool is_collapsing = true;    // Drops splits that save no training error, before pruning.
  bool has_mdl_correction = true;
  int depth_max = 0;            // 0: none.
  growing::LeafShare share = growing::LeafShare::Raw;
};

/// Grows and prunes the tree. Missing cells go to every child with a part of their weight.
///
/// Shapes     y, weight: [columns.rows]; y < classes_count.
/// Errors     kNoRows.
/// Cost       O(rows × columns) a level after one sort of each numeric column.
Result<forms::Tree> fit(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                        std::span<const double> weight, int classes_count, const Options& options);

}  // namespace holdfast::c45
