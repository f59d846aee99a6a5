#pragma once

#include "survival/forest_split.hpp"

namespace holdfast::survival {

struct GrownTree {
  ForestTree tree;
  std::vector<double> gain;             // [columns] χ² of its splits.
  std::vector<double> leaf_risk;        // [leaves × exits] cumulative hazard summed over times.
  std::vector<std::uint8_t> last;       // [nodes] last bin of the first child.
  std::vector<std::uint8_t> is_in_bag;  // [rows of the sample]

  std::uint32_t leaf_of(const std::uint8_t* bins) const;
};

/// A tree on its own draw of rows. Depends on nothing but the sample, the options and its number.
GrownTree grow_tree(const ForestSample& sample, const ForestOptions& options, std::uint64_t number);

}  // namespace holdfast::survival
