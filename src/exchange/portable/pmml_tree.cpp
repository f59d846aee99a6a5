#include "exchange/portable/pmml_tree.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "exchange/portable/pmml_expression.hpp"
#include "models/forms/double_trees.hpp"

namespace holdfast::exchange {
namespace {

using forms::MissingRule;
using forms::TreeNode;

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}

class TreeWriter {
 public:
  TreeWriter(const FittedModel& model, const forms::TreeEnsemble& form)
      : model_(&model), form_(&form) {}

  void add(pugi::xml_node segment, const forms::Tree& tree) const {
    auto model = segment.append_child("TreeModel");
    set(model, "functionName", "regression");
    set(model, "missingValueStrategy", "defaultChild");
    set(model, "splitCharacteristic", "multiSplit");
    auto schema = model.append_child("MiningSchema");
    for (const auto& name : columns_of_tree(tree)) {
      set(schema.append_child("MiningField"), "name", name);
    }
    auto root = model.append_child("Node");
    root.append_child("True");
    fill(root, tree, 0);
  }

 private:
  const std::string& name_of(std::int32_t column) const {
    return model_->column_names[static_cast<std::size_t>(column)];
  }

  std::set<std::string> columns_of_tree(const forms::Tree& tree) const {
    std::set<std::string> names;
    for (const auto& node : tree.nodes) {
      if (node.children.empty()) continue;
      names.insert(name_of(node.column));
      for (const auto& surrogate : node.surrogates) names.insert(name_of(surrogate.column));
    }
    return names;
  }

  static std::string id_of(std::size_t index) { return "n" + std::to_string(index); }

  /// Attributes and children of a node whose predicate stands already.
  void fill(pugi::xml_node to, const forms::Tree& tree, std::size_t index) const {
    const auto& node = tree.nodes[index];
    set(to, "id", id_of(index));
    set(to, "recordCount", pmml_number(node.cover));
    if (node.children.empty()) return set(to, "score", pmml_number(node.value));
    const auto at = static_cast<std::size_t>(node.default_child);
    set(to, "defaultChild", id_of(static_cast<std::size_t>(node.children[at])));
    for (std::size_t c = 0; c < node.children.size(); ++c) {
      auto child = to.append_child("Node");
      add_predicate(child, node, static_cast<std::int32_t>(c));
      fill(child, tree, static_cast<std::size_t>(node.children[c]));
    }
  }

  void add_predicate(pugi::xml_node to, const TreeNode& node, std::int32_t child) const {
    if (node.missing != MissingRule::Surrogate || node.surrogates.empty()) {
      return add_own(to, node, child);
    }
    auto compound = to.append_child("CompoundPredicate");
    set(compound, "booleanOperator", "surrogate");
    add_own(compound, node, child);
    for (const auto& surrogate : node.surrogates) {
      if (surrogate.is_category) {
        add_set(compound, surrogate.column, surrogate.child_of_category, child, -1);
      } else {
        add_simple(compound, surrogate.column,
                   child == surrogate.low_child ? "lessOrEqual" : "greaterThan", surrogate.split);
      }
    }
  }

  pugi::xml_node add_question(pugi::xml_node to, std::int32_t column, const char* sign) const {
    auto predicate = to.append_child("SimplePredicate");
    set(predicate, "field", name_of(column));
    set(predicate, "operator", sign);
    return predicate;
  }

  void add_simple(pugi::xml_node to, std::int32_t column, const char* sign, double value) const {
    set(add_question(to, column, sign), "value", pmml_number(value));
  }

