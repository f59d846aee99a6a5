#include <cstddef>
#include <deque>

#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {
namespace {

/// One distinct column on the way from the root.
struct PathElement {
  std::int32_t column;
  double zero_fraction;  // Share of paths that flow on when the column is outside the coalition.
  double one_fraction;   // 1 where the row itself flows on, else 0.
  double weight;         // Share of coalitions of each size.
};

using Path = std::vector<PathElement>;

void extend(Path& path, double zero, double one, std::int32_t column) {
  const std::size_t depth = path.size();
  path.push_back({column, zero, one, depth == 0 ? 1.0 : 0.0});
  const auto size = static_cast<double>(depth + 1);
  for (std::size_t k = depth; k-- > 0;) {
    path[k + 1].weight += one * path[k].weight * static_cast<double>(k + 1) / size;
    path[k].weight = zero * path[k].weight * static_cast<double>(depth - k) / size;
  }
}

void unwind(Path& path, std::size_t index) {
  const std::size_t depth = path.size() - 1;
  const double one = path[index].one_fraction;
  const double zero = path[index].zero_fraction;
  const auto size = static_cast<double>(depth + 1);
  double next = path[depth].weight;
  for (std::size_t k = depth; k-- > 0;) {
    if (one != 0) {
      const double kept = path[k].weight;
      path[k].weight = next * size / (static_cast<double>(k + 1) * one);
      next = kept - path[k].weight * zero * static_cast<double>(depth - k) / size;
    } else {
      path[k].weight = path[k].weight * size / (zero * static_cast<double>(depth - k));
    }
  }
  for (std::size_t k = index; k < depth; ++k) {
    path[k].column = path[k + 1].column;
    path[k].zero_fraction = path[k + 1].zero_fraction;
    path[k].one_fraction = path[k + 1].one_fraction;
  }
  path.pop_back();
}

double unwound_sum(const Path& path, std::size_t index) {
  const std::size_t depth = path.size() - 1;
  const double one = path[index].one_fraction;
  const double zero = path[index].zero_fraction;
  const auto size = static_cast<double>(depth + 1);
  double next = path[depth].weight;
  double total = 0;
  for (std::size_t k = depth; k-- > 0;) {
    if (one != 0) {
      const double part = next * size / (static_cast<double>(k + 1) * one);
      total += part;
      next = path[k].weight - part * zero * static_cast<double>(depth - k) / size;
    } else {
      total += path[k].weight * size / (zero * static_cast<double>(depth - k));
    }
  }
  return total;
}

struct Explainer {
  const TreeEnsemble& ensemble;
  const Tree& tree;
  std::size_t output;
  std::span<const Cell> row;
  std::span<double> phi;
  std::deque<Path>& paths;  // By depth; kept, so that a walk allocates nothing after its first.

  void leaf(const TreeNode& node, const Path& path, double scale) const {
    const double value = leaf_value(ensemble, node, output);
    for (std::size_t i = 1; i < path.size(); ++i) {
      phi[static_cast<std::size_t>(path[i].column)] +=
          scale * unwound_sum(path, i) * (path[i].one_fraction - path[i].zero_fraction) *
          value;
    }
  }

  /// `scale`: share of the row that fractional splits sent here.
  void descend(std::size_t index, std::size_t depth, double scale) const {
    const TreeNode& node = tree.nodes[index];
    if (node.children.empty()) return leaf(node, paths[depth], scale);
    if (paths.size() == depth + 1) paths.emplace_back();
    const auto [taken, column] = decide(ensemble, node, row);
    for (std::size_t c = 0; c < node.children.size(); ++c) {
      const double share = cover_share(tree, node, c);
      const auto child = static_cast<std::size_t>(node.children[c]);
      if (taken < 0) {
        if (share > 0) descend(child, depth, scale * share);
        continue;
      }
      double zero = share;
      double one = static_cast<std::int32_t>(c) == taken ? 1 : 0;
      Path& longer = paths[depth + 1];
      longer = paths[depth];
      for (std::size_t i = 1; i < longer.size(); ++i) {
        if (longer[i].column != column) continue;
        zero *= longer[i].zero_fraction;
        one *= longer[i].one_fraction;
        unwind(longer, i);
        break;
      }
      if (zero == 0 && one == 0) continue;  // Nobody comes here, in any coalition.
      extend(longer, zero, one, column);
      descend(child, depth + 1, scale);
    }
  }

  double expected(std::size_t index) const {
    const TreeNode& node = tree.nodes[index];
    if (node.children.empty()) return leaf_value(ensemble, node, output);
    double sum = 0;
    for (std::size_t c = 0; c < node.children.size(); ++c) {
      const double share = cover_share(tree, node, c);
      if (share > 0) sum += share * expected(static_cast<std::size_t>(node.children[c]));
    }
    return sum;
  }
};

}  // namespace

void add_shap_values(const TreeEnsemble& ensemble, const Tree& tree, std::span<const Cell> row,
                     std::size_t output, std::span<double> phi) {
  std::deque<Path> paths(1);
  extend(paths[0], 1, 1, -1);
  Explainer{ensemble, tree, output, row, phi, paths}.descend(0, 0, 1);
}

std::vector<double> shap_values(const TreeEnsemble& ensemble, std::span<const Cell> row,
                                std::size_t output) {
  std::vector<double> phi(row.size() + 1, 0.0);
  double base = ensemble.outputs == 1 ? ensemble.base : 0;
  std::deque<Path> paths(1);
  for (const auto& tree : ensemble.trees) {
    if (tree.nodes.empty()) continue;
    const Explainer explainer{ensemble, tree, output, row, phi, paths};
    base += explainer.expected(0);
    paths[0].clear();
    extend(paths[0], 1, 1, -1);
    explainer.descend(0, 0, 1);
  }
  phi.back() = base;
  return phi;
}

}  // namespace holdfast::forms
