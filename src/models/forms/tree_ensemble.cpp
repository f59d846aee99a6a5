#include "models/forms/tree_ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/check.hpp"
#include "models/forms/byte_trees.hpp"
#include "models/forms/thin_trees.hpp"
#include "models/forms/tree_shap.hpp"

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

/// Rows of cells as columns.
struct CellColumns {
  std::vector<double> values;
  std::vector<std::uint32_t> codes;
  std::vector<std::uint8_t> valid;
  std::vector<std::int32_t> own_code;
  std::vector<Slice> slices;

  CellColumns(const Rows& rows, const std::vector<bool>& is_category_column)
      : values(rows.count * rows.width), codes(values.size()), valid(values.size()),
        slices(rows.width) {
    std::int32_t codes_count = 0;
    for (std::size_t c = 0; c < rows.width; ++c) {
      const std::size_t begin = c * rows.count;
      const bool is_category = c < is_category_column.size() && is_category_column[c];
      for (std::size_t r = 0; r < rows.count; ++r) {
        const Cell& cell = rows.cells[r * rows.width + c];
        valid[begin + r] = cell.is_missing || (is_category && cell.code < 0) ? 0 : 1;
        values[begin + r] = cell.value;
        if (valid[begin + r] == 0 || !is_category) continue;
        codes[begin + r] = static_cast<std::uint32_t>(cell.code);
        codes_count = std::max(codes_count, cell.code + 1);
      }
      slices[c] = {.values = is_category ? nullptr : values.data() + begin,
                   .codes = is_category ? codes.data() + begin : nullptr,
                   .valid = valid.data() + begin};
    }
    own_code.resize(static_cast<std::size_t>(codes_count));
    std::iota(own_code.begin(), own_code.end(), 0);
    for (auto& slice : slices) slice.own_code = own_code;
  }
};

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

bool goes_two_ways(const TreeEnsemble& ensemble) {
  const auto fits = [&](const TreeNode& node) {
    if (node.children.empty()) return true;
    const double split =
        ensemble.is_float ? static_cast<double>(node.threshold) : node.split;
    return node.children.size() == 2 && node.cuts.empty() && node.surrogates.empty() &&
           node.missing == MissingRule::Default &&
           (node.is_category || split > -std::numeric_limits<double>::infinity());
  };
  return std::ranges::all_of(ensemble.trees, [&](const Tree& tree) {
    return !tree.nodes.empty() && std::ranges::all_of(tree.nodes, fits);
  });
}

double largest_of_first(const TreeEnsemble& ensemble, const TreeNode& node) {
  if (!ensemble.is_less) {
    return ensemble.is_float ? static_cast<double>(node.threshold) : node.split;
  }
  if (ensemble.is_float) {
    return static_cast<double>(
        std::nextafter(node.threshold, -std::numeric_limits<float>::infinity()));
  }
  return std::nextafter(node.split, -std::numeric_limits<double>::infinity());
}

TreeScorer::TreeScorer(const TreeEnsemble& ensemble)
    : ensemble_(&ensemble), bytes_(ByteTrees::of(ensemble)) {
  if (bytes_ == nullptr) thin_ = ThinTrees::of(ensemble);
  if (bytes_ != nullptr || thin_ != nullptr) {
    note_categories();
    return;
  }
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

void TreeScorer::note_categories() {
  for (const auto& tree : ensemble_->trees) {
    for (const auto& node : tree.nodes) {
      if (node.children.empty() || !node.is_category) continue;
      const auto column = static_cast<std::size_t>(node.column);
      if (is_category_.size() <= column) is_category_.resize(column + 1, false);
      is_category_[column] = true;
    }
  }
}

void TreeScorer::walk_all(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = ensemble_->outputs;
  const std::size_t trees = ensemble_->trees.size();
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

void TreeScorer::score(const Rows& rows, std::span<double> out) const {
  HOLDFAST_CHECK(out.size() == rows.count * ensemble_->outputs);
  if (bytes_ == nullptr && thin_ == nullptr) return walk_all(rows, out);
  const CellColumns columns(rows, is_category_);
  score(columns.slices, 0, rows.count, out);
}

void TreeScorer::score(std::span<const Slice> columns, std::size_t begin, std::size_t end,
                       std::span<double> out) const {
  HOLDFAST_CHECK(out.size() == (end - begin) * ensemble_->outputs);
  if (bytes_ != nullptr) return bytes_->score(columns, begin, end, out);
  if (thin_ != nullptr) return thin_->score(columns, begin, end, out);
  std::vector<Cell> cells((end - begin) * columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::size_t r = begin; r < end; ++r) {
      cells[(r - begin) * columns.size() + c] = columns[c].cell(r);
    }
  }
  walk_all({.count = end - begin, .width = columns.size(), .cells = cells}, out);
}

const TreeShap& TreeScorer::shap() const {
  std::call_once(shap_once_, [&] { shap_ = std::make_unique<const TreeShap>(*ensemble_); });
  return *shap_;
}

void TreeScorer::contributions(const Rows& rows, std::size_t output,
                               std::span<double> out) const {
  const std::size_t width = rows.width + 1;
  HOLDFAST_CHECK(out.size() == rows.count * width);
  std::vector<double> scores(rows.count * ensemble_->outputs);
  score(rows, scores);
  shap().explain(rows, output, out);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto phi = out.subspan(r * width, width);
    const double sum = std::accumulate(phi.begin(), phi.end(), 0.0);
    // Sums in float differ from sums in double by rounding only; the base takes that up, so that a
    // row adds up to the score that is shown.
    phi.back() += scores[r * ensemble_->outputs + output] - sum;
  }
}

TreeScorer::~TreeScorer() = default;

}  // namespace holdfast::forms
