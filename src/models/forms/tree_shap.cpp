#include "models/forms/tree_shap.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/check.hpp"
#include "models/forms/lanes.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {
namespace {


// Vectors of a node: what the product above is multiplied by where the row goes on here (kOn) and
// where it came so far but not here (kOff), and the weights of its column's value where it goes on;
// where it does not they are the same at every node.
enum : std::size_t { kOn, kOff, kCreditOn, kVectors };

/// Gauss–Legendre points and weights on (0, 1), by Newton's method on the Legendre polynomial.
void gauss_legendre(std::size_t points, std::vector<double>& t, std::vector<double>& weight) {
  const auto n = static_cast<double>(points);
  t.resize(points);
  weight.resize(points);
  for (std::size_t i = 0; i < points; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double slope = 1;
    for (int step = 0; step < 100; ++step) {
      double before = 1;
      double value = x;
      for (std::size_t k = 2; k <= points; ++k) {
        const auto j = static_cast<double>(k);
        const double next = ((2 * j - 1) * x * value - (j - 1) * before) / j;
        before = std::exchange(value, next);
      }
      slope = n * (x * value - before) / (x * x - 1);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-16) break;
    }
    t[i] = (1 + x) / 2;
    weight[i] = 1 / ((1 - x * x) * slope * slope);
  }
}

}  // namespace

TreeShap::TreeShap(const TreeEnsemble& ensemble, std::size_t bytes_kept)
    : ensemble_(&ensemble), expected_(ensemble.outputs, 0.0) {
  std::size_t size = 0;
  for (const auto& tree : ensemble.trees) {
    auto layout = layout_of(tree);
    while (rules_.size() <= layout.rule) {
      auto& rule = rules_.emplace_back();
      gauss_legendre(kLane * rules_.size(), rule.t, rule.weight);
    }
    add_expected(layout);
    const std::size_t points = rules_[layout.rule].t.size();
    size += layout.nodes.size() * (sizeof(Node) + kVectors * points * sizeof(double));
    if (size > bytes_kept) continue;
    auto factors = factors_of(layout);
    trees_.push_back({.layout = std::move(layout), .factors = std::move(factors)});
  }
}

void TreeShap::add_expected(const Layout& layout) {
  std::vector<double> reach(layout.nodes.size(), 1.0);
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    const auto& node = layout.nodes[i];
    if (i > 0) reach[i] = reach[node.parent] * node.share;
    if (node.asks >= 0 || reach[i] == 0) continue;
    for (std::size_t k = 0; k < expected_.size(); ++k) {
      expected_[k] += reach[i] * leaf_value(*ensemble_, *node.node, k);
    }
  }
}

TreeShap::Layout TreeShap::layout_of(const Tree& tree) const {
  Layout layout{.tree = &tree};
  if (tree.nodes.empty()) return layout;
  struct Entry {
    std::size_t from;         // In the tree.
    Node node;
    std::size_t columns;      // Different ones on the way here.
  };
  std::size_t most = 1;
  std::vector<Entry> open = {{.from = 0, .node = {}, .columns = 0}};
  while (!open.empty()) {
    const Entry entry = std::move(open.back());
    open.pop_back();
    const auto& source = tree.nodes[entry.from];
    const std::size_t at = layout.nodes.size();
    Node node = entry.node;
    node.node = &source;
    most = std::max(most, entry.columns);
    if (!source.children.empty()) {
      node.asks = source.column;
      node.default_child = source.default_child;
      node.is_plain = source.children.size() == 2 && !source.is_category && source.cuts.empty() &&
                      source.missing == MissingRule::Default &&
                      (!ensemble_->is_less || std::isfinite(source.split));
      if (node.is_plain) node.split = largest_of_first(*ensemble_, source);
    }
    layout.nodes.push_back(node);
    if (source.children.empty()) continue;
    std::int32_t earlier = static_cast<std::int32_t>(at);
    while (earlier > 0 && layout.nodes[static_cast<std::size_t>(earlier)].column != source.column) {
      earlier = static_cast<std::int32_t>(layout.nodes[static_cast<std::size_t>(earlier)].parent);
    }
    if (earlier == 0) earlier = -1;
    const double zero = earlier < 0 ? 1 : layout.nodes[static_cast<std::size_t>(earlier)].zero;
    for (std::size_t c = source.children.size(); c-- > 0;) {
      const double share = cover_share(tree, source, c);
      open.push_back({.from = static_cast<std::size_t>(source.children[c]),
                      .node = {.parent = static_cast<std::uint32_t>(at),
                               .earlier = earlier,
                               .ordinal = static_cast<std::int32_t>(c),
                               .column = source.column,
                               .share = share,
                               .zero = zero * share},
                      .columns = entry.columns + (earlier < 0 ? 1 : 0)});
    }
  }
  layout.rule = (most - 1) / (2 * kLane);
  return layout;
}

