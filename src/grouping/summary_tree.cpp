#include "grouping/summary_tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace holdfast::grouping {

SummaryTree::SummaryTree(const Summaries& summaries, double noise_share)
    : summaries_(summaries), noise_share_(noise_share) {
  clear();
}

void SummaryTree::clear() {
  nodes_.assign(1, {});
  root_ = 0;
  depth_ = 1;
}

template <typename Item>
std::vector<SummaryTree::Step> SummaryTree::descend(const Item& item, double* distance) {
  std::vector<Step> path;
  path.reserve(kDepthMax);
  for (std::size_t at = root_;;) {
    auto& node = nodes_[at];
    std::size_t best = 0;
    *distance = std::numeric_limits<double>::infinity();
    for (std::size_t e = 0; e < entries(node); ++e) {
      const double d = summaries_.distance(entry(node, e), item);
      if (d < *distance) {
        *distance = d;
        best = e;
      }
    }
    path.push_back({at, best});
    if (node.is_leaf) return path;
    at = node.below[best];
  }
}

bool SummaryTree::has_room(const std::vector<Step>& path) {
  return depth_ < kDepthMax || std::ranges::any_of(path, [&](const Step& step) {
           return entries(nodes_[step.node]) < kBranches;
         });
}

template <typename Item>
bool SummaryTree::try_insert(const Item& item) {
  double distance = 0;
  const auto path = descend(item, &distance);
  const bool is_near = distance <= threshold_;
  if (!is_near && !has_room(path)) return false;
  const auto touched = path.size() - (is_near ? 0 : 1);
  for (std::size_t i = 0; i < touched; ++i) {
    summaries_.add(entry(nodes_[path[i].node], path[i].entry), item);
  }
  if (is_near) return true;
  auto& leaf = nodes_[path.back().node];
  leaf.cells.resize(leaf.cells.size() + summaries_.width());
  summaries_.add(entry(leaf, entries(leaf) - 1), item);
  split(path);
  return true;
}

void SummaryTree::split(const std::vector<Step>& path) {
  for (std::size_t i = path.size(); i-- > 0;) {
    const auto at = path[i].node;
    if (entries(nodes_[at]) <= kBranches) return;
    const auto other = nodes_.size();
    nodes_.push_back(divide(nodes_[at]));
    if (i == 0) {
      Node root;
      root.is_leaf = false;
      root.below = {at, other};
      root.cells = sum_of(nodes_[at]);
      const auto second = sum_of(nodes_[other]);
      root.cells.insert(root.cells.end(), second.begin(), second.end());
      root_ = nodes_.size();
      nodes_.push_back(std::move(root));
      ++depth_;
      return;
    }
    auto& parent = nodes_[path[i - 1].node];
    std::ranges::copy(sum_of(nodes_[at]), entry(parent, path[i - 1].entry));
    const auto second = sum_of(nodes_[other]);
    parent.cells.insert(parent.cells.end(), second.begin(), second.end());
    parent.below.push_back(other);
  }
}

std::vector<double> SummaryTree::sum_of(Node& node) const {
  std::vector<double> sum(entry(node, 0), entry(node, 1));
  for (std::size_t e = 1; e < entries(node); ++e) summaries_.add(sum.data(), entry(node, e));
  return sum;
}

SummaryTree::Node SummaryTree::divide(Node& node) const {
  const auto count = entries(node);
  std::size_t first = 0;
  std::size_t second = 1;
  double farthest = -1;
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      const double d = summaries_.distance(entry(node, a), entry(node, b));
      if (d <= farthest) continue;
      farthest = d;
      first = a;
      second = b;
    }
  }
  Node halves[2];
  for (std::size_t e = 0; e < count; ++e) {
    const bool moves =
        e != first && (e == second || summaries_.distance(entry(node, second), entry(node, e)) <
                                          summaries_.distance(entry(node, first), entry(node, e)));
    auto& half = halves[moves ? 1 : 0];
    half.is_leaf = node.is_leaf;
    half.cells.insert(half.cells.end(), entry(node, e), entry(node, e + 1));
    if (!node.is_leaf) half.below.push_back(node.below[e]);
  }
  node = std::move(halves[0]);
  return std::move(halves[1]);
}

void SummaryTree::insert(const Summaries::Row& row) {
  while (!try_insert(row)) rebuild();
}

void SummaryTree::insert(const double* summary) {
  while (!try_insert(summary)) rebuild();
}

std::vector<double> SummaryTree::leaves() const {
  std::vector<double> all;
  for (const auto& node : nodes_) {
    if (node.is_leaf) all.insert(all.end(), node.cells.begin(), node.cells.end());
  }
  return all;
}

double SummaryTree::next_threshold() {
  // Half of the entries lie nearer than this to another of their leaf, so that many merge at once
  // and the number of rebuilds grows with the logarithm of the rows.
  std::vector<double> gaps;
  for (auto& node : nodes_) {
    if (!node.is_leaf || entries(node) < 2) continue;
    for (std::size_t a = 0; a < entries(node); ++a) {
      double nearest = std::numeric_limits<double>::infinity();
      for (std::size_t b = 0; b < entries(node); ++b) {
        if (b == a) continue;
        nearest = std::min(nearest, summaries_.distance(entry(node, a), entry(node, b)));
      }
      gaps.push_back(nearest);
    }
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return std::max({*middle, threshold_ * 1.25, 1e-9});
}

void SummaryTree::rebuild() {
  threshold_ = next_threshold();
  auto all = leaves();
  set_small_aside(all);
  const auto width = summaries_.width();
  for (bool fits = false; !fits;) {
    clear();
    fits = true;
    for (std::size_t i = 0; i < all.size() && fits; i += width) {
      const double* item = all.data() + i;
      fits = try_insert(item);
    }
    if (!fits) threshold_ *= 1.5;
  }
}

void SummaryTree::set_small_aside(std::vector<double>& all) {
  if (noise_share_ <= 0) return;
  const auto width = summaries_.width();
  double largest = 0;
  for (std::size_t i = 0; i < all.size(); i += width) largest = std::max(largest, all[i]);
  std::vector<double> kept;
  for (std::size_t i = 0; i < all.size(); i += width) {
    auto& to = all[i] < noise_share_ * largest ? aside_ : kept;
    to.insert(to.end(), all.begin() + static_cast<std::ptrdiff_t>(i),
              all.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
  all = std::move(kept);
}

void SummaryTree::finish() {
  if (noise_share_ <= 0) return;
  auto all = leaves();
  set_small_aside(all);
  clear();
  const auto width = summaries_.width();
  for (std::size_t i = 0; i < all.size(); i += width) {
    const double* item = all.data() + i;
    while (!try_insert(item)) threshold_ *= 1.25;
  }
  const auto all_aside = std::exchange(aside_, {});
  for (std::size_t i = 0; i < all_aside.size(); i += width) {
    const double* item = all_aside.data() + i;
    double distance = 0;
    const auto path = descend(item, &distance);
    if (distance > threshold_) {
      aside_.insert(aside_.end(), item, item + width);
      continue;
    }
    for (const auto& step : path) {
      summaries_.add(entry(nodes_[step.node], step.entry), item);
    }
  }
}

}  // namespace holdfast::grouping
