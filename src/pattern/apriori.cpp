#include <algorithm>

#include "pattern/errors.hpp"
#include "pattern/ranked.hpp"

namespace holdfast::pattern {
namespace {

// Sets of one length, sorted; set s is ranks[s * length] and on.
struct Level {
  std::size_t length = 0;
  std::vector<std::uint32_t> ranks;
  std::vector<std::size_t> counts;

  std::size_t size() const { return length == 0 ? 0 : ranks.size() / length; }
  std::span<const std::uint32_t> operator[](std::size_t s) const {
    return std::span(ranks).subspan(s * length, length);
  }
  bool contains(std::span<const std::uint32_t> set) const {
    std::size_t low = 0, high = size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      const auto there = (*this)[middle];
      if (std::lexicographical_compare(there.begin(), there.end(), set.begin(), set.end())) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < size() && std::ranges::equal((*this)[low], set);
  }
};

// Pairs by their first item, over the baskets that hold it: no table of all pairs is kept.
Level pairs(const Ranked& data, std::size_t sets_max) {
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>> rest(data.items.size());
  for (std::size_t b = 0; b < data.size(); ++b) {
    for (std::size_t i = data.starts[b]; i < data.starts[b + 1]; ++i) {
      rest[data.ranks[i]].emplace_back(i + 1, data.starts[b + 1]);
    }
  }
  Level level;
  level.length = 2;
  std::vector<std::size_t> count(data.items.size());
  for (std::uint32_t first = 0; first < rest.size() && level.size() <= sets_max; ++first) {
    std::fill(count.begin(), count.end(), 0);
    for (const auto& [begin, end] : rest[first]) {
      for (std::size_t i = begin; i < end; ++i) ++count[data.ranks[i]];
    }
    for (std::uint32_t second = first + 1; second < count.size(); ++second) {
      if (count[second] < data.count_min) continue;
      level.ranks.insert(level.ranks.end(), {first, second});
      level.counts.push_back(count[second]);
    }
  }
  return level;
}

// Join: two sets that differ in the last item only. Prune: every part one shorter is frequent.
Level candidates(const Level& below, std::size_t sets_max) {
  Level level;
  level.length = below.length + 1;
  std::vector<std::uint32_t> set(level.length), part(below.length);
  const auto all_parts_frequent = [&] {
    for (std::size_t left_out = 0; left_out + 2 < set.size(); ++left_out) {
      std::size_t at = 0;
      for (std::size_t i = 0; i < set.size(); ++i) {
        if (i != left_out) part[at++] = set[i];
      }
      if (!below.contains(part)) return false;
    }
    return true;
  };
  for (std::size_t a = 0; a < below.size() && level.size() <= sets_max; ++a) {
    const auto first = below[a];
    for (std::size_t b = a + 1; b < below.size(); ++b) {
      const auto second = below[b];
      if (!std::equal(first.begin(), first.end() - 1, second.begin())) break;
      std::copy(first.begin(), first.end(), set.begin());
      set.back() = second.back();
      if (all_parts_frequent()) level.ranks.insert(level.ranks.end(), set.begin(), set.end());
    }
  }
  level.counts.resize(level.size());
  return level;
}

// Counts the sorted candidates [low, high), which share their first `depth` items, all found in the
// basket before its place `at`.
void count_in(std::span<const std::uint32_t> basket, Level& level, std::size_t low,
              std::size_t high, std::size_t depth, std::size_t at) {
  if (depth == level.length) {
    ++level.counts[low];
    return;
  }
  const auto item = [&](std::size_t s) { return level.ranks[s * level.length + depth]; };
  const auto first_from = [&](std::size_t from, std::uint32_t wanted) {
    std::size_t end = high;
    while (from < end) {
      const std::size_t middle = (from + end) / 2;
      if (item(middle) < wanted) {
        from = middle + 1;
      } else {
        end = middle;
      }
    }
    return from;
  };
  while (low < high && basket.size() - at >= level.length - depth) {
    if (basket[at] < item(low)) {
      at = static_cast<std::size_t>(
          std::lower_bound(basket.begin() + static_cast<std::ptrdiff_t>(at), basket.end(),
                           item(low)) -
          basket.begin());
    } else if (item(low) < basket[at]) {
      low = first_from(low, basket[at]);
    } else {
      const std::size_t end = first_from(low, basket[at] + 1);
      count_in(basket, level, low, end, depth + 1, at + 1);
      low = end;
      ++at;
    }
  }
}

// Keeps the frequent ones.
void filter(Level& level, std::size_t count_min) {
  std::size_t kept = 0;
  for (std::size_t s = 0; s < level.counts.size(); ++s) {
    if (level.counts[s] < count_min) continue;
    std::copy_n(level.ranks.begin() + static_cast<std::ptrdiff_t>(s * level.length), level.length,
                level.ranks.begin() + static_cast<std::ptrdiff_t>(kept * level.length));
    level.counts[kept++] = level.counts[s];
  }
  level.counts.resize(kept);
  level.ranks.resize(kept * level.length);
}

}  // namespace

Result<ItemSets> apriori(const Baskets& baskets, const ItemSetOptions& options) {
  HOLDFAST_TRY(const Ranked data, ranked(baskets, options));
  const auto too_many = [&] {
    return Error(errors::kTooMany, {{"limit", options.sets_max}, {"count_min", data.count_min}});
  };
  FoundSets found;
  for (std::uint32_t rank = 0; rank < data.items.size(); ++rank) {
    found.add(std::span(&rank, 1), data.counts[rank]);
  }
  Level level;
  for (std::size_t length = 2; length <= options.length_max; ++length) {
    if (length == 2) {
      level = pairs(data, options.sets_max);
    } else {
      level = candidates(level, options.sets_max);
      if (level.size() > options.sets_max) return too_many();
      for (std::size_t b = 0; b < data.size(); ++b) {
        if (data[b].size() >= length) count_in(data[b], level, 0, level.size(), 0, 0);
      }
      filter(level, data.count_min);
    }
    if (level.size() == 0) break;
    for (std::size_t s = 0; s < level.size(); ++s) found.add(level[s], level.counts[s]);
    if (found.counts.size() > options.sets_max) return too_many();
  }
  if (found.counts.size() > options.sets_max) return too_many();
  return in_order(data, std::span(&found, 1), options.length_min);
}

}  // namespace holdfast::pattern
