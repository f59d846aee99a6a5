#include "models/growing/grower.hpp"

#include <algorithm>
#include <utility>

#include "core/parallel.hpp"
#include "models/growing/compare.hpp"

namespace holdfast::growing {
namespace {

constexpr int kDepthLimit = 2000;               // Keeps recursion within the stack.
constexpr std::size_t kParallelFrom = 1 << 15;  // Cells at a node from which threads pay.
constexpr std::size_t kCompactBelow = 4;        // Share of a table's cases, 1 in this many.
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

/// Memory that the nodes of a subtree share: each owns a stretch of the lists.
struct Store {
  Cases cases;
  std::vector<std::uint32_t> members;
  std::vector<std::vector<Place>> orders;  // [columns]
  std::vector<std::vector<Place>> spare;   // [columns] room for splitting the orders.
  std::vector<std::int32_t> child;         // [cases] of the split being made.
  std::vector<std::uint8_t> side;          // [cases] the same of two children.
};

/// A node that is to be grown.
struct Pending {
  std::shared_ptr<Store> store;
  std::span<std::uint32_t> members;
  std::vector<std::span<Place>> orders;
  int depth = 0;
};

std::shared_ptr<Store> store_of(const Sample& sample, const Rows& rows) {
  auto store = std::make_shared<Store>();
  auto& cases = store->cases;
  cases.row = rows.row;
  cases.weight = rows.weight;
  for (const auto r : rows.row) cases.cls.push_back(sample.y()[r]);
  cases.is_unit = std::ranges::all_of(rows.weight, [](double w) { return w == 1; });
  store->members.resize(rows.row.size());
  for (std::uint32_t at = 0; at < store->members.size(); ++at) store->members[at] = at;
  store->orders.resize(sample.columns_count());
  store->spare.resize(sample.columns_count());
  store->child.resize(rows.row.size());
  store->side.resize(rows.row.size());
  return store;
}

Pending whole(std::shared_ptr<Store> store, int depth) {
  Pending pending{.store = store, .members = store->members, .depth = depth};
  for (std::size_t c = 0; c < store->orders.size(); ++c) {
    pending.orders.emplace_back(store->orders[c]);
    store->spare[c].resize(store->orders[c].size());
  }
  return pending;
}

Pending pending_of(const Sample& sample, const Rows& rows, int depth) {
  auto store = store_of(sample, rows);
  std::vector<std::uint32_t> at_of(sample.columns().rows, kNowhere);
  for (std::uint32_t at = 0; at < rows.row.size(); ++at) at_of[rows.row[at]] = at;
  parallel_for(sample.columns_count(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      const auto& numeric = sample.numeric(c);
      auto& order = store->orders[c];
      order.reserve(std::min(rows.row.size(), numeric.order.size()));
      for (const auto r : numeric.order) {
        if (at_of[r] != kNowhere) order.push_back({numeric.rank[r], at_of[r]});
      }
    }
  });
  return whole(std::move(store), depth);
}

Distribution distribution_at(const Sample& sample, const Pending& pending) {
  Distribution d(1, sample.classes_count());
  const auto& cases = pending.store->cases;
  for (const auto at : pending.members) d.add(0, cases.cls[at], cases.weight[at]);
  return d;
}

/// One value and nobody missing: there is nothing to split, here or below.
bool is_spent(std::span<const Place> order, std::size_t members) {
  return order.size() == members && (order.empty() || order.front().rank == order.back().rank);
}

class Grower {
 public:
  Grower(const Sample& sample, const SplitRule& rule, const StopRules& stop)
      : sample_(sample), rule_(rule), stop_(stop) {}

