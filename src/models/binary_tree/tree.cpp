#include "models/binary_tree/tree.hpp"

namespace holdfast::binary_tree {

Side side_of(const Node& node, const dataset::Columns& columns, std::uint32_t row) {
  const auto by = [&](const Split& split) {
    return split.side_of(columns.columns[static_cast<std::size_t>(split.column)], row);
  };
  if (const Side side = by(node.split); side != kUnknown) return side;
  for (const auto& surrogate : node.surrogates) {
    if (const Side side = by(surrogate); side != kUnknown) return side;
  }
  return node.fallback;
}

}  // namespace holdfast::binary_tree
