#pragma once

#include <vector>

#include "models/growing/branch.hpp"
#include "models/growing/rule.hpp"
#include "models/tree_edit.hpp"

/// Growing by hand: a change to one node of a tree, counted on the sample's rows.
namespace holdfast::growing {

/// The one tree of a model. Errors: kNotATree.
Result<const forms::Tree*> tree_of(const FittedModel& model);

/// The tree after a change. Errors: kNoSuchNode, kNoSuchColumn, kNoSuchCategory, kPartsNothing.
Result<forms::Tree> edited(const Sample& sample, const forms::Tree& tree, const SplitRule& rule,
                           const StopRules& stop, LeafShare share, const TreeEdit& edit);

/// The rule's best split of a node on each column, best first. Errors: kNoSuchNode.
Result<std::vector<SplitCandidate>> candidates(const Sample& sample, const forms::Tree& tree,
                                               const SplitRule& rule, std::size_t node);

}  // namespace holdfast::growing