std::vector<double> TreeShap::factors_of(const Layout& layout) const {
  const Rule& rule = rules_[layout.rule];
  const std::size_t points = rule.t.size();
  std::vector<double> factors(layout.nodes.size() * kVectors * points);
  for (std::size_t i = 1; i < layout.nodes.size(); ++i) {
    const Node& node = layout.nodes[i];
    double* own = factors.data() + i * kVectors * points;
    for (std::size_t q = 0; q < points; ++q) {
      const double t = rule.t[q];
      const double before =
          node.earlier < 0
              ? 1
              : t + (1 - t) * layout.nodes[static_cast<std::size_t>(node.earlier)].zero;
      const double on = t + (1 - t) * node.zero;
      own[kOn * points + q] = on / before;
      own[kOff * points + q] = (1 - t) * node.zero / before;
      own[kCreditOn * points + q] = (1 - node.zero) * rule.weight[q] / on;
    }
  }
  return factors;
}

const TreeShap::Prepared& TreeShap::prepared(std::size_t tree, Prepared& made) const {
  if (tree < trees_.size()) return trees_[tree];
  made.layout = layout_of(ensemble_->trees[tree]);
  made.factors = factors_of(made.layout);
  return made;
}

/// One tree, row by row.
class TreeShap::Reader {
 public:
  Reader(const TreeEnsemble& ensemble, const Layout& layout, const Rule& rule,
         const std::vector<double>& factors, std::size_t output)
      : ensemble_(ensemble), layout_(layout), factors_(factors), points_(rule.t.size()),
        product_(layout.nodes.size() * points_, 1.0), sum_(product_.size()),
        is_on_(layout.nodes.size(), 1), taken_(layout.nodes.size(), 0),
        values_(layout.nodes.size(), 0.0) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (layout.nodes[i].asks < 0) values_[i] = leaf_value(ensemble, *layout.nodes[i].node, output);
    }
    for (std::size_t q = 0; q < points_; ++q) {
      credit_off_.push_back(-rule.weight[q] / (1 - rule.t[q]));
    }
  }

  /// Adds to parts [columns][kLane], whose lanes add up to the values. False: nothing was added, as
  /// the row goes to all children somewhere, or another column decides.
  bool read(std::span<const Cell> row, double* parts) {
    if (!decide_all(row)) return false;
    if (points_ == kLane) pass<1>(parts);
    else if (points_ == 2 * kLane) pass<2>(parts);
    else pass<0>(parts);
    return true;
  }

 private:
  bool decide_all(std::span<const Cell> row) {
    for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
      const Node& node = layout_.nodes[i];
      if (node.asks < 0) continue;
      if (node.is_plain) {
        const Cell& cell = row[static_cast<std::size_t>(node.asks)];
        const double value =
            ensemble_.is_float ? static_cast<double>(narrowed(cell.value)) : cell.value;
        taken_[i] = cell.is_missing ? node.default_child : value <= node.split ? 0 : 1;
        continue;
      }
      const auto [child, column] = decide(ensemble_, *node.node, row);
      if (child < 0 || column != node.asks) return false;
      taken_[i] = child;
    }
    return true;
  }

  /// `vectors`: points / kLane where that is known beforehand, else 0.
  template <std::size_t vectors>
  void pass(double* parts) {
    const std::size_t points = vectors > 0 ? vectors * kLane : points_;
    const std::size_t count = layout_.nodes.size();
    for (std::size_t i = 1; i < count; ++i) {
      const Node& node = layout_.nodes[i];
      const bool was_on = node.earlier < 0 || is_on_[static_cast<std::size_t>(node.earlier)] != 0;
      const bool goes_here = taken_[node.parent] == node.ordinal;
      is_on_[i] = was_on && goes_here ? 1 : 0;
      const double* above = product_.data() + node.parent * points;
      const double* factor =
          factors_.data() + (i * kVectors + (goes_here ? kOn : kOff)) * points;
      double* here = product_.data() + i * points;
      for (std::size_t q = 0; q < points; q += kLane) {
        // A column that left the way above stays off it: only its share goes on.
        const Lane came = load(above + q);
        store(here + q, was_on ? came * load(factor + q) : came * node.share);
      }
    }
    std::ranges::fill(sum_, 0.0);
    for (std::size_t i = count - 1; i > 0; --i) {
      const Node& node = layout_.nodes[i];
      double* own = sum_.data() + i * points;
      double* above = sum_.data() + node.parent * points;
      const double* product = product_.data() + i * points;
      const double* credit = credit_of(i, points);
      Lane part{};
      for (std::size_t q = 0; q < points; q += kLane) {
        const Lane sum = node.asks < 0 ? load(product + q) * values_[i] : load(own + q);
        store(own + q, sum);
        store(above + q, load(above + q) + sum);
        part += sum * load(credit + q);
      }
      if (node.earlier >= 0) {
        const double* earlier = credit_of(static_cast<std::size_t>(node.earlier), points);
        for (std::size_t q = 0; q < points; q += kLane) part -= load(own + q) * load(earlier + q);
      }
      double* to = parts + static_cast<std::size_t>(node.column) * kLane;
      store(to, load(to) + part);
    }
  }

  const double* credit_of(std::size_t i, std::size_t points) const {
    return is_on_[i] != 0 ? factors_.data() + (i * kVectors + kCreditOn) * points
                          : credit_off_.data();
  }

  const TreeEnsemble& ensemble_;
  const Layout& layout_;
  const std::vector<double>& factors_;
  std::size_t points_;
  std::vector<double> product_, sum_;      // [nodes x points]
  std::vector<std::uint8_t> is_on_;        // [nodes] the row goes on by this column so far.
  std::vector<std::int32_t> taken_;        // [nodes] child.
  std::vector<double> values_;             // [nodes] of leaves.
  std::vector<double> credit_off_;         // [points]
};

