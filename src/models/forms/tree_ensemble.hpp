#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"
#include "models/forms/tree.hpp"

/// Scores and SHAP values of tree ensembles.
namespace holdfast::forms {

class ByteTrees;
class ThinTrees;
class TreeScorer;
class TreeShap;

/// base + Σ trees. Score: a probability (is_probability) or a margin (logit). With several outputs
/// each is the sum of the leaves' values for it; leaves without them give the class's share in
/// class_cover, averaged over the trees.
struct TreeEnsemble {
  static constexpr std::string_view kType = "tree_ensemble";
  static constexpr Input kInput = Input::Cells;
  using Scorer = TreeScorer;

  std::vector<Tree> trees;
  double base = 0;
  bool is_probability = false;
  bool is_less = false;   // Splits ask value < split (XGBoost) instead of <=.
  bool is_float = false;  // Values, splits and sums in float, as XGBoost does.
  std::size_t outputs = 1;

  std::size_t outputs_count() const { return outputs; }
};

/// Where ensembles in float cut their values, in training and scoring alike: libraries that add two
/// values up in float must not meet infinity.
constexpr double kFloatLargest = 1e37;

/// A value as such an ensemble sees it.
inline float narrowed(double value) {
  return static_cast<float>(value > kFloatLargest    ? kFloatLargest
                            : value < -kFloatLargest ? -kFloatLargest
                                                     : value);
}

/// Where a row goes at a node, and the column that said so: the split's own, or a surrogate's.
struct Decision {
  std::int32_t child = -1;   // −1: to all children in proportion to their cover.
  std::int32_t column = -1;
};
Decision decide(const TreeEnsemble& ensemble, const TreeNode& node, std::span<const Cell> row);

/// Share of each child in its parent's cover; equal shares where nothing came here.
double cover_share(const Tree& tree, const TreeNode& node, std::size_t child);

/// Whether every split has two children and sends missing cells one way.
bool goes_two_ways(const TreeEnsemble& ensemble);

/// A numeric split of two children as "first child when value <= this", value as the ensemble sees it.
double largest_of_first(const TreeEnsemble& ensemble, const TreeNode& node);

/// Path-dependent SHAP values of one row: value of a coalition = the tree's answer when columns
/// outside it go to every child in proportion to cover. A missing cell at a Fractional split does
/// that whether its column is inside or not, so the split then credits nobody. Where a surrogate
/// decides, its column is credited.
///
/// Shapes     row: [columns]. Result: [columns + 1], the last being the base; adds up to the score.
/// Cost       O(trees × leaves × depth²).
/// Source     Lundberg et al. (2020), Nature Machine Intelligence 2, 56–67, algorithm 2 (here
///            with any number of children, each with a one-fraction of 0 or 1).
std::vector<double> shap_values(const TreeEnsemble& ensemble, std::span<const Cell> row,
                                std::size_t output = 0);

/// The same of one tree, added to `phi` [columns + 1], without the base.
void add_shap_values(const TreeEnsemble& ensemble, const Tree& tree, std::span<const Cell> row,
                     std::size_t output, std::span<double> phi);

/// A leaf's answer for one output.
double leaf_value(const TreeEnsemble& ensemble, const TreeNode& leaf, std::size_t output);

/// A tree ensemble laid out for scoring many rows: as ByteTrees where its trees are small, else as
/// ThinTrees, else as nodes that can ask anything. All add the same values up in the same order.
class TreeScorer {
 public:
  explicit TreeScorer(const TreeEnsemble& ensemble);
  ~TreeScorer();

  /// Shapes: out [rows x outputs].
  void score(const Rows& rows, std::span<double> out) const;
  /// Rows read in place. Shapes: columns: [columns of the model], out [(end - begin) x outputs].
  void score(std::span<const Slice> columns, std::size_t begin, std::size_t end,
             std::span<double> out) const;
  /// SHAP values, the rounding of sums in float taken up by the base. Shapes: out
  /// [rows x (columns + 1)].
  void contributions(const Rows& rows, std::size_t output, std::span<double> out) const;

 private:
  struct Node {
    std::int32_t column;   // -1: leaf.
    std::int32_t first;    // Index of the first child in children_.
    std::int32_t codes;    // Category: index of the first code in child_of_category_.
    std::int32_t codes_count;
    std::int32_t default_child;
    std::int32_t children_count;
    bool is_category;
    bool is_fractional;
    const TreeNode* rare;  // Node with cuts or surrogates, decided by decide(); else null.
    double split;          // Leaf: its value.
  };

  std::int32_t child_of(const Node& node, const Cell* row, std::size_t width) const;
  double walk(std::int32_t node, const Cell* row, std::size_t width) const;
  void add_tree(const Tree& tree, std::size_t output);
  void note_categories();
  void walk_all(const Rows& rows, std::span<double> out) const;
  const TreeShap& shap() const;

  const TreeEnsemble* ensemble_;
  std::unique_ptr<const ByteTrees> bytes_;
  std::unique_ptr<const ThinTrees> thin_;
  std::vector<bool> is_category_;   // Columns that they ask as categories.
  // Where neither can be:
  std::vector<Node> nodes_;
  std::vector<std::int32_t> children_;
  std::vector<double> shares_;  // [children_] share of the parent's cover.
  std::vector<std::int32_t> child_of_category_;
  std::vector<std::int32_t> roots_;  // [outputs x trees]
  // Made when first asked for.
  mutable std::once_flag shap_once_;
  mutable std::unique_ptr<const TreeShap> shap_;
};

}  // namespace holdfast::forms
