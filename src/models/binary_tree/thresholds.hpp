#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

/// Where a split lies between two values of a node.
namespace holdfast::binary_tree {

/// The middle between values[low] and values[high], for splits that ask value <= middle. Where the
/// middle is itself a value (of rows elsewhere in the tree), the value before it: rpart asks
/// value < middle, so such rows go to the high side. `values`: ascending, all of the column.
inline double between(std::span<const double> values, std::uint32_t low, std::uint32_t high) {
  const double middle = values[low] / 2 + values[high] / 2;
  if (!(values[low] <= middle && middle < values[high])) return values[low];
  const auto inside = values.subspan(low + 1, high - low - 1);
  const auto at = std::ranges::lower_bound(inside, middle);
  if (at == inside.end() || *at != middle) return middle;
  return at == inside.begin() ? values[low] : *(at - 1);
}

}  // namespace holdfast::binary_tree
