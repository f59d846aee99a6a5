#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::pattern {

/// A product, page or event by number. Numbers should be dense: memory goes with the largest.
using Item = std::uint32_t;

/// The largest item number taken.
constexpr Item kItemMax = 50'000'000;

/// Baskets one behind the other: basket b is items[starts[b]] up to items[starts[b + 1]]. In any
/// order; an item bought twice in one basket counts once. Baskets may be empty and still count.
struct Baskets {
  std::span<const Item> items;
  std::span<const std::size_t>
      starts;  // [baskets + 1] from 0 to items.size(), ascending; or empty.

  std::size_t size() const { return starts.empty() ? 0 : starts.size() - 1; }
  std::span<const Item> operator[](std::size_t b) const {
    return items.subspan(starts[b], starts[b + 1] - starts[b]);
  }
};

/// Errors: kNoBaskets, kShape, kItemTooLarge.
Result<void> check(const Baskets& baskets);

/// The smallest count whose share of `total`, as the nearest double, reaches `share`: ceil(share ×
/// total) without that product's rounding, so 0.07 of 100 is 7; at least 1.
std::size_t count_min(double share, std::size_t total);

}  // namespace holdfast::pattern
