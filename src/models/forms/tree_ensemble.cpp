#include "models/forms/tree_ensemble.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace holdfast::forms {
int child_of(const TreeEnsemble& ensemble, const TreeNode& node, const Cell& cell) {
  if (cell.is_missing) {
    return node.missing == MissingRule::Fractional ? -1 : node.default_child;
  }
  if (node.is_category) {
    const auto code = static_cast<std::size_t>(cell.code);
    if (cell.code < 0 || code >= node.child_of_category.size() ||
        node.child_of_category[code] < 0) {
      return node.missing == MissingRule::Fractional ? -1 : node.default_child;
    }
    return node.child_of_category[code];
  }
  if (ensemble.is_float) {
    const auto value = narrowed(cell.value);
    return (ensemble.is_less ? value < node.threshold : value <= node.threshold) ? 0 : 1;
  }
  return (ensemble.is_less ? cell.value < node.split : cell.value <= node.split) ? 0 : 1;
}

double cover_share(const Tree& tree, const TreeNode& node, std::size_t child) {
  double total = 0;
  for (const auto c : node.children) total += tree.nodes[static_cast<std::size_t>(c)].cover;
  if (!(total > 0)) return 1.0 / static_cast<double>(node.children.size());
  return tree.nodes[static_cast<std::size_t>(node.children[child])].cover / total;
}

TreeScorer::TreeScorer(const TreeEnsemble& ensemble)
    : base_(ensemble.base), is_less_(ensemble.is_less), is_float_(ensemble.is_float) {
  for (const auto& tree : ensemble.trees) {
    const auto offset = static_cast<std::int32_t>(nodes_.size());
    roots_.push_back(offset);
    for (const auto& node : tree.nodes) {
      Node flat{.column = node.children.empty() ? -1 : node.column,
                .first = static_cast<std::int32_t>(children_.size()),
                .codes = static_cast<std::int32_t>(child_of_category_.size()),
                .codes_count = static_cast<std::int32_t>(node.child_of_category.size()),
                .default_child = node.default_child,
                .children_count = static_cast<std::int32_t>(node.children.size()),
                .is_category = node.is_category,
                .is_fractional = node.missing == MissingRule::Fractional,
                .split = is_float_ ? static_cast<double>(node.threshold) : node.split};
      if (node.children.empty()) flat.split = node.value;
      for (std::size_t c = 0; c < node.children.size(); ++c) {
        children_.push_back(offset + node.children[c]);
        shares_.push_back(cover_share(tree, node, c));
      }
      child_of_category_.insert(child_of_category_.end(), node.child_of_category.begin(),
                                node.child_of_category.end());
      nodes_.push_back(flat);
    }
  }
}

double TreeScorer::walk(std::int32_t start, const Cell* row) const {
  const Node* node = &nodes_[static_cast<std::size_t>(start)];
  while (node->column >= 0) {
    const Cell& cell = row[node->column];
    std::int32_t child = -1;
    if (cell.is_missing) {
      if (!node->is_fractional) child = node->default_child;
    } else if (node->is_category) {
      if (cell.code >= 0 && cell.code < node->codes_count) {
        child = child_of_category_[static_cast<std::size_t>(node->codes + cell.code)];
      }
      if (child < 0 && !node->is_fractional) child = node->default_child;
    } else {
      const double value =
          is_float_ ? static_cast<double>(narrowed(cell.value)) : cell.value;
      child = (is_less_ ? value < node->split : value <= node->split) ? 0 : 1;
    }
    if (child < 0) {
      double sum = 0;
      for (std::int32_t c = 0; c < node->children_count; ++c) {
        const auto at = static_cast<std::size_t>(node->first + c);
        if (shares_[at] > 0) sum += shares_[at] * walk(children_[at], row);
      }
      return sum;
    }
    node = &nodes_[static_cast<std::size_t>(
        children_[static_cast<std::size_t>(node->first + child)])];
  }
  return node->split;
}

void TreeScorer::score(std::span<const Cell> cells, std::size_t columns,
                       std::span<double> out) const {
  HOLDFAST_CHECK(cells.size() == columns * out.size());
  std::ranges::fill(out, base_);
  for (const auto root : roots_) {
    for (std::size_t r = 0; r < out.size(); ++r) {
      const double value = walk(root, cells.data() + r * columns);
      // XGBoost adds the trees up in float, one after another.
      out[r] = is_float_ ? static_cast<double>(static_cast<float>(out[r]) +
                                               static_cast<float>(value))
                         : out[r] + value;
    }
  }
}

}  // namespace holdfast::forms
