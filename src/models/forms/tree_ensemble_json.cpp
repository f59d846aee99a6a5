#include <nlohmann/json.hpp>

#include "models/forms/json.hpp"
#include "models/forms/names.hpp"

namespace holdfast::forms {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMissingRules[] = {"default", "fractional", "surrogate"};

ordered_json surrogate_json(const Surrogate& surrogate) {
  ordered_json json = {{"column", surrogate.column}};
  if (surrogate.is_category) {
    json["child_of_category"] = surrogate.child_of_category;
  } else {
    json["split"] = number_json(surrogate.split);
    json["low_child"] = surrogate.low_child;
  }
  json["agreement"] = number_json(surrogate.agreement);
  json["adjusted"] = number_json(surrogate.adjusted);
  return json;
}

Surrogate surrogate_from(const ordered_json& json) {
  Surrogate surrogate{.column = json.at("column").get<std::int32_t>()};
  if (json.contains("child_of_category")) {
    surrogate.is_category = true;
    surrogate.child_of_category = json["child_of_category"].get<std::vector<std::int32_t>>();
  } else {
    surrogate.split = number_from(json.at("split"));
    surrogate.low_child = json.at("low_child").get<std::int32_t>();
  }
  surrogate.agreement = number_from(json.at("agreement"));
  surrogate.adjusted = number_from(json.at("adjusted"));
  return surrogate;
}

void split_json(const TreeNode& node, ordered_json& json) {
  if (node.is_category) {
    json["child_of_category"] = node.child_of_category;
  } else if (!node.cuts.empty()) {
    json["cuts"] = numbers_json(node.cuts);
  } else {
    json["split"] = number_json(node.split);
    json["threshold"] = number_json(static_cast<double>(node.threshold));
  }
}

ordered_json node_json(const TreeNode& node) {
  ordered_json json = {{"cover", number_json(node.cover)}};
  if (!node.class_cover.empty()) json["class_cover"] = numbers_json(node.class_cover);
  json["value"] = number_json(node.value);
  if (!node.values.empty()) json["values"] = numbers_json(node.values);
  if (node.children.empty()) return json;
  json["column"] = node.column;
  split_json(node, json);
  json["missing"] = kMissingRules[static_cast<std::size_t>(node.missing)];
  json["default_child"] = node.default_child;
  for (const auto& surrogate : node.surrogates) {
    json["surrogates"].push_back(surrogate_json(surrogate));
  }
  json["children"] = node.children;
  return json;
}

TreeNode node_from(const ordered_json& json) {
  TreeNode node;
  node.cover = number_from(json.at("cover"));
  node.value = number_from(json.at("value"));
  if (json.contains("class_cover")) node.class_cover = numbers_from(json["class_cover"]);
  if (json.contains("values")) node.values = numbers_from(json["values"]);
  if (!json.contains("children")) return node;
  node.column = json.at("column").get<std::int32_t>();
  node.children = json.at("children").get<std::vector<std::int32_t>>();
  node.default_child = json.at("default_child").get<std::int32_t>();
  node.missing = static_cast<MissingRule>(
      index_of(kMissingRules, json.at("missing").get<std::string>()));
  if (json.contains("child_of_category")) {
    node.is_category = true;
    node.child_of_category = json["child_of_category"].get<std::vector<std::int32_t>>();
  } else if (json.contains("cuts")) {
    node.cuts = numbers_from(json["cuts"]);
  } else {
    node.split = number_from(json.at("split"));
    node.threshold = static_cast<float>(number_from(json.at("threshold")));
  }
  if (json.contains("surrogates")) {
    for (const auto& item : json["surrogates"]) node.surrogates.push_back(surrogate_from(item));
  }
  return node;
}

void check_children(const std::vector<std::int32_t>& ordinals, std::size_t children) {
  for (const auto child : ordinals) {
    require(child >= -1 && child < static_cast<std::int32_t>(children),
            "a category without its child");
  }
}

void check_column(std::int32_t column, std::size_t columns_count) {
  require(column >= 0 && static_cast<std::size_t>(column) < columns_count,
          "a split on a column that is not there");
}

void check_split(const TreeNode& node, std::size_t columns_count) {
  const auto children = node.children.size();
  check_column(node.column, columns_count);
  require(node.is_category || children == (node.cuts.empty() ? 2 : node.cuts.size() + 1),
          "a numeric split with a wrong number of children");
  require(node.default_child >= 0 && static_cast<std::size_t>(node.default_child) < children,
          "a wrong default child");
  check_children(node.child_of_category, children);
  for (const auto& surrogate : node.surrogates) {
    check_column(surrogate.column, columns_count);
    check_children(surrogate.child_of_category, children);
    require(children == 2 && (surrogate.low_child == 0 || surrogate.low_child == 1),
            "a surrogate of a split that has not two children");
  }
}

/// Children stand behind their parent, so that no walk runs in circles or out of the tree.
void check_tree(const Tree& tree, const TreeEnsemble& form, std::size_t columns_count) {
  require(!tree.nodes.empty(), "a tree without nodes");
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const auto& node = tree.nodes[i];
    if (node.children.empty()) {
      require(form.outputs == 1 || node.values.size() == form.outputs ||
                  (node.values.empty() && node.class_cover.size() == form.outputs),
              "a leaf without its classes");
      continue;
    }
    check_split(node, columns_count);
    for (const auto child : node.children) {
      require(child > static_cast<std::int32_t>(i) &&
                  static_cast<std::size_t>(child) < tree.nodes.size(),
              "a child that is not there");
    }
  }
}

}  // namespace

ordered_json to_json(const TreeEnsemble& form) {
  ordered_json json = {
      {"about", "base + sum of one leaf value a tree; child 0 when value <= split (< if is_less)"},
      {"base", number_json(form.base)},
      {"is_probability", form.is_probability},
      {"is_less", form.is_less},
      {"is_float", form.is_float},
      {"outputs", form.outputs},
      {"trees", ordered_json::array()}};
  for (const auto& tree : form.trees) {
    auto nodes = ordered_json::array();
    for (const auto& node : tree.nodes) nodes.push_back(node_json(node));
    json["trees"].push_back(std::move(nodes));
  }
  return json;
}

void read(const ordered_json& json, const FormShape& shape, TreeEnsemble& form) {
  form.base = number_from(json.at("base"));
  form.is_probability = json.at("is_probability").get<bool>();
  form.is_less = json.at("is_less").get<bool>();
  form.is_float = json.at("is_float").get<bool>();
  form.outputs = json.at("outputs").get<std::size_t>();
  require(form.outputs > 0, "a form without outputs");
  for (const auto& nodes : json.at("trees")) {
    Tree tree;
    for (const auto& node : nodes) tree.nodes.push_back(node_from(node));
    check_tree(tree, form, shape.columns_count);
    form.trees.push_back(std::move(tree));
  }
}

}  // namespace holdfast::forms
