#pragma once

#include <vector>

#include "models/c50/c50.hpp"

namespace holdfast::c50 {

/// Which columns help on rows a tree has not seen: one half of the rows (within each class) grows a
/// tree; columns it does not use are left out, and those without which (their values hidden) it errs
/// no more on the other half. If a tree without all of these errs more on the other half, nothing is
/// left out.
///
/// Source: RuleQuest, See5/C5.0: An Informal Tutorial, "Winnowing attributes"; Kuhn & Johnson
/// (2013), section 14.6.
std::vector<Winnowed> winnowed(const growing::Sample& sample, const Options& options);

/// [columns] true where winnowing leaves the column out; empty where nothing was winnowed.
std::vector<bool> left_out_of(const std::vector<Winnowed>& winnowed);

}  // namespace holdfast::c50
