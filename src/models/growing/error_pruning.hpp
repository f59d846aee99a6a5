#pragma once

#include "models/growing/branch.hpp"

/// Pruning by the upper limit of a confidence interval on the errors of a leaf.
///
/// Source: Quinlan (1993), C4.5: Programs for Machine Learning, chapter 4.
namespace holdfast::growing {

struct ErrorPruning {
  double confidence = 0.25;  // 1: no pruning.
  bool is_raising = true;    // A subtree may give way to its largest branch.
};

/// Added errors at the upper confidence limit: `errors` wrong of `total` rows.
double added_errors(double total, double errors, double confidence);

/// Errors on the rows a branch was counted on.
double training_errors(const Branch& branch);

/// Drops splits that save no training error.
void collapse(Branch& branch);

/// From the leaves up, a subtree becomes a leaf or its largest branch where that has no more
/// estimated errors. In J48's order. Big nodes prune their children side by side.
void prune_by_errors(const Sample& sample, Branch& branch, const Rows& rows,
                     const ErrorPruning& options);

}  // namespace holdfast::growing
