#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <numeric>

#include "core/parallel.hpp"
#include "pattern/errors.hpp"
#include "pattern/ranked.hpp"

namespace holdfast::pattern {
namespace {

// Nodes refer to items by their place in `ranks`; a node's ancestors have smaller places. Node 0 is
// the root. After a projection several children of one node may be of one item: counts stay right,
// and no projection has to sort.
struct Tree {
  std::vector<std::uint32_t> ranks;  // Ascending: the frequent items of this tree.
  std::vector<std::uint32_t> item, parent, count;
  std::vector<std::uint32_t> list_starts, list;  // Nodes by item.

  void clear() {
    ranks.clear();
    item.assign(1, 0);
    parent.assign(1, 0);
    count.assign(1, 0);
  }
  std::uint32_t add(std::uint32_t node_item, std::uint32_t node_parent, std::uint32_t node_count) {
    item.push_back(node_item);
    parent.push_back(node_parent);
    count.push_back(node_count);
    return static_cast<std::uint32_t>(item.size() - 1);
  }
  void list_nodes() {
    list_starts.assign(ranks.size() + 1, 0);
    for (std::size_t node = 1; node < item.size(); ++node) ++list_starts[item[node] + 1];
    std::partial_sum(list_starts.begin(), list_starts.end(), list_starts.begin());
    list.resize(item.size() - 1);
    auto next = list_starts;
    for (std::size_t node = 1; node < item.size(); ++node) {
      list[next[item[node]]++] = static_cast<std::uint32_t>(node);
    }
  }
};

// Baskets in an order that puts common beginnings side by side: by their first four ranks packed
// into one word, then in full.
std::vector<std::uint32_t> by_beginning(const Ranked& data) {
  struct Key {
    std::uint64_t beginning = 0;
    std::uint32_t basket = 0;
  };
  std::vector<Key> keys(data.size());
  for (std::size_t b = 0; b < data.size(); ++b) {
    const auto basket = data[b];
    for (std::size_t i = 0; i < 4; ++i) {
      const std::uint64_t rank = i < basket.size() ? std::min(basket[i] + 1, 0xffffU) : 0;
      keys[b].beginning = keys[b].beginning << 16 | rank;
    }
    keys[b].basket = static_cast<std::uint32_t>(b);
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& x, const Key& y) {
    if (x.beginning != y.beginning) return x.beginning < y.beginning;
    const auto a = data[x.basket], b = data[y.basket];
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  });
  std::vector<std::uint32_t> order;
  for (const auto& key : keys) order.push_back(key.basket);
  return order;
}

// Baskets far longer than most, fewer than the minimum count. In the tree every one of their items
// would walk past all others; beside it they are asked only for items that the rest brings close.
struct Giants {
  std::vector<std::vector<bool>> holds;  // [giants][ranks].
  std::vector<bool> is_giant;            // [baskets].

  explicit Giants(const Ranked& data) : is_giant(data.size()) {
    const std::size_t usual = data.ranks.size() / std::max<std::size_t>(data.size(), 1);
    const std::size_t longest_usual = std::max<std::size_t>(64, 16 * usual);
    std::vector<std::size_t> found;
    for (std::size_t b = 0; b < data.size(); ++b) {
      if (data[b].size() > longest_usual) found.push_back(b);
    }
    if (found.size() >= data.count_min) return;
    for (const std::size_t b : found) {
      is_giant[b] = true;
      auto& row = holds.emplace_back(data.items.size());
      for (const auto rank : data[b]) row[rank] = true;
    }
  }
};

Tree whole_tree(const Ranked& data, const std::vector<bool>& left_out) {
  Tree tree;
  tree.clear();
  tree.ranks.resize(data.items.size());
  std::iota(tree.ranks.begin(), tree.ranks.end(), 0U);
  std::vector<std::uint32_t> path;  // Nodes of the basket before.
  for (const auto b : by_beginning(data)) {
    if (left_out[b]) continue;
    const auto basket = data[b];
    std::size_t same = 0;
    while (same < std::min(path.size(), basket.size()) && tree.item[path[same]] == basket[same]) {
      ++tree.count[path[same++]];
    }
    path.resize(same);
    for (std::size_t i = same; i < basket.size(); ++i) {
      path.push_back(tree.add(basket[i], i == 0 ? 0 : path[i - 1], 1));
    }
  }
  tree.list_nodes();
  return tree;
}

struct Limits {
  std::size_t count_min = 0, length_max = 0, sets_max = 0;
  std::atomic<std::size_t>& sets;
};

class Miner {
 public:
  Miner(const Tree& whole, const Giants& giants, const Limits& limits)
      : whole_(whole), giants_(giants), limits_(limits) {}

  /// All sets whose least frequent item is the whole tree's item i.
  void mine(std::uint32_t i, std::size_t count, FoundSets& out) {
    prefix_.assign(1, whole_.ranks[i]);
    holding_.clear();
    for (const auto& giant : giants_.holds) {
      if (giant[i]) holding_.push_back(&giant);
    }
    emit(count, out);
    grow(whole_, i, 0, out);
  }

 private:
  struct Level {
    Tree tree;                                   // Projected from the level above.
    std::vector<std::uint32_t> weight, renamed;  // Of the nodes above; 0 between calls.
    std::vector<std::uint32_t> touched;
    std::vector<std::uint64_t> count;  // Of the items above.
    std::vector<std::uint32_t> place;  // Of the items above in the projected tree; from 1, 0: none.
  };

  bool stopped() const { return limits_.sets.load(std::memory_order_relaxed) > limits_.sets_max; }

