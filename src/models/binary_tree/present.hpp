#pragma once

#include <string>
#include <vector>

#include "models/binary_tree/complexity.hpp"
#include "models/model.hpp"

/// A binary tree as a form and as tables for people.
namespace holdfast::binary_tree {

/// The tree as a form: low values and a split's left categories are child 0; a leaf answers with the
/// shares of its weight. Nodes keep their indices.
forms::Tree tree_of(const Tree& tree);
/// A node that asks the split, without children.
forms::TreeNode node_of_split(const Split& split);
/// `first`: the side that is child 0 of the node it stands in for.
forms::Surrogate surrogate_of(const Split& split, Side first);

/// Every split with its competitors and surrogates.
ReportTable splits_table(const Tree& tree, const dataset::Columns& columns);
/// The nested trees with their errors, the one taken marked.
ReportTable pruning_table(const std::vector<Pruned>& table, std::size_t chosen);
/// Columns by importance, largest first; those of none left out.
ReportTable importance_table(const std::vector<double>& importance,
                             const dataset::Columns& columns);

}  // namespace holdfast::binary_tree
