#pragma once

#include <vector>

#include "models/task.hpp"

namespace holdfast::models {

/// How much an error on each class counts in a fit, [classes]: the sum of the class's row of
/// task.costs (1 each where the task has none), times the class's rarity where `is_balanced`, scaled
/// so that the weighted mean over the training rows is 1.
///
/// Source     Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, 4.4:
///            a row of costs as one cost a class.
std::vector<double> class_costs(const ClassifierTask& task, bool is_balanced);

}  // namespace holdfast::models
