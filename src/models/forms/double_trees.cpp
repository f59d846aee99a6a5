#include "models/forms/double_trees.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace holdfast::forms {

double split_in_double(float threshold) {
  if (std::isinf(threshold)) return threshold;
  const float before = std::nextafter(threshold, -std::numeric_limits<float>::infinity());
  if (std::isinf(before)) return static_cast<double>(threshold);
  // Exact: both have 24 bits, the middle needs one more. Halves go to the even one.
  const double middle = (static_cast<double>(before) + static_cast<double>(threshold)) / 2;
  const bool is_even = (std::bit_cast<std::uint32_t>(threshold) & 1U) == 0;
  return is_even ? middle : std::nextafter(middle, std::numeric_limits<double>::infinity());
}

double less_in_double(const TreeEnsemble& ensemble, const TreeNode& node) {
  return split_in_double(ensemble.is_less
                             ? node.threshold
                             : std::nextafter(node.threshold, std::numeric_limits<float>::infinity()));
}

void use_doubles(TreeEnsemble& ensemble) {
  if (!ensemble.is_float) return;
  for (auto& tree : ensemble.trees) {
    for (auto& node : tree.nodes) {
      if (!node.children.empty() && !node.is_category && node.cuts.empty())
        node.split = less_in_double(ensemble, node);
    }
  }
  ensemble.is_float = false;
  ensemble.is_less = true;
}

}  // namespace holdfast::forms
