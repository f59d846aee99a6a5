#include "exchange/portable/onnx_tree.hpp"

#include <algorithm>

#include "exchange/portable/tree_steps.hpp"
#include "models/forms/double_trees.hpp"

namespace holdfast::exchange {
namespace {

using forms::MissingRule;
using forms::TreeNode;

/// The arrays of a TreeEnsembleRegressor.
class Regressor {
 public:
  Regressor(const FittedModel& model, const forms::TreeEnsemble& form)
      : model_(&model), form_(&form) {}

  void add(const forms::Tree& tree) {
    ++tree_;
    next_ = 0;
    add_node(tree, 0);
  }

  const std::vector<TreeInput>& inputs() const { return inputs_; }

  void write(onnx::NodeProto& node, double base) const {
    set_ints(node, "nodes_treeids", tree_ids_);
    set_ints(node, "nodes_nodeids", node_ids_);
    set_ints(node, "nodes_featureids", feature_ids_);
    set_strings(node, "nodes_modes", modes_);
    set_doubles(node, "nodes_values_as_tensor", values_);
    set_ints(node, "nodes_truenodeids", true_ids_);
    set_ints(node, "nodes_falsenodeids", false_ids_);
    set_ints(node, "nodes_missing_value_tracks_true", missing_true_);
    set_ints(node, "target_treeids", target_trees_);
    set_ints(node, "target_nodeids", target_nodes_);
    set_ints(node, "target_ids", std::vector<std::int64_t>(target_nodes_.size(), 0));
    set_doubles(node, "target_weights_as_tensor", weights_);
    set_int(node, "n_targets", 1);
    set_doubles(node, "base_values_as_tensor", {base});
    set_string(node, "aggregate_function", "SUM");
    set_string(node, "post_transform", "NONE");
  }

 private:
  std::int64_t input_of(TreeInput input) {
    const auto found = std::ranges::find(inputs_, input);
    if (found != inputs_.end()) return found - inputs_.begin();
    inputs_.push_back(std::move(input));
    return static_cast<std::int64_t>(inputs_.size()) - 1;
  }

  /// A node's row of the arrays; children are filled in when they are known.
  std::size_t row(std::int64_t feature, const char* mode, double value, bool missing_true) {
    tree_ids_.push_back(tree_);
    node_ids_.push_back(next_++);
    feature_ids_.push_back(feature);
    modes_.emplace_back(mode);
    values_.push_back(value);
    true_ids_.push_back(0);
    false_ids_.push_back(0);
    missing_true_.push_back(missing_true ? 1 : 0);
    return node_ids_.size() - 1;
  }

  std::int64_t add_node(const forms::Tree& tree, std::size_t index) {
    const auto& node = tree.nodes[index];
    if (node.children.empty()) return leaf(node.value);
    if (node.is_category) return by_category(tree, node, 0);
    if (!node.cuts.empty()) return by_cuts(tree, node, 0);
    const auto feature = input_of({static_cast<std::size_t>(node.column), {}});
    bool is_less = form_->is_less;
    double at = node.split;
    if (form_->is_float) {
      at = forms::less_in_double(*form_, node);
      is_less = true;
    }
    const auto own = row(feature, is_less ? "BRANCH_LT" : "BRANCH_LEQ", at, node.default_child == 0);
    return joined(own, child(tree, node, 0), child(tree, node, 1));
  }

  std::int64_t child(const forms::Tree& tree, const TreeNode& node, std::size_t which) {
    return add_node(tree, static_cast<std::size_t>(node.children[which]));
  }

  std::int64_t joined(std::size_t own, std::int64_t if_true, std::int64_t if_false) {
    true_ids_[own] = if_true;
    false_ids_[own] = if_false;
    return node_ids_[own];
  }

  std::int64_t leaf(double value) {
    const auto own = row(0, "LEAF", 0, false);
    target_trees_.push_back(tree_);
    target_nodes_.push_back(node_ids_[own]);
    weights_.push_back(value);
    return node_ids_[own];
  }

  /// One question after another whether the category is among a child's; what is left goes to the
  /// default child.
  std::int64_t by_category(const forms::Tree& tree, const TreeNode& node, std::size_t which) {
    const auto fallback = static_cast<std::size_t>(node.default_child);
    if (which == fallback) ++which;
    if (which >= node.children.size()) return child(tree, node, fallback);
    std::vector<std::string> names;
    const auto column = static_cast<std::size_t>(node.column);
    for (std::size_t code = 0; code < node.child_of_category.size(); ++code) {
      if (node.child_of_category[code] == static_cast<std::int32_t>(which)) {
        names.push_back(model_->categories[column][code]);
      }
    }
    if (names.empty()) return by_category(tree, node, which + 1);
    const auto own = row(input_of({column, std::move(names)}), "BRANCH_GT", 0.5, false);
    const auto if_true = child(tree, node, which);
    return joined(own, if_true, by_category(tree, node, which + 1));
  }

  std::int64_t by_cuts(const forms::Tree& tree, const TreeNode& node, std::size_t which) {
    if (which == node.cuts.size()) return child(tree, node, which);
    const auto feature = input_of({static_cast<std::size_t>(node.column), {}});
    const bool is_default = static_cast<std::size_t>(node.default_child) == which;
    const auto own = row(feature, "BRANCH_LEQ", node.cuts[which], is_default);
    const auto if_true = child(tree, node, which);
    return joined(own, if_true, by_cuts(tree, node, which + 1));
  }

  const FittedModel* model_;
  const forms::TreeEnsemble* form_;
  std::int64_t tree_ = -1, next_ = 0;
  std::vector<TreeInput> inputs_;
  std::vector<std::int64_t> tree_ids_, node_ids_, feature_ids_, true_ids_, false_ids_, missing_true_;
  std::vector<std::int64_t> target_trees_, target_nodes_;
  std::vector<std::string> modes_;
  std::vector<double> values_, weights_;
};

}  // namespace

bool is_regressor_tree(const FittedModel& model) {
  const auto* form = std::get_if<forms::TreeEnsemble>(&model.form);
  if (form == nullptr || form->outputs > 1 || form->trees.empty()) return false;
  for (const auto& tree : form->trees) {
    for (const auto& node : tree.nodes) {
      if (!node.children.empty() && node.missing != MissingRule::Default) return false;
    }
  }
  return true;
}

std::string add_regressor(OnnxGraph& graph, const FittedModel& model,
                          const std::function<std::string(const TreeInput&)>& input) {
  const auto& form = std::get<forms::TreeEnsemble>(model.form);
  Regressor regressor(model, form);
  for (const auto& tree : form.trees) regressor.add(tree);
  std::vector<std::string> columns;
  for (const auto& one : regressor.inputs()) columns.push_back(input(one));
  // A forest of leaves asks nothing, and still needs a column.
  if (columns.empty()) columns.push_back(input({}));
  auto matrix = graph.add("Concat", columns);
  set_int(graph.last(), "axis", 1);
  auto score = graph.add("TreeEnsembleRegressor", {matrix}, "ai.onnx.ml");
  regressor.write(graph.last(), form.base);
  return graph.cast(score, onnx::TensorProto::DOUBLE);
}

}  // namespace holdfast::exchange
