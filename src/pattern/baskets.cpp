#include "pattern/baskets.hpp"

#include <algorithm>
#include <cmath>

#include "pattern/errors.hpp"

namespace holdfast::pattern {

Result<void> check(const Baskets& baskets) {
  const auto starts = baskets.starts;
  if (baskets.size() == 0) return Error(errors::kNoBaskets);
  if (starts.front() != 0 || starts.back() != baskets.items.size() ||
      !std::is_sorted(starts.begin(), starts.end())) {
    return Error(errors::kShape, {{"what", "starts"}, {"items", baskets.items.size()}});
  }
  if (baskets.items.empty()) return {};
  const Item largest = *std::max_element(baskets.items.begin(), baskets.items.end());
  if (largest > kItemMax) {
    return Error(errors::kItemTooLarge, {{"item", largest}, {"largest", kItemMax}});
  }
  return {};
}

std::size_t count_min(double share, std::size_t total) {
  const double n = static_cast<double>(total);
  auto count = static_cast<std::size_t>(std::ceil(share * n));
  // Division rounds to the nearest double, as does the decimal the share was read from.
  while (count > 1 && static_cast<double>(count - 1) / n >= share) --count;
  while (count < total && static_cast<double>(count) / n < share) ++count;
  return std::max<std::size_t>(count, 1);
}

}  // namespace holdfast::pattern
