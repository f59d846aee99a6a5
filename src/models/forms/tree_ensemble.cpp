#include "models/forms/tree_ensemble.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"

namespace holdfast::forms {
namespace {

std::int32_t child_of_code(const std::vector<std::int32_t>& child_of_category, std::int32_t code) {
  const auto at = static_cast<std::size_t>(code);
  return code < 0 || at >= child_of_category.size() ? -1 : child_of_category[at];
}

/// Child that a known value takes; −1 for a category that the split does not know.
std::int32_t child_of_value(const TreeEnsemble& ensemble, const TreeNode& node, const Cell& cell) {
  if (node.is_category) return child_of_code(node.child_of_category, cell.code);
  if (!node.cuts.empty()) {
    const auto at = std::ranges::lower_bound(node.cuts, cell.value);
    return static_cast<std::int32_t>(at - node.cuts.begin());
  }
  if (ensemble.is_float) {
    const auto value = narrowed(cell.value);
    return (ensemble.is_less ? value < node.threshold : value <= node.threshold) ? 0 : 1;
  }
  return (ensemble.is_less ? cell.value < node.split : cell.value <= node.split) ? 0 : 1;
}

std::int32_t child_of_surrogate(const Surrogate& surrogate, const Cell& cell) {
  if (cell.is_missing) return -1;
  if (surrogate.is_category) return child_of_code(surrogate.child_of_category, cell.code);
  return cell.value <= surrogate.split ? surrogate.low_child : 1 - surrogate.low_child;
}

}  // namespace

Decision decide(const TreeEnsemble& ensemble, const TreeNode& node, std::span<const Cell> row) {
  const Cell& cell = row[static_cast<std::size_t>(node.column)];
  const auto child = cell.is_missing ? -1 : child_of_value(ensemble, node, cell);
  if (child >= 0) return {child, node.column};
  if (node.missing == MissingRule::Fractional) return {-1, node.column};
  if (node.missing == MissingRule::Surrogate) {
    for (const auto& surrogate : node.surrogates) {
      const auto other = child_of_surrogate(surrogate, row[static_cast<std::size_t>(surrogate.column)]);
      if (other >= 0) return {other, surrogate.column};
    }
  }
  return {node.default_child, node.column};
}

double cover_share(const Tree& tree, const TreeNode& node, std::size_t child) {
  double total = 0;
  for (const auto c : node.children) total += tree.nodes[static_cast<std::size_t>(c)].cover;
  if (!(total > 0)) return 1.0 / static_cast<double>(node.children.size());
  return tree.nodes[static_cast<std::size_t>(node.children[child])].cover / total;
}

double leaf_value(const TreeEnsemble& ensemble, const TreeNode& leaf, std::size_t output) {
  if (ensemble.outputs == 1) return leaf.value;
  if (!leaf.values.empty()) return leaf.values[output];
  const double total = std::accumulate(leaf.class_cover.begin(), leaf.class_cover.end(), 0.0);
  const double share = total > 0 ? leaf.class_cover[output] / total
                                 : 1 / static_cast<double>(ensemble.outputs);
  return share / static_cast<double>(ensemble.trees.size());
}

TreeScorer::TreeScorer(const TreeEnsemble& ensemble) : ensemble_(&ensemble) {
  for (std::size_t output = 0; output < ensemble.outputs; ++output) {
    for (const auto& tree : ensemble.trees) add_tree(tree, output);
  }
}

void TreeScorer::add_tree(const Tree& tree, std::size_t output) {
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
              .rare = node.cuts.empty() && node.surrogates.empty() ? nullptr : &node,
              .split = ensemble_->is_float ? static_cast<double>(node.threshold) : node.split};
    if (node.children.empty()) flat.split = leaf_value(*ensemble_, node, output);
    for (std::size_t c = 0; c < node.children.size(); ++c) {
      children_.push_back(offset + node.children[c]);
      shares_.push_back(cover_share(tree, node, c));
    }
    child_of_category_.insert(child_of_category_.end(), node.child_of_category.begin(),
                              node.child_of_category.end());
    nodes_.push_back(flat);
  }
}

std::int32_t TreeScorer::child_of(const Node& node, const Cell* row, std::size_t width) const {
  if (node.rare != nullptr) return decide(*ensemble_, *node.rare, {row, width}).child;
  const Cell& cell = row[node.column];
  std::int32_t child = -1;
  if (!cell.is_missing) {
    if (!node.is_category) {
      const double value =
          ensemble_->is_float ? static_cast<double>(narrowed(cell.value)) : cell.value;
      return (ensemble_->is_less ? value < node.split : value <= node.split) ? 0 : 1;
    }
    if (cell.code >= 0 && cell.code < node.codes_count) {
      child = child_of_category_[static_cast<std::size_t>(node.codes + cell.code)];
    }
  }
  return child < 0 && !node.is_fractional ? node.default_child : child;
}

double TreeScorer::walk(std::int32_t start, const Cell* row, std::size_t width) const {
  const Node* node = &nodes_[static_cast<std::size_t>(start)];
  while (node->column >= 0) {
    const auto child = child_of(*node, row, width);
    if (child < 0) {
      double sum = 0;
      for (std::int32_t c = 0; c < node->children_count; ++c) {
        const auto at = static_cast<std::size_t>(node->first + c);
        if (shares_[at] > 0) sum += shares_[at] * walk(children_[at], row, width);
      }
      return sum;
    }
    node = &nodes_[static_cast<std::size_t>(
        children_[static_cast<std::size_t>(node->first + child)])];
  }
  return node->split;
}

void TreeScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = ensemble_->outputs;
  const std::size_t trees = ensemble_->trees.size();
  HOLDFAST_CHECK(out.size() == rows.count * outputs);
  std::ranges::fill(out, outputs == 1 ? ensemble_->base : 0.0);
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    const std::size_t output = trees == 0 ? 0 : i / trees;
    for (std::size_t r = 0; r < rows.count; ++r) {
      const double value = walk(roots_[i], rows.cells.data() + r * rows.width, rows.width);
      double& sum = out[r * outputs + output];
      // XGBoost adds the trees up in float, one after another.
      sum = ensemble_->is_float ? static_cast<double>(static_cast<float>(sum) +
                                                      static_cast<float>(value))
                                : sum + value;
    }
  }
}

void TreeScorer::contributions(const Rows& rows, std::size_t output,
                               std::span<double> out) const {
  std::vector<double> scores(rows.count * ensemble_->outputs);
  score(rows, scores);
  for (std::size_t r = 0; r < rows.count; ++r) {
    auto phi = shap_values(*ensemble_, rows.cells.subspan(r * rows.width, rows.width), output);
    const double sum = std::accumulate(phi.begin(), phi.end(), 0.0);
    // Sums in float differ from sums in double by rounding only; the base takes that up, so that a
    // row adds up to the score that is shown.
    phi.back() += scores[r * ensemble_->outputs + output] - sum;
    std::ranges::copy(phi, out.begin() + static_cast<std::ptrdiff_t>(r * (rows.width + 1)));
  }
}

}  // namespace holdfast::forms
