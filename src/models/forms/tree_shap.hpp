#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/forms/rows.hpp"
#include "models/forms/tree.hpp"

/// SHAP values of many rows.
namespace holdfast::forms {

struct TreeEnsemble;

/// The values of shap_values(), faster. The Shapley value of a column on the way to a leaf of value v
/// is v (o − z) ∫ Π (t oᵢ + (1 − t) zᵢ) dt over t from 0 to 1, the product over the other columns on
/// the way, where z is the share of training rows that goes on when the column is unknown and o is 1
/// where the row itself goes on, else 0 (Owen's multilinear extension). The product is a polynomial, so
/// a Gauss–Legendre rule of half as many points as there are columns is exact. Products run down the
/// tree once and sums up once; every factor lies between 0 and 1, so nothing cancels.
///
/// A column asked again on the way goes on with the product of its shares; its earlier part is taken
/// back at the later split. Where a row meets a split that sends it to all children, or that another
/// column decides, that tree is explained by shap_values()' own algorithm.
///
/// Cost       O(nodes × columns on a way / 2) a tree and row.
/// Source     Owen (1972), Management Science 18, P64–P79; the two passes: Yu et al. (2022), Linear
///            TreeSHAP, NeurIPS 35.
class TreeShap {
 public:
  static constexpr std::size_t kBytesKept = std::size_t{1} << 26;  // Of trees made ready.

  explicit TreeShap(const TreeEnsemble& ensemble, std::size_t bytes_kept = kBytesKept);

  /// Shapes: out [rows x (columns + 1)], the last being the base.
  void explain(const Rows& rows, std::size_t output, std::span<double> out) const;

 private:
  struct Node {
    std::uint32_t parent = 0;
    std::int32_t earlier = -1;       // The last node on the way above that was split off by the same
                                     // column; −1: none.
    std::int32_t ordinal = 0;        // Which child of its parent.
    std::int32_t column = -1;        // Its parent's.
    double share = 1;                // Of its parent's cover.
    double zero = 1;                 // Product of the shares of its column on the way here.
    // What it asks itself; a leaf asks nothing.
    std::int32_t asks = -1;          // Column.
    std::int32_t default_child = 0;
    bool is_plain = false;           // Number, two children, missing cells go one way.
    double split = 0;                // Plain: first child when value <= split.
    const TreeNode* node = nullptr;
  };
  struct Layout {
    const Tree* tree;
    std::vector<Node> nodes;         // Parents before children; [0] is the root.
    std::size_t rule = 0;            // Index of its quadrature rule.
  };
  /// Points and weights on (0, 1); a multiple of four of them.
  struct Rule {
    std::vector<double> t, weight;
  };
  /// A tree ready to be read.
  struct Prepared {
    Layout layout;
    std::vector<double> factors;
  };
  class Reader;

  Layout layout_of(const Tree& tree) const;
  std::vector<double> factors_of(const Layout& layout) const;
  void add_expected(const Layout& layout);
  const Prepared& prepared(std::size_t tree, Prepared& made) const;

  const TreeEnsemble* ensemble_;
  std::vector<Rule> rules_;          // [i] has 4 (i + 1) points.
  std::vector<Prepared> trees_;      // Those that are kept: the first ones; others are made anew for
                                     // every block of rows, lest large forests fill the memory.
  std::vector<double> expected_;     // [outputs] without the ensemble's base.
};

}  // namespace holdfast::forms