  /// Categories that go to the child; those the split does not know go to the default child.
  void add_set(pugi::xml_node to, std::int32_t column, const std::vector<std::int32_t>& children,
               std::int32_t child, std::int32_t default_child) const {
    auto predicate = to.append_child("SimpleSetPredicate");
    set(predicate, "field", name_of(column));
    set(predicate, "booleanOperator", "isIn");
    auto array = predicate.append_child("Array");
    set(array, "type", "string");
    std::string text;
    std::size_t count = 0;
    const auto& known = model_->categories[static_cast<std::size_t>(column)];
    for (std::size_t code = 0; code < known.size(); ++code) {
      const auto own = code < children.size() && children[code] >= 0 ? children[code] : default_child;
      if (own != child) continue;
      text += count++ == 0 ? "\"" : " \"";
      for (const char c : known[code]) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
    set(array, "n", std::to_string(count));
    array.text().set(text.c_str());
  }

  void add_own(pugi::xml_node to, const TreeNode& node, std::int32_t child) const {
    if (node.is_category) {
      const auto left_over = node.missing == MissingRule::Surrogate ? -1 : node.default_child;
      return add_set(to, node.column, node.child_of_category, child, left_over);
    }
    if (!node.cuts.empty()) return add_interval(to, node, child);
    if (form_->is_float || form_->is_less) {
      return add_simple(to, node.column, child == 0 ? "lessThan" : "greaterOrEqual",
                        form_->is_float ? forms::less_in_double(*form_, node) : node.split);
    }
    if (child == 0) add_at_most(to, node.column, node.split);
    else add_above(to, node.column, node.split);
  }

  /// No known value exceeds infinity, behind which missing cells stand alone.
  void add_at_most(pugi::xml_node to, std::int32_t column, double split) const {
    if (std::isinf(split) && split > 0) add_question(to, column, "isNotMissing");
    else add_simple(to, column, "lessOrEqual", split);
  }

  void add_above(pugi::xml_node to, std::int32_t column, double split) const {
    if (std::isinf(split) && split > 0) add_question(to, column, "isMissing");
    else add_simple(to, column, "greaterThan", split);
  }

  void add_interval(pugi::xml_node to, const TreeNode& node, std::int32_t child) const {
    const auto at = static_cast<std::size_t>(child);
    if (at == 0) return add_at_most(to, node.column, node.cuts[0]);
    if (at == node.cuts.size()) return add_above(to, node.column, node.cuts.back());
    if (std::isinf(node.cuts[at])) return add_above(to, node.column, node.cuts[at - 1]);
    auto both = to.append_child("CompoundPredicate");
    set(both, "booleanOperator", "and");
    add_simple(both, node.column, "greaterThan", node.cuts[at - 1]);
    add_simple(both, node.column, "lessOrEqual", node.cuts[at]);
  }

  const FittedModel* model_;
  const forms::TreeEnsemble* form_;
};

}  // namespace

namespace {

bool is_unknown_to(const FittedModel& model, std::int32_t column,
                   const std::vector<std::int32_t>& child_of_category) {
  const auto known = model.categories[static_cast<std::size_t>(column)].size();
  return child_of_category.size() < known ||
         std::ranges::find(child_of_category, -1) != child_of_category.end();
}

/// A category that the model knows and the split, or a surrogate, does not: the next surrogate is
/// then asked, which the standard's surrogate predicate only does where the value is missing.
bool has_unknown_category(const FittedModel& model, const TreeNode& node) {
  if (node.missing != MissingRule::Surrogate) return false;
  if (node.is_category && is_unknown_to(model, node.column, node.child_of_category)) return true;
  return std::ranges::any_of(node.surrogates, [&](const forms::Surrogate& surrogate) {
    return surrogate.is_category &&
           is_unknown_to(model, surrogate.column, surrogate.child_of_category);
  });
}

}  // namespace

bool is_native_tree(const FittedModel& model) {
  const auto* form = std::get_if<forms::TreeEnsemble>(&model.form);
  if (form == nullptr || form->outputs > 1) return false;
  for (const auto& tree : form->trees) {
    for (const auto& node : tree.nodes) {
      if (node.children.empty()) continue;
      if (node.missing == MissingRule::Fractional || has_unknown_category(model, node)) return false;
    }
  }
  return true;
}

void add_tree_segments(const FittedModel& model, pugi::xml_node mining_model) {
  const auto& form = std::get<forms::TreeEnsemble>(model.form);
  const TreeWriter writer(model, form);
  auto segmentation = mining_model.append_child("Segmentation");
  set(segmentation, "multipleModelMethod", "sum");
  std::size_t id = 0;
  const auto add = [&](const forms::Tree& tree) {
    auto segment = segmentation.append_child("Segment");
    set(segment, "id", std::to_string(++id));
    segment.append_child("True");
    writer.add(segment, tree);
  };
  for (const auto& tree : form.trees) add(tree);
  if (form.base == 0 && !form.trees.empty()) return;
  TreeNode leaf;
  leaf.value = form.base;
  forms::Tree base;
  base.nodes.push_back(leaf);
  add(base);
}

}  // namespace holdfast::exchange
