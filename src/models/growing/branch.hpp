#pragma once

#include <memory>
#include <vector>

#include "models/forms/tree.hpp"
#include "models/growing/split.hpp"

/// A tree on its way: nodes that own their children.
namespace holdfast::growing {

struct Branch {
  Split split;  // Leaf: none, with the distribution of its rows.
  std::vector<std::unique_ptr<Branch>> children;

  bool is_leaf() const { return children.empty(); }
};

/// Drops what is below.
void make_leaf(Branch& branch);
/// Sends `rows` down this branch and counts every node anew.
void redistribute(const Sample& sample, Branch& branch, const Rows& rows);
std::size_t leaves_count(const Branch& branch);
std::unique_ptr<Branch> copy_of(const Branch& branch);

/// What a leaf answers for a class: its share; smoothed by Laplace, (of the class + 1) /
/// (all + classes); or towards the tree's own share p of the class, (of the class + p) / (all + 1).
enum class LeafShare : std::uint8_t { Raw, Laplace, Prior };

/// The tree as a form: covers without the factors of costs and priors, the answer of every node, and
/// with more than two classes the answer for each. A leaf without rows answers what its parent would.
forms::Tree tree_of(const Sample& sample, const Branch& root, LeafShare share);

/// The way back, for growing on a saved tree: every node counted on `rows`.
std::unique_ptr<Branch> branch_of(const Sample& sample, const forms::Tree& tree, const Rows& rows);

}  // namespace holdfast::growing
