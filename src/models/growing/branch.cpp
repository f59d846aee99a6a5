#include "models/growing/branch.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace holdfast::growing {
namespace {

/// What is added to the count of each class before shares are taken.
std::vector<double> smoothing_of(const Sample& sample, const Branch& root, LeafShare share) {
  const auto classes = sample.classes_count();
  if (share != LeafShare::Prior) {
    return std::vector<double>(classes, share == LeafShare::Laplace ? 1.0 : 0.0);
  }
  auto priors = sample.counts(root.split.distribution);
  const double total = std::accumulate(priors.begin(), priors.end(), 0.0);
  for (double& prior : priors) prior = total > 0 ? prior / total : 1.0 / static_cast<double>(classes);
  return priors;
}

/// Answers for every class.
std::vector<double> answers_of(const std::vector<double>& counts,
                               const std::vector<double>& smoothing,
                               const std::vector<double>& inherited) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (!(total > 0)) return inherited;
  const double extra = std::accumulate(smoothing.begin(), smoothing.end(), 0.0);
  std::vector<double> answers(counts);
  for (std::size_t c = 0; c < answers.size(); ++c) {
    answers[c] = (answers[c] + smoothing[c]) / (total + extra);
  }
  return answers;
}

void describe(const Split& split, forms::TreeNode& node) {
  node.column = split.column;
  node.is_category = split.is_category;
  node.split = split.threshold;
  node.threshold = static_cast<float>(split.threshold);
  node.cuts = split.cuts;
  node.child_of_category = split.child_of_category;
  node.missing = split.missing;
  node.default_child = split.missing == forms::MissingRule::Fractional
                           ? static_cast<std::int32_t>(split.distribution.largest_bag())
                           : split.default_child;
  node.surrogates = split.surrogates;
}

struct Flattener {
  const Sample& sample;
  std::vector<double> smoothing;
  forms::Tree tree;

  void add(const Branch& branch, std::size_t index, const std::vector<double>& inherited) {
    const auto counts = sample.counts(branch.split.distribution);
    const auto answers = answers_of(counts, smoothing, inherited);
    forms::TreeNode node;
    node.cover = std::accumulate(counts.begin(), counts.end(), 0.0);
    node.class_cover = counts;
    node.value = answers[1];
    if (counts.size() > 2) node.values = answers;
    const std::size_t first = tree.nodes.size();
    if (!branch.is_leaf()) {
      describe(branch.split, node);
      for (std::size_t b = 0; b < branch.children.size(); ++b) {
        node.children.push_back(static_cast<std::int32_t>(first + b));
      }
      tree.nodes.resize(first + branch.children.size());
    }
    tree.nodes[index] = std::move(node);
    for (std::size_t b = 0; b < branch.children.size(); ++b) {
      add(*branch.children[b], first + b, answers);
    }
  }
};

std::unique_ptr<Branch> structure_of(const forms::Tree& tree, std::size_t index) {
  const auto& node = tree.nodes[index];
  auto branch = std::make_unique<Branch>();
  auto& split = branch->split;
  if (node.children.empty()) {
    split.distribution = Distribution(1, 0);
    return branch;
  }
  split.column = node.column;
  split.is_category = node.is_category;
  split.threshold = node.split;
  split.cuts = node.cuts;
  split.child_of_category = node.child_of_category;
  split.missing = node.missing;
  split.default_child = node.default_child;
  split.surrogates = node.surrogates;
  split.distribution = Distribution(node.children.size(), 0);
  for (const auto child : node.children) {
    branch->children.push_back(structure_of(tree, static_cast<std::size_t>(child)));
  }
  return branch;
}

}  // namespace

void make_leaf(Branch& branch) {
  branch.split = {.distribution = branch.split.distribution.merged()};
  branch.children.clear();
}

void redistribute(const Sample& sample, Branch& branch, const Rows& rows) {
  if (branch.is_leaf()) {
    branch.split.distribution = distribution_of(sample, rows);
    return;
  }
  branch.split.distribution =
      distribution_of(sample, branch.split, branch.split.children_count(), rows);
  const auto parts = divided(sample, branch.split, rows);
  for (std::size_t b = 0; b < parts.size(); ++b) {
    redistribute(sample, *branch.children[b], parts[b]);
  }
}

std::size_t leaves_count(const Branch& branch) {
  if (branch.is_leaf()) return 1;
  std::size_t count = 0;
  for (const auto& child : branch.children) count += leaves_count(*child);
  return count;
}

std::unique_ptr<Branch> copy_of(const Branch& branch) {
  auto copy = std::make_unique<Branch>();
  copy->split = branch.split;
  for (const auto& child : branch.children) copy->children.push_back(copy_of(*child));
  return copy;
}

forms::Tree tree_of(const Sample& sample, const Branch& root, LeafShare share) {
  Flattener flattener{sample, smoothing_of(sample, root, share), {}};
  flattener.tree.nodes.resize(1);
  const auto classes = sample.classes_count();
  flattener.add(root, 0, std::vector<double>(classes, 1.0 / static_cast<double>(classes)));
  return std::move(flattener.tree);
}

std::unique_ptr<Branch> branch_of(const Sample& sample, const forms::Tree& tree, const Rows& rows) {
  auto root = structure_of(tree, 0);
  redistribute(sample, *root, rows);
  return root;
}

}  // namespace holdfast::growing
