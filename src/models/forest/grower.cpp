#include "models/forest/grower.hpp"

#include <algorithm>
#include <utility>

#include "models/forest/split.hpp"

namespace holdfast::forest {
namespace {

/// Draws up to which a node's rows are copied together, so that its subtree stays in the cache.
constexpr std::size_t kTogether = 4096;

template <typename Bin, typename Tally>
class Grower {
 public:
  Grower(const Sample& sample, const Growth& growth, std::vector<Draw> draws, Random random)
      : sample_(&sample), growth_(&growth), random_(random), draws_(std::move(draws)),
        later_(draws_.size()), splitter_(sample, growth) {
    grown_.impurity.assign(sample.columns.size(), 0.0);
    grown_.splits.assign(sample.columns.size(), 0.0);
  }

  Grown run() {
    Tally all{};
    for (const Draw& draw : draws_) all += Tally::of(draw);
    add_node(all);
    std::vector<Task> tasks = {{0, 0, draws_.size(), 0, all}};
    while (!tasks.empty()) {
      const Task task = tasks.back();
      tasks.pop_back();
      if (task.end - task.begin > kTogether) {
        grow(task, sample_->template cells<Bin>(), tasks);
        continue;
      }
      gather(task);
      std::vector<Task> near = {task};
      while (!near.empty()) {
        const Task next = near.back();
        near.pop_back();
        grow(next, together_.data(), near);
      }
    }
    return std::move(grown_);
  }

 private:
  struct Task {
    std::size_t node, begin, end, depth;
    Tally tally;
  };

  void add_node(const Tally& tally) {
    grown_.tree.nodes.emplace_back();
    for (std::size_t k = 0; k < growth_->classes; ++k) {
      grown_.tree.counts.push_back(tally.of_class(k));
    }
  }

  bool is_leaf(const Task& task) const {
    const std::uint32_t total = task.tally.total();
    if (total < 2 * growth_->leaf_rows_min) return true;
    if (growth_->depth_max > 0 && task.depth >= growth_->depth_max) return true;
    for (std::size_t k = 0; k < growth_->classes; ++k) {
      if (task.tally.of_class(k) == total) return true;
    }
    return false;
  }

  void grow(const Task& task, const Bin* cells, std::vector<Task>& tasks) {
    if (is_leaf(task)) return;
    const std::span<const Draw> draws(draws_.data() + task.begin, task.end - task.begin);
    const Split split = splitter_.best(draws, cells, task.tally, random_);
    if (!split.exists()) return;
    const auto first = static_cast<std::uint32_t>(grown_.tree.nodes.size());
    Node node{.column = static_cast<std::int32_t>(split.column),
              .first = first,
              .split = split.cut.last_bin,
              .threshold = split.cut.threshold,
              .is_category = split.is_category,
              .is_missing_first = split.is_missing_first};
    if (split.is_category) {
      node.split = static_cast<std::uint32_t>(grown_.tree.sets.size());
      grown_.tree.sets.insert(grown_.tree.sets.end(), split.set.begin(), split.set.end());
    }
    grown_.tree.nodes[task.node] = node;
    grown_.impurity[split.column] +=
        impurity(task.tally, growth_->class_weights) - split.impurity;
    grown_.splits[split.column] += 1;
    Tally left{};
    const std::size_t middle = divide(task, node, cells, left);
    Tally right = task.tally;
    right -= left;
    add_node(left);
    add_node(right);
    tasks.push_back({first + 1, middle, task.end, task.depth + 1, right});
    tasks.push_back({first, task.begin, middle, task.depth + 1, left});
  }

  /// Draws of the first child before those of the second, each in order. Answers the border.
  std::size_t divide(const Task& task, const Node& node, const Bin* cells, Tally& left) {
    const std::size_t width = sample_->columns.size();
    Draw* const begin = draws_.data() + task.begin;
    Draw* const end = draws_.data() + task.end;
    Draw* here = begin;
    Draw* const later = later_.data();
    const Bin* column = cells + node.column;
    const auto move = [&](auto goes_first) {
      for (const Draw* draw = begin; draw != end; ++draw) {
        const Draw moved = *draw;
        *here = moved;  // Both written, one counted, the other the rest: no branch to guess.
        later[draw - here] = moved;
        here += static_cast<std::size_t>(goes_first(column[moved.row * width]));
      }
    };
    if (node.is_category) {
      const std::uint64_t* set = grown_.tree.sets.data() + node.split;
      move([&](Bin bin) { return (set[bin / 64] >> (bin % 64) & 1) != 0; });
    } else if (node.is_missing_first) {
      move([&](Bin bin) { return bin <= node.split || bin == Coding<Bin>::kMissing; });
    } else {
      move([&](Bin bin) { return bin <= node.split; });
    }
    for (const Draw* draw = begin; draw != here; ++draw) left += Tally::of(*draw);
    std::copy_n(later, end - here, here);
    return static_cast<std::size_t>(here - draws_.data());
  }

  void gather(const Task& task) {
    const std::size_t width = sample_->columns.size();
    const Bin* cells = sample_->template cells<Bin>();
    together_.resize(kTogether * width);
    for (std::size_t i = task.begin; i < task.end; ++i) {
      std::copy_n(cells + draws_[i].row * width, width,
                  together_.data() + (i - task.begin) * width);
      draws_[i].row = static_cast<std::uint32_t>(i - task.begin);
    }
  }

  const Sample* sample_;
  const Growth* growth_;
  Random random_;
  std::vector<Draw> draws_;
  std::vector<Draw> later_;
  std::vector<Bin> together_;          // Rows of one subtree.
  Splitter<Bin, Tally> splitter_;
  Grown grown_;
};

template <typename Bin>
Grown grow_with(const Sample& sample, std::vector<Draw> draws, const Growth& growth,
                const Random& random) {
  if (growth.classes == 2) {
    return Grower<Bin, PairTally>(sample, growth, std::move(draws), random).run();
  }
  return Grower<Bin, ManyTally>(sample, growth, std::move(draws), random).run();
}

}  // namespace

Grown grow(const Sample& sample, std::vector<Draw> draws, const Growth& growth, Random random) {
  if (sample.is_wide) return grow_with<std::uint16_t>(sample, std::move(draws), growth, random);
  return grow_with<std::uint8_t>(sample, std::move(draws), growth, random);
}

}  // namespace holdfast::forest
