#include "pattern/ranked.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "pattern/errors.hpp"

namespace holdfast::pattern {
namespace {

constexpr auto kNone = std::numeric_limits<std::uint32_t>::max();

Result<void> check_options(const ItemSetOptions& options) {
  if (!(options.support_min > 0 && options.support_min <= 1)) {
    return Error(errors::kBadOption,
                 {{"option", "support_min"}, {"value", options.support_min}, {"needed", "(0, 1]"}});
  }
  if (options.length_min < 1 || options.length_max < options.length_min) {
    return Error(
        errors::kBadOption,
        {{"option", "length_min"}, {"value", options.length_min}, {"needed", "1 … length_max"}});
  }
  return {};
}

// The distinct items of a basket, ascending.
void distinct(std::span<const Item> basket, std::vector<Item>& out) {
  out.assign(basket.begin(), basket.end());
  if (!std::is_sorted(out.begin(), out.end())) std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace

Result<Ranked> ranked(const Baskets& baskets, const ItemSetOptions& options) {
  HOLDFAST_TRY_VOID(check(baskets));
  HOLDFAST_TRY_VOID(check_options(options));
  const std::size_t largest = options.basket_items_max == 0
                                  ? std::numeric_limits<std::size_t>::max()
                                  : options.basket_items_max;
  const Item items_count =
      baskets.items.empty() ? 0 : *std::max_element(baskets.items.begin(), baskets.items.end()) + 1;
  Ranked data;
  std::vector<std::size_t> count(items_count);
  std::vector<Item> basket, kept;
  std::vector<std::size_t> kept_starts{0};
  for (std::size_t b = 0; b < baskets.size(); ++b) {
    distinct(baskets[b], basket);
    if (basket.size() > largest) {
      ++data.baskets_left_out;
      continue;
    }
    for (const Item item : basket) ++count[item];
    kept.insert(kept.end(), basket.begin(), basket.end());
    kept_starts.push_back(kept.size());
  }
  data.baskets = kept_starts.size() - 1;
  if (data.baskets == 0) return Error(errors::kNoBaskets);
  data.count_min = count_min(options.support_min, data.baskets);

  for (Item item = 0; item < items_count; ++item) {
    if (count[item] >= data.count_min) data.items.push_back(item);
  }
  std::stable_sort(data.items.begin(), data.items.end(),
                   [&](Item a, Item b) { return count[a] > count[b]; });
  std::vector<std::uint32_t> rank(items_count, kNone);
  for (std::size_t r = 0; r < data.items.size(); ++r) {
    rank[data.items[r]] = static_cast<std::uint32_t>(r);
    data.counts.push_back(count[data.items[r]]);
  }
  for (std::size_t b = 0; b < data.baskets; ++b) {
    const std::size_t begin = data.ranks.size();
    for (std::size_t i = kept_starts[b]; i < kept_starts[b + 1]; ++i) {
      if (rank[kept[i]] != kNone) data.ranks.push_back(rank[kept[i]]);
    }
    if (data.ranks.size() == begin) continue;
    std::sort(data.ranks.begin() + static_cast<std::ptrdiff_t>(begin), data.ranks.end());
    data.starts.push_back(data.ranks.size());
  }
  return data;
}

ItemSets in_order(const Ranked& data, std::span<const FoundSets> parts, std::size_t length_min) {
  std::vector<Item> items;
  std::vector<std::size_t> starts{0}, counts;
  for (const auto& part : parts) {
    for (std::size_t s = 0; s < part.counts.size(); ++s) {
      if (part.starts[s + 1] - part.starts[s] < length_min) continue;
      const auto begin = static_cast<std::ptrdiff_t>(items.size());
      for (std::size_t i = part.starts[s]; i < part.starts[s + 1]; ++i) {
        items.push_back(data.items[part.ranks[i]]);
      }
      std::sort(items.begin() + begin, items.end());
      starts.push_back(items.size());
      counts.push_back(part.counts[s]);
    }
  }
  const auto set = [&](std::size_t s) {
    return std::span(items).subspan(starts[s], starts[s + 1] - starts[s]);
  };
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
    const auto a = set(x), b = set(y);
    if (a.size() != b.size()) return a.size() < b.size();
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
  });
  ItemSets sets;
  sets.baskets = data.baskets;
  sets.baskets_left_out = data.baskets_left_out;
  sets.count_min = data.count_min;
  sets.items.reserve(items.size());
  for (const std::size_t s : order) {
    const auto found = set(s);
    sets.items.insert(sets.items.end(), found.begin(), found.end());
    sets.starts.push_back(sets.items.size());
    sets.counts.push_back(counts[s]);
  }
  return sets;
}

}  // namespace holdfast::pattern