  void emit(std::size_t count, FoundSets& out) {
    limits_.sets.fetch_add(1, std::memory_order_relaxed);
    out.add(prefix_, count);
  }

  // How often each item stands above item i's nodes, and with what weight each node does.
  static void weigh(const Tree& tree, std::uint32_t i, Level& level) {
    level.weight.resize(std::max(level.weight.size(), tree.item.size()));
    level.renamed.resize(level.weight.size());
    level.count.assign(i, 0);
    level.touched.clear();
    for (std::size_t n = tree.list_starts[i]; n < tree.list_starts[i + 1]; ++n) {
      const auto count = tree.count[tree.list[n]];
      for (auto p = tree.parent[tree.list[n]]; p != 0; p = tree.parent[p]) {
        if (level.weight[p] == 0) level.touched.push_back(p);
        level.weight[p] += count;
        level.count[tree.item[p]] += count;
      }
    }
  }

  // Giants are part of no tree but those projected from the whole, where their paths are short.
  void count_giants(std::uint32_t i, Level& level) const {
    for (std::uint32_t j = 0; j < i; ++j) {
      if (level.count[j] + holding_.size() < limits_.count_min) continue;
      for (const auto* giant : holding_) level.count[j] += (*giant)[j] ? 1 : 0;
    }
  }
  void add_giants(Tree& projected) const {
    for (const auto* giant : holding_) {
      std::uint32_t parent = 0;
      for (std::uint32_t place = 0; place < projected.ranks.size(); ++place) {
        if ((*giant)[projected.ranks[place]]) parent = projected.add(place, parent, 1);
      }
    }
  }

  static void project(const Tree& tree, Level& level) {
    auto& projected = level.tree;
    for (const auto p : level.touched) {
      const auto place = level.place[tree.item[p]];
      if (place != 0) level.renamed[p] = projected.add(place - 1, p, level.weight[p]);
    }
    // Parents are known now that all nodes have their names.
    for (std::size_t node = 1; node < projected.item.size(); ++node) {
      auto p = tree.parent[projected.parent[node]];
      while (p != 0 && level.renamed[p] == 0) p = tree.parent[p];
      projected.parent[node] = p == 0 ? 0 : level.renamed[p];
    }
  }

  void grow(const Tree& tree, std::uint32_t i, std::size_t depth, FoundSets& out) {
    if (prefix_.size() >= limits_.length_max || stopped()) return;
    if (levels_.size() <= depth) levels_.emplace_back();
    auto& level = levels_[depth];
    weigh(tree, i, level);
    if (depth == 0) count_giants(i, level);
    level.tree.clear();
    level.place.assign(i, 0);
    std::vector<std::uint64_t> counts;
    for (std::uint32_t j = 0; j < i; ++j) {
      if (level.count[j] < limits_.count_min) continue;
      level.tree.ranks.push_back(tree.ranks[j]);
      level.place[j] = static_cast<std::uint32_t>(level.tree.ranks.size());
      counts.push_back(level.count[j]);
    }
    const bool deeper = counts.size() > 1 && prefix_.size() + 1 < limits_.length_max;
    if (deeper) {
      project(tree, level);
      if (depth == 0) add_giants(level.tree);
      level.tree.list_nodes();
    }
    for (const auto p : level.touched) level.weight[p] = level.renamed[p] = 0;
    for (std::uint32_t j = 0; j < counts.size() && !stopped(); ++j) {
      prefix_.push_back(level.tree.ranks[j]);
      emit(counts[j], out);
      if (deeper && j > 0) grow(level.tree, j, depth + 1, out);
      prefix_.pop_back();
    }
  }

  const Tree& whole_;
  const Giants& giants_;
  Limits limits_;
  std::vector<std::uint32_t> prefix_;
  std::vector<const std::vector<bool>*> holding_;  // Giants with the least frequent item.
  std::deque<Level> levels_;                       // Grows without moving the levels in use.
};

// Miners keep their arrays from block to block.
class Pool {
 public:
  Pool(const Tree& whole, const Giants& giants, const Limits& limits)
      : whole_(whole), giants_(giants), limits_(limits) {}

  std::unique_ptr<Miner> take() {
    const std::scoped_lock lock(mutex_);
    if (free_.empty()) return std::make_unique<Miner>(whole_, giants_, limits_);
    auto miner = std::move(free_.back());
    free_.pop_back();
    return miner;
  }
  void give_back(std::unique_ptr<Miner> miner) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(miner));
  }

 private:
  const Tree& whole_;
  const Giants& giants_;
  Limits limits_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Miner>> free_;
};

}  // namespace

Result<ItemSets> fp_growth(const Baskets& baskets, const ItemSetOptions& options) {
  HOLDFAST_TRY(const Ranked data, ranked(baskets, options));
  const Giants giants(data);
  const Tree tree = whole_tree(data, giants.is_giant);
  std::atomic<std::size_t> sets{0};
  Pool pool(tree, giants, {data.count_min, options.length_max, options.sets_max, sets});
  std::vector<FoundSets> parts(data.items.size());
  parallel_for(data.items.size(), 4, [&](std::size_t begin, std::size_t end) {
    auto miner = pool.take();
    for (std::size_t i = begin; i < end; ++i) {
      miner->mine(static_cast<std::uint32_t>(i), data.counts[i], parts[i]);
    }
    pool.give_back(std::move(miner));
  });
  if (sets > options.sets_max) {
    return Error(errors::kTooMany, {{"limit", options.sets_max}, {"count_min", data.count_min}});
  }
  return in_order(data, parts, options.length_min);
}

}  // namespace holdfast::pattern
