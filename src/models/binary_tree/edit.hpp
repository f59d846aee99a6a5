#pragma once

#include <vector>

#include "models/binary_tree/model.hpp"
#include "models/tree_edit.hpp"

/// Changing a fitted binary tree by hand, through the engine of `growing/`.
namespace holdfast::binary_tree {

/// The model after one change. A branch is grown as the method grows it and cut back at the
/// complexity the fitted tree was cut back at; splits get surrogates. Tables of the fit that no
/// longer hold (splits, importance, pruning) are left out.
Result<FittedModel> edit_tree(const ClassifierTask& task, const FittedModel& model,
                              const TreeEdit& change, const FinderOf& finder);

/// Every column that can split the node, by what it gains.
Result<std::vector<SplitCandidate>> tree_candidates(const ClassifierTask& task,
                                                    const FittedModel& model, std::size_t node,
                                                    const FinderOf& finder);

}  // namespace holdfast::binary_tree
