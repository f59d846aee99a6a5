#include "models/forest/out_of_bag.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

namespace holdfast::forest {
namespace {

constexpr double kUnit = 0x1.0p40;

template <typename Bin>
bool goes_first(const Tree& tree, const Node& node, Bin bin) {
  if (node.is_category) return (tree.sets[node.split + bin / 64] >> (bin % 64) & 1) != 0;
  return bin <= node.split || (bin == Coding<Bin>::kMissing && node.is_missing_first);
}

/// The leaf of a row whose cells `cell_of(column)` gives.
template <typename Cells>
std::size_t leaf_of(const Tree& tree, const Cells& cell_of) {
  std::size_t at = 0;
  for (;;) {
    const Node& node = tree.nodes[at];
    if (node.column < 0) return at;
    at = node.first + (goes_first(tree, node, cell_of(static_cast<std::size_t>(node.column))) ? 0 : 1);
  }
}

template <typename Bin>
std::size_t leaf_of_row(const Sample& sample, const Tree& tree, std::size_t row) {
  const Bin* cells = sample.cells<Bin>() + row * sample.columns.size();
  return leaf_of(tree, [&](std::size_t column) { return cells[column]; });
}

/// Calls body with a value of the sample's Bin type.
template <typename Body>
void with_bin(const Sample& sample, const Body& body) {
  if (sample.is_wide) body(std::uint16_t{});
  else body(std::uint8_t{});
}

double share_of(const Tree& tree, std::size_t leaf, std::size_t cls, std::size_t classes) {
  const auto* counts = tree.counts.data() + leaf * classes;
  std::uint32_t total = 0;
  for (std::size_t k = 0; k < classes; ++k) total += counts[k];
  return counts[cls] / static_cast<double>(total);
}

double squared_error(const Tree& tree, std::size_t leaf, std::size_t cls, std::size_t classes) {
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double error = share_of(tree, leaf, k, classes) - (k == cls ? 1 : 0);
    sum += error * error / 2;
  }
  return sum;
}

}  // namespace

std::vector<std::uint32_t> left_out(std::span<const Draw> draws, std::size_t rows) {
  std::vector<std::uint32_t> result;
  std::size_t next = 0;
  for (std::uint32_t r = 0; r < rows; ++r) {
    if (next < draws.size() && draws[next].row == r) ++next;
    else result.push_back(r);
  }
  return result;
}

OutOfBagSums::OutOfBagSums(std::size_t rows, std::size_t classes)
    : classes_(classes), sums_(rows * classes, 0), trees_(rows, 0) {}

void OutOfBagSums::add(const Sample& sample, const Tree& tree,
                       std::span<const std::uint32_t> rows) {
  std::vector<std::uint64_t> shares;
  for (std::size_t leaf = 0; leaf < tree.nodes.size(); ++leaf) {
    for (std::size_t k = 0; k < classes_; ++k) {
      shares.push_back(static_cast<std::uint64_t>(
          std::llround(share_of(tree, leaf, k, classes_) * kUnit)));
    }
  }
  with_bin(sample, [&](auto bin) {
    for (const auto r : rows) {
      const auto* answer = &shares[leaf_of_row<decltype(bin)>(sample, tree, r) * classes_];
      for (std::size_t k = 0; k < classes_; ++k) {
        std::atomic_ref(sums_[r * classes_ + k]).fetch_add(answer[k], std::memory_order_relaxed);
      }
      std::atomic_ref(trees_[r]).fetch_add(1, std::memory_order_relaxed);
    }
  });
}

OutOfBag OutOfBagSums::result(const Sample& sample, std::size_t rows) const {
  OutOfBag result{.probability = std::vector<double>(rows * classes_, 0.0),
                  .trees = std::vector<std::uint32_t>(rows, 0)};
  std::vector<double> score, weight;
  std::vector<std::uint8_t> y;
  double wrong = 0;
  double squares = 0;
  double judged = 0;
  for (std::size_t r = 0; r < trees_.size(); ++r) {
    if (trees_[r] == 0) continue;
    result.trees[sample.rows[r]] = trees_[r];
    double* p = &result.probability[sample.rows[r] * classes_];
    for (std::size_t k = 0; k < classes_; ++k) {
      p[k] = static_cast<double>(sums_[r * classes_ + k]) / kUnit / trees_[r];
      const double error = p[k] - (k == sample.y[r] ? 1 : 0);
      squares += sample.weight[r] * error * error / 2;
    }
    judged += sample.weight[r];
    if (std::max_element(p, p + classes_) - p != sample.y[r]) wrong += sample.weight[r];
    score.push_back(p[1]);
    weight.push_back(sample.weight[r]);
    y.push_back(sample.y[r]);
  }
  if (judged > 0) {
    result.rows_share =
        judged / std::accumulate(sample.weight.begin(), sample.weight.end(), 0.0);
    result.error = wrong / judged;
    result.brier = squares / judged;
  }
  if (classes_ == 2) result.auc = auc(score, y, weight);
  return result;
}

std::vector<double> permutation_rises(const Sample& sample, const Tree& tree, std::size_t classes,
                                      std::vector<std::uint32_t> rows, Random& random) {
  std::vector<double> rises(sample.columns.size(), 0.0);
  if (rows.empty()) return rises;
  random.shuffle(rows);
  if (rows.size() > kPermutedRows) rows.resize(kPermutedRows);
  std::vector<bool> is_asked(rises.size(), false);
  for (const auto& node : tree.nodes) {
    if (node.column >= 0) is_asked[static_cast<std::size_t>(node.column)] = true;
  }
  with_bin(sample, [&](auto bin) {
    using Bin = decltype(bin);
    double before = 0;
    for (const auto r : rows) {
      before += squared_error(tree, leaf_of_row<Bin>(sample, tree, r), sample.y[r], classes);
    }
    auto others = rows;
    for (std::size_t c = 0; c < rises.size(); ++c) {
      if (!is_asked[c]) continue;
      random.shuffle(others);
      double after = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const Bin* own = sample.cells<Bin>() + rows[i] * rises.size();
        const Bin other = sample.cells<Bin>()[others[i] * rises.size() + c];
        const auto leaf = leaf_of(tree, [&](std::size_t at) { return at == c ? other : own[at]; });
        after += squared_error(tree, leaf, sample.y[rows[i]], classes);
      }
      rises[c] = (after - before) / static_cast<double>(rows.size());
    }
  });
  return rises;
}

double auc(std::span<const double> score, std::span<const std::uint8_t> y,
           std::span<const double> weight) {
  std::vector<std::uint32_t> order(score.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t r) { return score[r]; });
  double below = 0;   // Weight of class 0 ranked below.
  double above = 0;   // Weight of class 1 so far.
  double wins = 0;
  for (std::size_t i = 0; i < order.size();) {
    double tied[2] = {0, 0};
    std::size_t end = i;
    for (; end < order.size() && score[order[end]] == score[order[i]]; ++end) {
      tied[y[order[end]] == 1 ? 1 : 0] += weight[order[end]];
    }
    wins += tied[1] * (below + tied[0] / 2);
    below += tied[0];
    above += tied[1];
    i = end;
  }
  return below > 0 && above > 0 ? wins / (below * above) : 0.5;
}

}  // namespace holdfast::forest
