#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "pattern/item_sets.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::pattern {

/// Baskets that own their items. For tests and benchmarks only.
struct OwnedBaskets {
  std::vector<Item> items;
  std::vector<std::size_t> starts{0};
  std::vector<std::string> names;  // Of the items, where they have one.

  void add(const std::vector<Item>& basket) {
    items.insert(items.end(), basket.begin(), basket.end());
    starts.push_back(items.size());
  }
  Baskets view() const { return {items, starts}; }
  Item number(const std::string& name) const {
    for (Item i = 0; i < names.size(); ++i) {
      if (names[i] == name) return i;
    }
    ADD_FAILURE() << "no item " << name;
    return 0;
  }
};

inline OwnedBaskets baskets_of(const std::vector<std::vector<Item>>& lists) {
  OwnedBaskets baskets;
  for (const auto& list : lists) baskets.add(list);
  return baskets;
}

/// The shared data's groceries; nothing where they are absent.
inline std::optional<OwnedBaskets> groceries() {
  const auto path = testing::shared_data("groceries/groceries.csv");
  if (!path) return std::nullopt;
  OwnedBaskets baskets;
  std::map<std::string, Item, std::less<>> numbers;
  const auto text = read_file(path->string());
  for (auto line : split(*text, '\n')) {
    if (line.empty()) continue;
    std::vector<Item> basket;
    for (const auto cell : split(line, ',')) {
      const std::string name(trimmed(cell));
      const auto [at, is_new] = numbers.try_emplace(name, static_cast<Item>(numbers.size()));
      if (is_new) baskets.names.push_back(name);
      basket.push_back(at->second);
    }
    baskets.add(basket);
  }
  return baskets;
}

inline std::vector<Item> numbers_in(std::string_view text) {
  std::vector<Item> numbers;
  for (const auto cell : split(text, ' ')) {
    const auto digits = trimmed(cell);
    if (digits.empty()) continue;
    numbers.push_back(static_cast<Item>(std::strtoul(std::string(digits).c_str(), nullptr, 10)));
  }
  return numbers;
}

/// The shared data's T10I4D100K; nothing where it is absent.
inline std::optional<OwnedBaskets> quest() {
  const auto path = testing::shared_data("t10i4d100k/T10I4D100K.dat");
  if (!path) return std::nullopt;
  OwnedBaskets baskets;
  const auto text = read_file(path->string());
  for (const auto line : split(*text, '\n')) {
    if (!trimmed(line).empty()) baskets.add(numbers_in(line));
  }
  return baskets;
}

/// Baskets with planted sets: `items_count` items, some bought together.
inline OwnedBaskets made_baskets(Random& random, std::size_t baskets_count, Item items_count,
                                 std::size_t length) {
  OwnedBaskets baskets;
  for (std::size_t b = 0; b < baskets_count; ++b) {
    std::vector<Item> basket;
    const auto size = random.below(2 * length + 1);
    while (basket.size() < size) {
      const auto item = static_cast<Item>(random.below(items_count));
      basket.push_back(item);
      if (random.uniform() < 0.5) basket.push_back((item * 7 + 3) % items_count);
    }
    baskets.add(basket);
  }
  return baskets;
}

}  // namespace holdfast::pattern
