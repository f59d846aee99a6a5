#pragma once

#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {

/// The double that parts values as float comparison with `threshold` does: for every double v,
/// float(v) < threshold exactly when v < split_in_double(threshold).
double split_in_double(float threshold);

/// The double below which all go to the first child of a numeric split of an ensemble in float.
double less_in_double(const TreeEnsemble& ensemble, const TreeNode& node);

/// Compares and adds up in double from now on: every row reaches the leaf it did in float, and the sum
/// no longer hangs on the order in which rounded sums are added up.
void use_doubles(TreeEnsemble& ensemble);

}  // namespace holdfast::forms
