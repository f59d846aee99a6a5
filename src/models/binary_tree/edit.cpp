#include "models/binary_tree/edit.hpp"

#include <algorithm>
#include <utility>

#include "models/binary_tree/present.hpp"
#include "models/binary_tree/surrogates.hpp"
#include "models/growing/method.hpp"

namespace holdfast::binary_tree {
namespace {

/// Complexity of the row of the table that was taken; of growing where a tree was not validated.
double complexity_of(const FittedModel& model, double grown_at) {
  const auto table = std::ranges::find(model.tables, "pruning", &ReportTable::id);
  if (table == model.tables.end()) return grown_at;
  for (const auto& row : table->rows) {
    if (std::get<double>(row.back()) == 1) return std::get<double>(row.front());
  }
  return grown_at;
}

/// A finder of splits as the engine's rule.
class Rule final : public growing::SplitRule {
 public:
  Rule(const growing::Sample& rows, std::span<const double> weight, const ClassCosts& costs,
       const Growth& growth, double complexity, FinderOf finder)
      : sample_(sample_of(rows.columns(), rows.y(), weight, rows.classes_count())),
        scales_(scales_of(costs, class_weights(sample_, sample_.rows))),
        growth_(growth),
        alpha_(complexity * cheapest(scales_, class_weights(sample_, sample_.rows)).risk),
        finder_(std::move(finder)) {}

  growing::Split of_column(const growing::NodeView& node, std::size_t column) const override {
    const Members members(node, sample_);
    const Node only(members, sample_, column, column + 1);
    const auto found = finder_(sample_, scales_)->find(only.rows);
    return found.empty() ? growing::Split{} : split_of(node, found[0]);
  }

  std::optional<std::size_t> best_of(const growing::NodeView& node,
                                     std::span<const growing::Split>) const override {
    if (node.members().size() < growth_.split_rows_min) return {};
    const Members members(node, sample_);
    const Node all(members, sample_, 0, sample_.columns_count());
    const auto found = finder_(sample_, scales_)->find(all.rows);
    if (found.empty()) return {};
    return static_cast<std::size_t>(found[0].column);
  }

  void settle_missing(const growing::NodeView& node, growing::Split& split) const override {
    split.missing = forms::MissingRule::Surrogate;
    split.default_child = static_cast<std::int32_t>(split.distribution.largest_bag());
    if (split.children_count() != 2) return;  // A person's cuts: surrogates tell two sides apart.
    const Members members(node, sample_);
    const Node all(members, sample_, 0, sample_.columns_count());
    std::vector<Side> sides(sample_.columns.rows, kUnknown);
    for (const auto row : members.rows) {
      const auto child = growing::child_of_value(node.sample(), split, row);
      if (child >= 0) sides[row] = child == 0 ? kLeft : kRight;
    }
    for (const auto& surrogate :
         surrogates_of(sample_, all.rows, split.column, sides, growth_)) {
      split.surrogates.push_back(surrogate_of(surrogate, kLeft));
    }
  }

  void prune(const growing::Sample&, growing::Branch& branch,
             const growing::Rows&) const override {
    cut_back(branch);
  }

 private:
  struct Members {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint8_t> is_here;  // [rows of the sample]
    std::vector<double> class_weight;

    Members(const growing::NodeView& node, const Sample& sample)
        : is_here(sample.columns.rows) {
      for (const auto at : node.members()) {
        rows.push_back(node.row(at));
        is_here[node.row(at)] = 1;
      }
      class_weight = class_weights(sample, rows);
    }
  };

  /// The node's orders of columns [begin, end); the others are as if all were missing.
  struct Node {
    std::vector<Order> orders;
    NodeRows rows;

    Node(const Members& members, const Sample& sample, std::size_t begin, std::size_t end)
        : orders(sample.columns_count()),
          rows{.rows = members.rows, .class_weight = members.class_weight} {
      for (std::size_t c = begin; c < end; ++c) {
        for (const auto& entry : sample.orders[c]) {
          if (members.is_here[entry.row] != 0) orders[c].push_back(entry);
        }
      }
      for (const auto& order : orders) rows.orders.emplace_back(order);
    }
  };

  static growing::Split split_of(const growing::NodeView& node, const Split& found) {
    const auto form = node_of_split(found);
    growing::Split split{.column = form.column,
                         .is_category = form.is_category,
                         .threshold = form.split,
                         .child_of_category = form.child_of_category};
    split.distribution = growing::Distribution(2, node.sample().classes_count());
    for (const auto at : node.members()) {
      const auto child = growing::child_of_value(node.sample(), split, node.row(at));
      if (child < 0) continue;
      split.distribution.add(static_cast<std::size_t>(child), node.cls(at), node.weight(at));
    }
    split.measure = split.gain = found.improvement;
    return split;
  }

  /// Risk and leaves of the branch after cutting back; a branch must save more than alpha a leaf.
  std::pair<double, double> cut_back(growing::Branch& branch) const {
    const auto& d = branch.split.distribution;
    std::vector<double> weights(d.classes());
    for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = d.cls(k);
    const double risk = cheapest(scales_, weights).risk;
    if (branch.is_leaf()) return {risk, 1};
    double below = 0, leaves = 0;
    for (auto& child : branch.children) {
      const auto [child_risk, child_leaves] = cut_back(*child);
      below += child_risk;
      leaves += child_leaves;
    }
    // Of equals the smaller tree; what rounding leaves of nothing saved is nothing.
    if (risk - below > alpha_ * (leaves - 1) * (1 + 1e-9) + 1e-12 * risk) return {below, leaves};
    growing::make_leaf(branch);
    return {risk, 1};
  }

  Sample sample_;
  Scales scales_;
  Growth growth_;
  double alpha_;
  FinderOf finder_;
};

Result<growing::Method> method_of(const ClassifierTask& task, const FittedModel& model,
                                  const FinderOf& finder) {
  HOLDFAST_TRY(const ClassCosts costs, costs_of(model.model_id, task, model.parameters));
  const Growth growth = growth_of(model.parameters);
  const double complexity = complexity_of(model, growth.complexity);
  growing::Method method{.stop = {.split_weight_min = 0, .depth_max = growth.depth_max}};
  method.rule_of = [=, weight = task.weight](const growing::Sample& sample) {
    return std::make_unique<Rule>(sample, weight, costs, growth, complexity, finder);
  };
  return method;
}

}  // namespace

Result<FittedModel> edit_tree(const ClassifierTask& task, const FittedModel& model,
                              const TreeEdit& change, const FinderOf& finder) {
  HOLDFAST_TRY(const growing::Method method, method_of(task, model, finder));
  HOLDFAST_TRY(auto changed, growing::edit_tree(task, model, method, change));
  std::erase_if(changed.tables, [](const ReportTable& table) {
    return table.id == "splits" || table.id == "importance";
  });
  return changed;
}

Result<std::vector<SplitCandidate>> tree_candidates(const ClassifierTask& task,
                                                    const FittedModel& model, std::size_t node,
                                                    const FinderOf& finder) {
  HOLDFAST_TRY(const growing::Method method, method_of(task, model, finder));
  return growing::tree_candidates(task, model, method, node);
}

}  // namespace holdfast::binary_tree
