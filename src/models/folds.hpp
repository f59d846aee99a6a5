#pragma once

#include <cstdint>
#include <vector>

#include "models/task.hpp"

/// Parts of the training rows for cross-validation and for holding out.
namespace holdfast::models {

constexpr std::uint32_t kNoFold = 0xffffffff;

/// The fold of each training row; kNoFold for rows of weight 0. All rows of a group (customer) stand
/// in one fold, and groups with a churner are dealt out evenly, as are those without. Drawn from
/// the task's seed. Fewer folds than asked for where an outcome has fewer groups; empty where one
/// has less than two.
std::vector<std::uint32_t> folds_of(const ClassifierTask& task, std::uint32_t folds_count);

}  // namespace holdfast::models
