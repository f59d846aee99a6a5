#include "models/growing/edit.hpp"

#include <algorithm>
#include <utility>

#include "models/errors.hpp"
#include "models/growing/compare.hpp"
#include "models/growing/grower.hpp"
#include "models/growing/words.hpp"

namespace holdfast::growing {
namespace {

namespace errors = models::errors;

/// A node of a tree that is to be changed: the branch, and the rows that come to it.
struct Spot {
  std::unique_ptr<Branch> root;
  Branch* branch = nullptr;
  Rows rows;
  int depth = 0;
};

/// Ordinals of the children from the root down to a node.
std::vector<std::size_t> path_to(const forms::Tree& tree, std::size_t node) {
  std::vector<std::size_t> path;
  for (std::size_t at = node; at != 0;) {
    for (std::size_t parent = 0; parent < tree.nodes.size(); ++parent) {
      const auto& children = tree.nodes[parent].children;
      const auto found = std::ranges::find(children, static_cast<std::int32_t>(at));
      if (found == children.end()) continue;
      path.push_back(static_cast<std::size_t>(found - children.begin()));
      at = parent;
      break;
    }
  }
  std::ranges::reverse(path);
  return path;
}

Result<Spot> spot_of(const Sample& sample, const forms::Tree& tree, std::size_t node) {
  if (node >= tree.nodes.size()) {
    return Error{errors::kNoSuchNode, {{"node", node}, {"nodes", tree.nodes.size()}}};
  }
  Spot spot{.root = branch_of(sample, tree, sample.rows()), .rows = sample.rows()};
  spot.branch = spot.root.get();
  for (const auto child : path_to(tree, node)) {
    spot.rows = std::move(divided(sample, spot.branch->split, spot.rows)[child]);
    spot.branch = spot.branch->children[child].get();
    ++spot.depth;
  }
  return spot;
}

Result<std::size_t> column_of(const Sample& sample, const std::string& name) {
  const auto& columns = sample.columns().columns;
  const auto found = std::ranges::find(columns, name, &dataset::ColumnView::name);
  if (found == columns.end()) return Error{errors::kNoSuchColumn, {{"column", name}}};
  return static_cast<std::size_t>(found - columns.begin());
}

/// Category groups as children; values named in none count as missing.
Result<std::vector<std::int32_t>> grouped(const dataset::ColumnView& column,
                                          const std::vector<std::vector<std::string>>& groups) {
  std::vector<std::int32_t> child_of_category(column.categories.size(), -1);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto& name : groups[g]) {
      const auto found = std::ranges::find(column.categories, name);
      if (found == column.categories.end()) {
        return Error{errors::kNoSuchCategory,
                     {{"column", std::string(column.name)}, {"category", name}}};
      }
      child_of_category[static_cast<std::size_t>(found - column.categories.begin())] =
          static_cast<std::int32_t>(g);
    }
  }
  return child_of_category;
}

/// Known rows by child.
Distribution known_of(const NodeView& node, const Split& split, std::size_t children_count) {
  Distribution d(children_count, node.sample().classes_count());
  for (const auto at : node.members()) {
    const auto child = child_of_value(node.sample(), split, node.row(at));
    if (child >= 0) d.add(static_cast<std::size_t>(child), node.cls(at), node.weight(at));
  }
  return d;
}

/// The split a person asks for; on the column alone, the rule's own.
Result<Split> asked(const NodeView& node, const SplitRule& rule, std::size_t c,
                    const TreeEdit& edit) {
  const Error nothing{errors::kPartsNothing, {{"column", edit.column}}};
  const auto& column = node.sample().column(c);
  Split split;
  if (edit.cuts.empty() && edit.groups.empty()) {
    split = rule.of_column(node, c);
    if (split.is_none()) return nothing;
    rule.finish(node, split);
    if (split.is_none()) return nothing;
  } else {
    if (node.sample().is_numeric(c) != edit.groups.empty()) return nothing;
    split.column = static_cast<std::int32_t>(c);
    split.is_category = !node.sample().is_numeric(c);
    std::size_t children_count = edit.groups.size();
    if (split.is_category) {
      HOLDFAST_TRY(split.child_of_category, grouped(column, edit.groups));
    } else {
      auto cuts = edit.cuts;
      std::ranges::sort(cuts);
      cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
      split.threshold = cuts[0];
      if (cuts.size() > 1) split.cuts = cuts;
      children_count = cuts.size() + 1;
    }
    split.distribution = known_of(node, split, children_count);
  }
  const auto& d = split.distribution;
  std::size_t filled = 0;
  for (std::size_t b = 0; b < d.bags(); ++b) filled += d.bag(b) > 0 ? 1 : 0;
  if (filled < 2) return nothing;
  rule.settle_missing(node, split);
  add_unknown(node, split);
  return split;
}