  std::unique_ptr<Branch> run(Pending root) const {
    auto branch = std::make_unique<Branch>();
    std::vector<Later> small;
    grow(*branch, std::move(root), &small);
    parallel_for(small.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        grow(*small[i].branch, std::move(small[i].pending), nullptr);
      }
    });
    return branch;
  }

 private:
  /// A small node, left for the time when all big ones are done.
  struct Later {
    Branch* branch;
    Pending pending;
  };

  std::size_t columns_count() const { return sample_.columns_count(); }

  bool is_big(const Pending& pending) const {
    return pending.members.size() * columns_count() > kParallelFrom;
  }

  /// `small`: where small nodes are left; null when this is one of them.
  void grow(Branch& branch, Pending pending, std::vector<Later>* small) const {
    branch.split = chosen(pending, small != nullptr);
    if (branch.split.is_none()) return;
    auto children = divide(branch.split, std::move(pending), small != nullptr);
    for (auto& child : children) {
      branch.children.push_back(std::make_unique<Branch>());
      if (small != nullptr && !is_big(child)) {
        small->push_back({branch.children.back().get(), std::move(child)});
      } else {
        grow(*branch.children.back(), std::move(child), small);
      }
    }
  }

  void for_columns(bool is_parallel, const std::function<void(std::size_t)>& body) const {
    if (!is_parallel) {
      for (std::size_t c = 0; c < columns_count(); ++c) body(c);
      return;
    }
    parallel_for(columns_count(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t c = begin; c < end; ++c) body(c);
    });
  }

  Split chosen(const Pending& pending, bool is_parallel) const {
    Split none{.distribution = distribution_at(sample_, pending)};
    const auto& d = none.distribution;
    const int depth_max = stop_.depth_max > 0 ? stop_.depth_max : kDepthLimit;
    if (less(d.total(), stop_.split_weight_min) || equal(d.total(), d.cls(d.majority())) ||
        pending.depth >= depth_max) {
      return none;
    }
    const NodeView node(sample_, pending.store->cases, pending.members, pending.orders, d,
                        pending.depth);
    std::vector<Split> splits(columns_count());
    for_columns(is_parallel, [&](std::size_t c) { splits[c] = rule_.of_column(node, c); });
    const auto best = rule_.best_of(node, splits);
    if (!best) return none;
    Split split = std::move(splits[*best]);
    rule_.finish(node, split);
    if (split.is_none()) return none;
    rule_.settle_missing(node, split);
    add_unknown(node, split);
    return split;
  }

  std::vector<Pending> divide(const Split& split, Pending pending, bool is_parallel) const {
    auto& store = *pending.store;
    std::size_t unknown = 0;
    for (const auto at : pending.members) {
      store.child[at] = child_of(sample_, split, store.cases.row[at]);
      unknown += store.child[at] < 0 ? 1 : 0;
    }
    for (auto& order : pending.orders) {
      if (is_spent(order, pending.members.size())) order = {};
    }
    auto children = unknown > 0 ? shared_out(split, pending, is_parallel)
                                : parted(split, pending, is_parallel);
    for (auto& child : children) {
      child.depth = pending.depth + 1;
      if (child.members.size() * kCompactBelow < child.store->cases.row.size()) compact(child);
    }
    return children;
  }

  /// Splits a list in place, stably, into a stretch for each child.
  template <typename Item, typename ChildOf>
  static void part(std::span<Item> items, std::size_t children_count, const ChildOf& child_of_item,
                   std::vector<std::span<Item>>& parts) {
    std::vector<std::size_t> ends(children_count + 1, 0);
    for (const auto& item : items) ++ends[static_cast<std::size_t>(child_of_item(item)) + 1];
    for (std::size_t b = 0; b < children_count; ++b) ends[b + 1] += ends[b];
    parts.clear();
    for (std::size_t b = 0; b < children_count; ++b) {
      parts.push_back(items.subspan(ends[b], ends[b + 1] - ends[b]));
    }
    const std::vector<Item> copy(items.begin(), items.end());
    for (const auto& item : copy) items[ends[static_cast<std::size_t>(child_of_item(item))]++] = item;
  }

  /// The same for two children, without a branch: the low ones move up in place, the high ones wait
  /// in `spare`.
  static std::size_t part_in_two(std::span<Place> places, const std::vector<std::uint8_t>& side,
                                 Place* spare) {
    std::size_t low = 0, high = 0;
    for (const auto place : places) {
      const std::size_t is_high = side[place.at];
      places[low] = place;
      spare[high] = place;
      low += 1 - is_high;
      high += is_high;
    }
    std::copy(spare, spare + high, places.begin() + static_cast<std::ptrdiff_t>(low));
    return low;
  }

  std::vector<Pending> parted(const Split& split, Pending& pending, bool is_parallel) const {
    const auto bags = split.children_count();
    auto& store = *pending.store;
    const auto& child = store.child;
    std::vector<Pending> children(bags);
    std::vector<std::span<std::uint32_t>> members;
    part(pending.members, bags, [&](std::uint32_t at) { return child[at]; }, members);
    for (std::size_t b = 0; b < bags; ++b) {
      children[b] = {.store = pending.store, .members = members[b]};
      children[b].orders.resize(columns_count());
    }
    if (bags == 2) {
      for (const auto at : pending.members) store.side[at] = child[at] == 0 ? 0 : 1;
      for_columns(is_parallel, [&](std::size_t c) {
        const auto places = pending.orders[c];
        if (places.empty()) return;
        const auto offset = places.data() - store.orders[c].data();
        const auto low = part_in_two(places, store.side, store.spare[c].data() + offset);
        children[0].orders[c] = places.first(low);
        children[1].orders[c] = places.subspan(low);
      });
      return children;
    }
    for_columns(is_parallel, [&](std::size_t c) {
      std::vector<std::span<Place>> parts;
      part(pending.orders[c], bags, [&](const Place& place) { return child[place.at]; }, parts);
      for (std::size_t b = 0; b < bags; ++b) children[b].orders[c] = parts[b];
    });
    return children;
  }

  /// Some rows go to several children: each child gets a table of its own.
  std::vector<Pending> shared_out(const Split& split, Pending& pending, bool is_parallel) const {
    const auto bags = split.children_count();
    const auto shares = split.distribution.shares();
    const auto& from = *pending.store;
    std::vector<Rows> rows(bags);
    std::vector<std::size_t> filled;
    for (std::size_t b = 0; b < bags; ++b) {
      if (greater(shares[b], 0)) filled.push_back(b);
    }
    std::vector<std::uint32_t> at_of(from.cases.row.size());  // Known: in its child; else in `copies`.
    std::vector<std::uint32_t> copies;                        // Of each unknown, in every filled child.
    for (const auto at : pending.members) {
      const auto row = from.cases.row[at];
      const double weight = from.cases.weight[at];
      if (from.child[at] >= 0) {
        auto& own = rows[static_cast<std::size_t>(from.child[at])];
        at_of[at] = static_cast<std::uint32_t>(own.row.size());
        own.add(row, weight);
        continue;
      }
      at_of[at] = static_cast<std::uint32_t>(copies.size() / filled.size());
      for (const auto b : filled) {
        copies.push_back(static_cast<std::uint32_t>(rows[b].row.size()));
        rows[b].add(row, shares[b] * weight);
      }
    }
    std::vector<std::shared_ptr<Store>> stores;
    for (const auto& own : rows) stores.push_back(store_of(sample_, own));
    for_columns(is_parallel, [&](std::size_t c) {
      for (const auto& place : pending.orders[c]) {
        if (from.child[place.at] >= 0) {
          stores[static_cast<std::size_t>(from.child[place.at])]->orders[c].push_back(
              {place.rank, at_of[place.at]});
          continue;
        }
        for (std::size_t f = 0; f < filled.size(); ++f) {
          stores[filled[f]]->orders[c].push_back(
              {place.rank, copies[at_of[place.at] * filled.size() + f]});
        }
      }
    });
    std::vector<Pending> children;
    for (auto& store : stores) children.push_back(whole(std::move(store), 0));
    return children;
  }

  /// Gives a node that has become small a table of its own, near together in memory.
  void compact(Pending& pending) const {
    const auto& from = *pending.store;
    Rows rows;
    std::vector<std::uint32_t> at_of(from.cases.row.size());
    for (const auto at : pending.members) {
      at_of[at] = static_cast<std::uint32_t>(rows.row.size());
      rows.add(from.cases.row[at], from.cases.weight[at]);
    }
    auto store = store_of(sample_, rows);
    for (std::size_t c = 0; c < columns_count(); ++c) {
      auto& order = store->orders[c];
      order.reserve(pending.orders[c].size());
      for (const auto& place : pending.orders[c]) order.push_back({place.rank, at_of[place.at]});
    }
    pending = whole(std::move(store), pending.depth);
  }

  const Sample& sample_;
  const SplitRule& rule_;
  const StopRules stop_;
};

}  // namespace

std::unique_ptr<Branch> grown(const Sample& sample, const Rows& rows, const SplitRule& rule,
                              const StopRules& stop, int depth) {
  return Grower(sample, rule, stop).run(pending_of(sample, rows, depth));
}

void with_node(const Sample& sample, const Rows& rows, int depth,
               const std::function<void(const NodeView&)>& use) {
  const auto pending = pending_of(sample, rows, depth);
  const auto distribution = distribution_at(sample, pending);
  use(NodeView(sample, pending.store->cases, pending.members, pending.orders, distribution, depth));
}

void add_unknown(const NodeView& node, Split& split) {
  const auto shares = split.distribution.shares();
  for (const auto at : node.members()) {
    const auto row = node.row(at);
    if (child_of_value(node.sample(), split, row) >= 0) continue;
    const auto child = child_of(node.sample(), split, row);
    if (child < 0) split.distribution.add_to_all(shares, node.cls(at), node.weight(at));
    else split.distribution.add(static_cast<std::size_t>(child), node.cls(at), node.weight(at));
  }
}

}  // namespace holdfast::growing
