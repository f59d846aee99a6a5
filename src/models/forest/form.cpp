#include "models/forest/form.hpp"

#include "core/parallel.hpp"

namespace holdfast::forest {
namespace {

void set_split(const BinnedColumn& column, const Tree& tree, const Node& node,
               forms::TreeNode& result) {
  result.column = static_cast<std::int32_t>(column.source);
  result.is_category = node.is_category;
  result.missing = forms::MissingRule::Default;
  result.default_child = node.is_missing_first ? 0 : 1;
  result.children = {static_cast<std::int32_t>(node.first),
                     static_cast<std::int32_t>(node.first + 1)};
  if (!node.is_category) {
    result.split = node.threshold;
    result.threshold = forms::narrowed(result.split);
    return;
  }
  for (const auto bin : column.bin_of_code) {
    const auto at = static_cast<std::size_t>(bin);
    result.child_of_category.push_back(
        bin < 0 ? -1 : (tree.sets[node.split + at / 64] >> (at % 64) & 1) != 0 ? 0 : 1);
  }
}

forms::Tree tree_of(const Forest& forest, const Tree& tree) {
  forms::Tree result;
  result.nodes.resize(tree.nodes.size());
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    auto& node = result.nodes[i];
    const auto* counts = tree.counts.data() + i * forest.classes;
    node.class_cover.assign(counts, counts + forest.classes);
    for (const double cover : node.class_cover) node.cover += cover;
    const auto& split = tree.nodes[i];
    node.value = node.class_cover[1] / node.cover / static_cast<double>(forest.trees.size());
    if (split.column >= 0) {
      set_split(forest.columns[static_cast<std::size_t>(split.column)], tree, split, node);
    }
  }
  return result;
}

}  // namespace

forms::TreeEnsemble form_of(const Forest& forest) {
  forms::TreeEnsemble ensemble{
      .is_probability = true, .outputs = forest.classes == 2 ? 1 : forest.classes};
  ensemble.trees.resize(forest.trees.size());
  parallel_for(forest.trees.size(), 1, [&](std::size_t t, std::size_t) {
    ensemble.trees[t] = tree_of(forest, forest.trees[t]);
  });
  return ensemble;
}

}  // namespace holdfast::forest
