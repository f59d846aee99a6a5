#pragma once

#include "models/forest/forest.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forest {

/// The forest over the columns themselves: a leaf's value is its share of class 1 divided by the
/// number of trees, so that the sum is the mean; `class_cover` keeps the draws by class.
forms::TreeEnsemble form_of(const Forest& forest);

}  // namespace holdfast::forest