Result<void> split_by_hand(const Sample& sample, Spot& spot, const SplitRule& rule,
                           const TreeEdit& edit) {
  HOLDFAST_TRY(const std::size_t c, column_of(sample, edit.column));
  Result<Split> split = Split{};
  with_node(sample, spot.rows, spot.depth,
            [&](const NodeView& node) { split = asked(node, rule, c, edit); });
  if (!split.ok()) return split.error();
  spot.branch->split = std::move(*split);
  spot.branch->children.clear();
  for (const auto& rows : divided(sample, spot.branch->split, spot.rows)) {
    auto leaf = std::make_unique<Branch>();
    leaf->split.distribution = distribution_of(sample, rows);
    spot.branch->children.push_back(std::move(leaf));
  }
  return {};
}

}  // namespace

Result<const forms::Tree*> tree_of(const FittedModel& model) {
  const auto* ensemble = std::get_if<forms::TreeEnsemble>(&model.form);
  if (ensemble == nullptr || ensemble->trees.size() != 1 || !ensemble->is_probability) {
    return Error{errors::kNotATree, {{"model", model.model_id}}};
  }
  return ensemble->trees.data();
}

Result<forms::Tree> edited(const Sample& sample, const forms::Tree& tree, const SplitRule& rule,
                           const StopRules& stop, LeafShare share, const TreeEdit& edit) {
  HOLDFAST_TRY(Spot spot, spot_of(sample, tree, edit.node));
  switch (edit.kind) {
    case TreeEdit::Kind::Prune:
      make_leaf(*spot.branch);
      break;
    case TreeEdit::Kind::Grow:
      *spot.branch = std::move(*grown(sample, spot.rows, rule, stop, spot.depth));
      rule.prune(sample, *spot.branch, spot.rows);
      break;
    case TreeEdit::Kind::Split:
      HOLDFAST_TRY_VOID(split_by_hand(sample, spot, rule, edit));
      break;
  }
  return tree_of(sample, *spot.root, share);
}

Result<std::vector<SplitCandidate>> candidates(const Sample& sample, const forms::Tree& tree,
                                               const SplitRule& rule, std::size_t node_index) {
  HOLDFAST_TRY(const Spot spot, spot_of(sample, tree, node_index));
  std::vector<SplitCandidate> result;
  with_node(sample, spot.rows, spot.depth, [&](const NodeView& node) {
    for (std::size_t c = 0; c < sample.columns_count(); ++c) {
      Split split = rule.of_column(node, c);
      if (!split.is_none()) rule.finish(node, split);
      if (split.is_none()) continue;
      rule.settle_missing(node, split);
      add_unknown(node, split);
      SplitCandidate candidate{.column = std::string(sample.column(c).name),
                               .children = children_of(split, sample.columns()),
                               .measure = split.measure,
                               .gain = split.gain,
                               .statistic = split.statistic,
                               .p_value = split.p_value};
      for (std::size_t b = 0; b < split.children_count(); ++b) {
        auto& counts = candidate.counts.emplace_back();
        for (std::size_t k = 0; k < sample.classes_count(); ++k) {
          counts.push_back(split.distribution.cell(b, k) / sample.factor(k));
        }
      }
      result.push_back(std::move(candidate));
    }
  });
  std::ranges::stable_sort(result, std::greater<>(), &SplitCandidate::measure);
  return result;
}

}  // namespace holdfast::growing