void TreeShap::explain(const Rows& rows, std::size_t output, std::span<double> out) const {
  const std::size_t width = rows.width + 1;
  HOLDFAST_CHECK(out.size() == rows.count * width);
  std::ranges::fill(out, 0.0);
  std::vector<double> parts(rows.count * rows.width * kLane, 0.0);
  Prepared made;
  for (std::size_t t = 0; t < ensemble_->trees.size(); ++t) {
    const auto& [layout, factors] = prepared(t, made);
    if (layout.nodes.empty()) continue;
    Reader reader(*ensemble_, layout, rules_[layout.rule], factors, output);
    for (std::size_t r = 0; r < rows.count; ++r) {
      const auto row = rows.cells.subspan(r * rows.width, rows.width);
      if (reader.read(row, parts.data() + r * rows.width * kLane)) continue;
      add_shap_values(*ensemble_, *layout.tree, row, output, out.subspan(r * width, width));
    }
  }
  const double base = expected_[output] + (ensemble_->outputs == 1 ? ensemble_->base : 0);
  for (std::size_t r = 0; r < rows.count; ++r) {
    double* row = out.data() + r * width;
    for (std::size_t c = 0; c < rows.width; ++c) {
      const double* part = parts.data() + (r * rows.width + c) * kLane;
      row[c] += (part[0] + part[1]) + (part[2] + part[3]);
    }
    row[rows.width] = base;
  }
}

}  // namespace holdfast::forms
