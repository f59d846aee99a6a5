#pragma once

#include "pattern/item_sets.hpp"

namespace holdfast::pattern {

/// The baskets with frequent items only, renamed by rank: 0 is the most frequent (ties by number).
/// Ranks within a basket ascend without repeats. Inside of the two miners.
struct Ranked {
  std::vector<std::uint32_t> ranks;
  std::vector<std::size_t> starts{0};  // Empty baskets are gone.
  std::vector<Item> items;             // Of each rank.
  std::vector<std::size_t> counts;     // Of each rank.
  std::size_t baskets = 0;
  std::size_t baskets_left_out = 0;
  std::size_t count_min = 0;

  std::size_t size() const { return starts.size() - 1; }
  std::span<const std::uint32_t> operator[](std::size_t b) const {
    return std::span(ranks).subspan(starts[b], starts[b + 1] - starts[b]);
  }
};

/// Errors: those of check(), kBadOption; kNoBaskets where all are left out.
Result<Ranked> ranked(const Baskets& baskets, const ItemSetOptions& options);

/// Sets found in any order, by rank.
struct FoundSets {
  std::vector<std::uint32_t> ranks;
  std::vector<std::size_t> starts{0};
  std::vector<std::size_t> counts;

  void add(std::span<const std::uint32_t> set, std::size_t count) {
    ranks.insert(ranks.end(), set.begin(), set.end());
    starts.push_back(ranks.size());
    counts.push_back(count);
  }
};

/// Puts sets of several parts into the order ItemSets promises.
ItemSets in_order(const Ranked& data, std::span<const FoundSets> parts, std::size_t length_min);

}  // namespace holdfast::pattern
