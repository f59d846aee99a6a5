#pragma once

#include <span>
#include <vector>

#include "models/binary_tree/grower.hpp"

/// Surrogate splits: other columns that send most rows the same way as a node's own split.
///
/// Source: Breiman et al. (1984), Classification and Regression Trees, chapter 5.3; with rpart's
/// bound that a surrogate sends at least two rows each way.
namespace holdfast::binary_tree {

/// The best surrogates of a node, best first; those no better than the larger side are left out.
/// `sides`: of every row of the sample by the node's own split.
/// Cost: O(present cells at the node).
std::vector<Split> surrogates_of(const Sample& sample, const NodeRows& node, std::int32_t column,
                                 std::span<const Side> sides, const Growth& growth);

}  // namespace holdfast::binary_tree
