#pragma once

#include <vector>

#include "grouping/summary.hpp"

namespace holdfast::grouping {

/// A tree of summaries of bounded size: each entry of an inner node sums up the node below it.
/// When it is full it is built anew from its leaves with a larger threshold.
class SummaryTree {
 public:
  static constexpr std::size_t kBranches = 8;
  static constexpr std::size_t kDepthMax = 3;

  SummaryTree(const Summaries& summaries, double noise_share);

  void insert(const Summaries::Row& row);
  void insert(const double* summary);
  /// Small entries aside, then back where they fit an entry. Once, after the last row.
  void finish();

  /// Summaries of all entries of the leaves, one after the other.
  std::vector<double> leaves() const;
  /// Summaries of what was set aside and fitted no entry.
  const std::vector<double>& aside() const { return aside_; }
  double threshold() const { return threshold_; }

 private:
  struct Node {
    bool is_leaf = true;
    std::vector<double> cells;       // Summaries of its entries.
    std::vector<std::size_t> below;  // Node under each entry; empty in leaves.
  };
  struct Step {
    std::size_t node;
    std::size_t entry;
  };

  void clear();
  std::size_t entries(const Node& node) const { return node.cells.size() / summaries_.width(); }
  double* entry(Node& node, std::size_t at) const {
    return node.cells.data() + at * summaries_.width();
  }
  /// The way down over the nearest entries; distance: to the last of them.
  template <typename Item>
  std::vector<Step> descend(const Item& item, double* distance);
  /// False: full, and nothing changed.
  template <typename Item>
  bool try_insert(const Item& item);
  bool has_room(const std::vector<Step>& path);
  void split(const std::vector<Step>& path);
  std::vector<double> sum_of(Node& node) const;
  /// Moves those nearer to one of the two entries farthest apart into a new node.
  Node divide(Node& node) const;
  void rebuild();
  double next_threshold();
  void set_small_aside(std::vector<double>& all);

  const Summaries& summaries_;
  double noise_share_;
  double threshold_ = 0;
  std::vector<Node> nodes_;
  std::size_t root_ = 0;
  std::size_t depth_ = 1;
  std::vector<double> aside_;
};

}  // namespace holdfast::grouping
