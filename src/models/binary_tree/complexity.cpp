#include "models/binary_tree/complexity.hpp"

#include <algorithm>
#include <map>

#include "core/random.hpp"

namespace holdfast::binary_tree {
namespace {

void limit(Tree& tree, std::size_t at, double parent) {
  Node& node = tree.nodes[at];
  node.complexity = std::min(node.complexity, parent);
  if (node.is_leaf()) return;
  limit(tree, static_cast<std::size_t>(node.left), node.complexity);
  limit(tree, static_cast<std::size_t>(node.right), node.complexity);
}

/// Adds the leaves' risks and the splits of the tree whose splits have a larger complexity.
void add(const Tree& tree, std::size_t at, double complexity, Pruned& row) {
  const Node& node = tree.nodes[at];
  if (node.is_leaf() || !(node.complexity > complexity)) {
    row.relative_error += node.risk;
    return;
  }
  ++row.splits_count;
  add(tree, static_cast<std::size_t>(node.left), complexity, row);
  add(tree, static_cast<std::size_t>(node.right), complexity, row);
}

void copy(const Tree& from, std::size_t at, double complexity, Tree& to) {
  const std::size_t index = to.nodes.size();
  to.nodes.push_back(from.nodes[at]);
  const Node& node = from.nodes[at];
  if (node.is_leaf()) return;
  if (!(node.complexity > complexity)) {
    Node& leaf = to.nodes[index];
    leaf.left = leaf.right = -1;
    leaf.split = {};
    leaf.competitors.clear();
    leaf.surrogates.clear();
    return;
  }
  to.nodes[index].left = static_cast<std::int32_t>(to.nodes.size());
  copy(from, static_cast<std::size_t>(node.left), complexity, to);
  to.nodes[index].right = static_cast<std::int32_t>(to.nodes.size());
  copy(from, static_cast<std::size_t>(node.right), complexity, to);
}

}  // namespace

std::vector<Pruned> pruning_table(Tree& tree, double alpha) {
  const double root_risk = tree.nodes[0].risk;
  limit(tree, 0, tree.nodes[0].complexity);
  std::vector<double> complexities{tree.nodes[0].complexity};
  for (const auto& node : tree.nodes) complexities.push_back(std::max(node.complexity, alpha));
  std::ranges::sort(complexities, std::greater<>());
  complexities.erase(std::ranges::unique(complexities).begin(), complexities.end());
  std::vector<Pruned> table;
  for (const double complexity : complexities) {
    Pruned row{.threshold = complexity};
    add(tree, 0, complexity, row);
    row.relative_error = root_risk > 0 ? row.relative_error / root_risk : 1;
    row.complexity = root_risk > 0 ? complexity / root_risk : 0;
    table.push_back(row);
  }
  return table;
}

Tree pruned(const Tree& tree, const Pruned& row) {
  Tree result;
  copy(tree, 0, row.threshold, result);
  return result;
}

std::vector<std::uint32_t> drawn_folds(const Sample& sample, std::span<const std::uint32_t> group,
                                       std::size_t folds_count, std::uint64_t seed) {
  std::map<std::uint32_t, std::uint32_t> place;  // Of each group, by first row.
  std::vector<std::uint32_t> result(sample.columns.rows);
  for (const auto row : sample.rows) {
    const auto key = group.empty() ? row : group[row];
    result[row] = place.try_emplace(key, static_cast<std::uint32_t>(place.size())).first->second;
  }
  std::vector<std::uint32_t> fold(place.size());
  for (std::size_t i = 0; i < fold.size(); ++i) {
    fold[i] = static_cast<std::uint32_t>(i % folds_count);
  }
  Random random(seed);
  random.shuffle(fold);
  for (const auto row : sample.rows) result[row] = fold[result[row]];
  return result;
}

std::vector<double> importance(const Tree& tree, std::size_t columns_count) {
  std::vector<double> result(columns_count);
  for (const auto& node : tree.nodes) {
    if (node.is_leaf()) continue;
    const double gain = node.split.improvement;
    result[static_cast<std::size_t>(node.split.column)] += gain;
    for (const auto& surrogate : node.surrogates) {
      result[static_cast<std::size_t>(surrogate.column)] += gain * surrogate.adjusted;
    }
  }
  return result;
}

std::size_t chosen(const std::vector<Pruned>& table, double deviations) {
  const auto least = std::ranges::min_element(table, {}, &Pruned::validated_error);
  const double limit = least->validated_error + deviations * least->validated_deviation;
  const auto first = std::ranges::find_if(
      table, [&](const Pruned& row) { return row.validated_error <= limit; });
  return static_cast<std::size_t>(first - table.begin());
}

}  // namespace holdfast::binary_tree
