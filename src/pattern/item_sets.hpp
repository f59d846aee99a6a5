#pragma once

#include "pattern/baskets.hpp"

namespace holdfast::pattern {

struct ItemSetOptions {
  double support_min = 0.01;         // Share of the baskets, in (0, 1]; see count_min().
  std::size_t length_min = 1;        // Items in a set.
  std::size_t length_max = 10;       // Longer sets are not looked for.
  std::size_t basket_items_max = 0;  // Larger baskets (wholesale, tests) are left out; 0: all stay.
  std::size_t sets_max = 5'000'000;  // More are an error, not a full memory.
};

/// Sets of items bought together, by length, then item by item; items within a set ascend.
struct ItemSets {
  std::vector<Item> items;
  std::vector<std::size_t> starts{0};  // [sets + 1].
  std::vector<std::size_t> counts;     // [sets] baskets that hold the whole set.
  std::size_t baskets = 0;             // That were counted; shares are of these.
  std::size_t baskets_left_out = 0;    // Above basket_items_max, in neither share nor count.
  std::size_t count_min = 0;           // What support_min came to.

  std::size_t size() const { return counts.size(); }
  std::span<const Item> operator[](std::size_t s) const {
    return std::span(items).subspan(starts[s], starts[s + 1] - starts[s]);
  }
  double support(std::size_t s) const {
    return static_cast<double>(counts[s]) / static_cast<double>(baskets);
  }
};

/// Finds all sets that reach the minimum count by growing a tree of baskets with common beginnings.
/// The same bytes for any thread count. Nothing frequent is an empty answer, not an error.
/// Errors: those of check(), kBadOption, kTooMany.
/// Cost: walks the tree's paths once per frequent item, then per frequent set on its own part.
/// Giant baskets stand beside the tree while they are fewer than the minimum count. Source: Han,
/// Pei & Yin 2000, "Mining frequent patterns without candidate generation".
Result<ItemSets> fp_growth(const Baskets& baskets, const ItemSetOptions& options = {});

/// The same answer level by level: sets whose parts are all frequent are counted in one pass a
/// length. Slower; for checking, and for short sets of very many items.
/// Errors: as fp_growth(), kTooMany for sets still to be counted too. Source: Agrawal & Srikant
/// 1994, "Fast algorithms for mining association rules", section 2.1.
Result<ItemSets> apriori(const Baskets& baskets, const ItemSetOptions& options = {});

}  // namespace holdfast::pattern
