#pragma once

#include <functional>
#include <memory>

#include "models/growing/rule.hpp"

/// The growth loop, one for every tree method.
namespace holdfast::growing {

/// Grows a branch on `rows` (rows of the sample, each at most once), not pruned. Depth-first; big
/// nodes search their columns in parallel, small ones grow side by side. Rows of the same order and
/// weight give the same tree whatever the thread count.
///
/// Cost       O(rows × columns) a level: the columns' orders are split with the rows.
std::unique_ptr<Branch> grown(const Sample& sample, const Rows& rows, const SplitRule& rule,
                              const StopRules& stop, int depth = 0);

/// Calls `use` with the node that `rows` make, as the loop would show it to the rule.
void with_node(const Sample& sample, const Rows& rows, int depth,
               const std::function<void(const NodeView&)>& use);

/// Adds the rows of unknown value to a split's distribution, as its missing rule says.
void add_unknown(const NodeView& node, Split& split);

}  // namespace holdfast::growing
