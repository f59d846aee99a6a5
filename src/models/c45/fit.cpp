#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/c45/compare.hpp"
#include "models/c45/grower.hpp"
#include "models/errors.hpp"

namespace holdfast::c45 {
namespace {

void flatten(Branch& branch, std::size_t index, Tree& tree) {
  {
    Node& node = tree.nodes[index];
    node.column = branch.split.column;
    node.is_category = branch.split.is_category;
    node.split = branch.split.threshold;
    node.distribution = std::move(branch.split.distribution);
    for (std::size_t b = 0; b < branch.children.size(); ++b) {
      node.children.push_back(static_cast<std::int32_t>(tree.nodes.size() + b));
    }
  }
  const auto children = tree.nodes[index].children;
  tree.nodes.resize(tree.nodes.size() + children.size());
  for (std::size_t b = 0; b < children.size(); ++b) {
    flatten(*branch.children[b], static_cast<std::size_t>(children[b]), tree);
  }
}

/// Up to `digits` decimals without trailing zeros.
std::string decimals(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

/// Two decimals as Java prints a double: at least one decimal.
std::string rounded(double value) {
  const std::string text = decimals(std::floor(value * 100 + 0.5) / 100, 2);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

struct Printer {
  const Tree& tree;
  const dataset::Columns& columns;
  const std::vector<std::string>& classes;
  std::string text;

  void label(const Distribution& d, std::size_t bag) {
    text += fmt::format(": {} ({}", classes[d.majority(bag)], rounded(d.bag(bag)));
    if (greater(d.errors(bag), 0)) text += "/" + rounded(d.errors(bag));
    text += ")";
  }

  void children_of(std::size_t index, int depth) {
    const Node& node = tree.nodes[index];
    const auto& column = columns.columns[static_cast<std::size_t>(node.column)];
    for (std::size_t b = 0; b < node.children.size(); ++b) {
      text += "\n";
      for (int i = 0; i < depth; ++i) text += "|   ";
      text += column.name;
      if (node.is_category) text += fmt::format(" = {}", column.categories[b]);
      else text += fmt::format(" {} {}", b == 0 ? "<=" : ">", decimals(node.split, 6));
      const auto child = static_cast<std::size_t>(node.children[b]);
      if (tree.nodes[child].children.empty()) label(node.distribution, b);
      else children_of(child, depth + 1);
    }
  }
};

}  // namespace

Result<Tree> fit(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                 std::span<const double> weight, int classes_count, const Options& options) {
  HOLDFAST_CHECK(y.size() == columns.rows && weight.size() == columns.rows);
  Rows rows;
  for (std::size_t r = 0; r < columns.rows; ++r) {
    if (weight[r] > 0) rows.add(static_cast<std::uint32_t>(r), weight[r]);
  }
  if (rows.row.empty()) return Error{models::errors::kNoRows, {{"model", "c45"}}};
  const Sample sample{columns, y, static_cast<std::size_t>(classes_count), options};
  auto root = grown(sample, std::move(rows));
  if (options.is_collapsing) collapse(sample, *root);
  if (options.confidence < 1) prune(sample, *root);
  Tree tree;
  tree.nodes.resize(1);
  flatten(*root, 0, tree);
  return tree;
}

std::string printed(const Tree& tree, const dataset::Columns& columns,
                    const std::vector<std::string>& classes) {
  Printer printer{tree, columns, classes, {}};
  if (tree.nodes[0].children.empty()) printer.label(tree.nodes[0].distribution, 0);
  else printer.children_of(0, 0);
  const auto leaves = std::ranges::count_if(
      tree.nodes, [](const Node& node) { return node.children.empty(); });
  return printer.text + fmt::format("\n\nNumber of Leaves  : \t{}\n\nSize of the tree : \t{}\n",
                                    leaves, tree.nodes.size());
}

}  // namespace holdfast::c45
