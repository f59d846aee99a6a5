#include "exchange/portable/tree_steps.hpp"

#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "models/forms/double_trees.hpp"

namespace holdfast::exchange {
namespace {

using Ref = FormulaBuilder::Ref;
using forms::MissingRule;
using forms::TreeNode;

/// Conditions and values of one ensemble's trees.
class TreeSteps {
 public:
  TreeSteps(FormulaBuilder& b, const FittedModel& model, const forms::TreeEnsemble& form)
      : b_(&b), model_(&model), form_(&form) {}

  Ref sum_of(const forms::Tree& tree) {
    bool is_shared_out = false;
    for (const auto& node : tree.nodes) {
      is_shared_out |= !node.children.empty() && node.missing == MissingRule::Fractional;
    }
    if (!is_shared_out) return nested(tree, 0);
    std::vector<Ref> leaves, path;
    add_leaves(tree, 0, path, leaves);
    return b_->sum(std::move(leaves));
  }

 private:
  const std::string& name_of(std::int32_t column) const {
    return model_->column_names[static_cast<std::size_t>(column)];
  }

  std::vector<std::string> names_of(std::int32_t column, const std::vector<std::int32_t>& children,
                                    std::int32_t wanted) const {
    std::vector<std::string> names;
    const auto& known = model_->categories[static_cast<std::size_t>(column)];
    for (std::size_t code = 0; code < children.size(); ++code) {
      if (children[code] == wanted) names.push_back(known[code]);
    }
    return names;
  }

  /// No known value exceeds infinity, behind which missing cells stand alone.
  Ref at_most(const std::string& name, double split) {
    if (std::isinf(split) && split > 0) return b_->known(name);
    return b_->less_equal(b_->column(name), b_->number(split));
  }

  Ref below(const TreeNode& node) {
    if (!form_->is_float && !form_->is_less) return at_most(name_of(node.column), node.split);
    const auto x = b_->column(name_of(node.column));
    return b_->less(x, b_->number(form_->is_float ? forms::less_in_double(*form_, node) : node.split));
  }

  /// Truth: a known value goes to this child; asked of the children in order, the last one takes what
  /// is left. For categories the known ones of the split.
  Ref goes_to(const TreeNode& node, std::int32_t child) {
    if (node.is_category) {
      return b_->in_set(name_of(node.column), names_of(node.column, node.child_of_category, child));
    }
    if (node.cuts.empty()) return child == 0 ? below(node) : b_->negation(below(node));
    return at_most(name_of(node.column), node.cuts[static_cast<std::size_t>(child)]);
  }

  /// Which values the split itself decides.
  Ref decides(const TreeNode& node) {
    if (!node.is_category) return b_->known(name_of(node.column));
    std::vector<std::string> names;
    const auto& known = model_->categories[static_cast<std::size_t>(node.column)];
    for (std::size_t code = 0; code < node.child_of_category.size(); ++code) {
      if (node.child_of_category[code] >= 0) names.push_back(known[code]);
    }
    return b_->in_set(name_of(node.column), std::move(names));
  }

  Ref by_own_column(const TreeNode& node, const std::vector<Ref>& children) {
    Ref value = children.back();
    for (std::size_t c = children.size() - 1; c-- > 0;) {
      value = b_->either(goes_to(node, static_cast<std::int32_t>(c)), children[c], value);
    }
    return value;
  }

  /// Value where the split's own column decides nothing.
  Ref by_others(const TreeNode& node, const std::vector<Ref>& children) {
    Ref value = children[static_cast<std::size_t>(node.default_child)];
    if (node.missing != MissingRule::Surrogate) return value;
    for (std::size_t s = node.surrogates.size(); s-- > 0;) {
      const auto& surrogate = node.surrogates[s];
      const auto& name = name_of(surrogate.column);
      if (surrogate.is_category) {
        for (std::int32_t c = 1; c >= 0; --c) {
          value = b_->either(
              b_->in_set(name, names_of(surrogate.column, surrogate.child_of_category, c)),
              children[static_cast<std::size_t>(c)], value);
        }
        continue;
      }
      const auto is_low = b_->less_equal(b_->column(name), b_->number(surrogate.split));
      const auto low = children[static_cast<std::size_t>(surrogate.low_child)];
      const auto high = children[static_cast<std::size_t>(1 - surrogate.low_child)];
      value = b_->either(b_->known(name), b_->either(is_low, low, high), value);
    }
    return value;
  }

  /// Subtrees are written once: where others than the split's own column decide, the child's number
  /// is worked out first.
  Ref nested(const forms::Tree& tree, std::size_t index) {
    const auto& node = tree.nodes[index];
    if (node.children.empty()) return b_->number(node.value);
    std::vector<Ref> values;
    for (const auto child : node.children) {
      values.push_back(nested(tree, static_cast<std::size_t>(child)));
    }
    std::vector<Ref> ordinals;
    for (std::size_t c = 0; c < values.size(); ++c) {
      ordinals.push_back(b_->number(static_cast<double>(c)));
    }
    const auto chosen = b_->either(decides(node), by_own_column(node, ordinals),
                                   by_others(node, ordinals));
    Ref value = values.back();
    for (std::size_t c = values.size() - 1; c-- > 0;) {
      value = b_->either(b_->less_equal(chosen, b_->number(static_cast<double>(c))), values[c],
                         value);
    }
    return value;
  }

  void add_leaves(const forms::Tree& tree, std::size_t index, std::vector<Ref>& path,
                  std::vector<Ref>& leaves) {
    const auto& node = tree.nodes[index];
    if (node.children.empty()) {
      auto factors = path;
      factors.push_back(b_->number(node.value));
      leaves.push_back(b_->product(std::move(factors)));
      return;
    }
    const auto one = b_->number(1), zero = b_->number(0);
    const auto decided = decides(node);
    for (std::size_t c = 0; c < node.children.size(); ++c) {
      const auto own = static_cast<std::int32_t>(c);
      double share = forms::cover_share(tree, node, c);
      if (node.missing == MissingRule::Default) share = own == node.default_child ? 1 : 0;
      auto taken = b_->either(goes_to(node, own), one, zero);
      if (!node.is_category && !node.cuts.empty() && c > 0) {
        taken = c + 1 == node.children.size() ? one : taken;
        taken = b_->either(goes_to(node, own - 1), zero, taken);
      }
      path.push_back(b_->either(decided, taken, b_->number(share)));
      add_leaves(tree, static_cast<std::size_t>(node.children[c]), path, leaves);
      path.pop_back();
    }
  }

  FormulaBuilder* b_;
  const FittedModel* model_;
  const forms::TreeEnsemble* form_;
};

}  // namespace

Result<std::int32_t> trees_of(FormulaBuilder& b, const FittedModel& model,
                              const forms::TreeEnsemble& form) {
  TreeSteps steps(b, model, form);
  std::vector<Ref> sums = {b.number(form.base)};
  for (const auto& tree : form.trees) sums.push_back(b.named(steps.sum_of(tree), "tree"));
  return b.sum(std::move(sums));
}

}  // namespace holdfast::exchange
