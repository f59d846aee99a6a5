// Reference: mlxtend and efficient-apriori (tests/reference/pattern/SOURCE.md); Han, Pei & Yin
// 2000, Table 1; Agrawal & Srikant 1994.
#include "pattern/item_sets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/parallel.hpp"
#include "pattern/baskets_for_tests.hpp"
#include "pattern/errors.hpp"
#include "pattern/reference_values.hpp"

namespace holdfast::pattern {
namespace {

// Everything a caller sees, for comparing whole answers.
void expect_same(const ItemSets& a, const ItemSets& b) {
  EXPECT_EQ(a.items, b.items);
  EXPECT_EQ(a.starts, b.starts);
  EXPECT_EQ(a.counts, b.counts);
  EXPECT_EQ(a.baskets, b.baskets);
  EXPECT_EQ(a.baskets_left_out, b.baskets_left_out);
  EXPECT_EQ(a.count_min, b.count_min);
}

std::vector<std::vector<std::string>> lengths(const ItemSets& sets) {
  std::map<std::size_t, std::array<std::size_t, 3>> sums;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    auto& row = sums[sets[s].size()];
    row[0] += 1;
    row[1] += sets.counts[s];
    row[2] += sets.counts[s] * sets.counts[s];
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [length, row] : sums) {
    rows.push_back({std::to_string(length), std::to_string(row[0]), std::to_string(row[1]),
                    std::to_string(row[2])});
  }
  return rows;
}

std::vector<std::vector<std::string>> wanted_lengths(const std::string& data,
                                                     const std::string& support) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : reference_rows("item_set_lengths.csv")) {
    if (row[0] == data && row[1] == support) rows.push_back({row.begin() + 2, row.end()});
  }
  EXPECT_FALSE(rows.empty());
  return rows;
}

TEST(ItemSetsReference, TheExampleOfHanPeiYin) {
  // a 1, b 2, c 3, d 4, e 5, f 6, g 7, h 8, i 9, j 10, k 11, l 12, m 13, n 14, o 15, p 16, s 19.
  const auto baskets = baskets_of({{6, 1, 3, 4, 7, 9, 13, 16},
                                   {1, 2, 3, 6, 12, 13, 15},
                                   {2, 6, 8, 10, 15},
                                   {2, 3, 11, 19, 16},
                                   {1, 6, 3, 5, 12, 16, 13, 14}});
  const auto sets = fp_growth(baskets.view(), {.support_min = 0.6});
  ASSERT_TRUE(sets.ok());
  EXPECT_EQ(sets->count_min, 3u);
  // f:4 c:4 a:3 b:3 m:3 p:3; p's only pair is cp:3; m's tree is one path f c a.
  std::map<std::vector<Item>, std::size_t> found;
  for (std::size_t s = 0; s < sets->size(); ++s) {
    found[{(*sets)[s].begin(), (*sets)[s].end()}] = sets->counts[s];
  }
  const std::map<std::vector<Item>, std::size_t> wanted = {
      {{1}, 3},        {{2}, 3},        {{3}, 4},          {{6}, 4},       {{13}, 3},
      {{16}, 3},       {{1, 3}, 3},     {{1, 6}, 3},       {{1, 13}, 3},   {{3, 6}, 3},
      {{3, 13}, 3},    {{3, 16}, 3},    {{6, 13}, 3},      {{1, 3, 6}, 3}, {{1, 3, 13}, 3},
      {{1, 6, 13}, 3}, {{3, 6, 13}, 3}, {{1, 3, 6, 13}, 3}};
  EXPECT_EQ(found, wanted);
}

TEST(ItemSetsReference, GroceriesEqualMlxtend) {
  const auto baskets = groceries();
  if (!baskets) GTEST_SKIP() << "no shared data";
  ASSERT_EQ(baskets->view().size(), 9835u);
  ASSERT_EQ(baskets->names.size(), 169u);
  for (const auto& [support, name] :
       {std::pair{0.05, "0.05"}, {0.006, "0.006"}, {0.001, "0.001"}}) {
    const ItemSetOptions options{.support_min = support};
    const auto grown = fp_growth(baskets->view(), options);
    const auto by_level = apriori(baskets->view(), options);
    ASSERT_TRUE(grown.ok() && by_level.ok());
    EXPECT_EQ(lengths(*grown), wanted_lengths("groceries", name)) << name;
    expect_same(*grown, *by_level);
  }
}

TEST(ItemSetsReference, QuestEqualsTwoPublicMiners) {
  const auto baskets = quest();
  if (!baskets) GTEST_SKIP() << "no shared data";
  ASSERT_EQ(baskets->view().size(), 100'000u);
  const auto sets = fp_growth(baskets->view(), {.support_min = 0.005});
  ASSERT_TRUE(sets.ok());
  const auto wanted = reference_rows("quest_sets.csv");
  ASSERT_EQ(sets->size(), wanted.size());
  for (std::size_t s = 0; s < wanted.size(); ++s) {
    ASSERT_TRUE(std::ranges::equal((*sets)[s], numbers_in(wanted[s][0]))) << s;
    ASSERT_EQ(std::to_string(sets->counts[s]), wanted[s][1]) << s;
  }
  const auto low = fp_growth(baskets->view(), {.support_min = 0.002});
  const auto by_level = apriori(baskets->view(), {.support_min = 0.002});
  ASSERT_TRUE(low.ok() && by_level.ok());
  EXPECT_EQ(lengths(*low), wanted_lengths("quest", "0.002"));
  expect_same(*low, *by_level);
}

// Counts every subset of every basket.
std::map<std::vector<Item>, std::size_t> by_enumeration(const OwnedBaskets& baskets,
                                                        std::size_t least, std::size_t length_min,
                                                        std::size_t length_max) {
  std::map<std::vector<Item>, std::size_t> counts;
  for (std::size_t b = 0; b < baskets.view().size(); ++b) {
    const std::set<Item> distinct(baskets.view()[b].begin(), baskets.view()[b].end());
    const std::vector<Item> basket(distinct.begin(), distinct.end());
    for (std::size_t mask = 1; mask < std::size_t{1} << basket.size(); ++mask) {
      std::vector<Item> set;
      for (std::size_t i = 0; i < basket.size(); ++i) {
        if ((mask >> i & 1) != 0) set.push_back(basket[i]);
      }
      ++counts[set];
    }
  }
  std::erase_if(counts, [&](const auto& entry) {
    return entry.second < least || entry.first.size() < length_min ||
           entry.first.size() > length_max;
  });
  return counts;
}

TEST(ItemSetsOracle, BothMinersEqualEnumeration) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    Random random(seed);
    const auto baskets =
        made_baskets(random, 1 + random.below(40), static_cast<Item>(3 + random.below(12)), 3);
    ItemSetOptions options;
    options.support_min = 0.02 + 0.3 * random.uniform();
    options.length_min = 1 + random.below(2);
    options.length_max = options.length_min + random.below(5);
    const auto grown = fp_growth(baskets.view(), options);
    const auto by_level = apriori(baskets.view(), options);
    ASSERT_TRUE(grown.ok() && by_level.ok()) << seed;
    expect_same(*grown, *by_level);
    const auto wanted =
        by_enumeration(baskets, grown->count_min, options.length_min, options.length_max);
    ASSERT_EQ(grown->size(), wanted.size()) << seed;
    for (std::size_t s = 0; s < grown->size(); ++s) {
      const auto at = wanted.find({(*grown)[s].begin(), (*grown)[s].end()});
      ASSERT_TRUE(at != wanted.end() && at->second == grown->counts[s]) << seed;
    }
  }
}

TEST(ItemSets, OrderOfBasketsAndThreadsChangeNothing) {
  Random random(7);
  auto baskets = made_baskets(random, 2000, 60, 6);
  const ItemSetOptions options{.support_min = 0.004};
  const auto first = fp_growth(baskets.view(), options);
  set_threads(1);
  const auto alone = fp_growth(baskets.view(), options);
  set_threads(0);
  ASSERT_TRUE(first.ok() && alone.ok());
  ASSERT_GT(first->size(), 500u);
  expect_same(*first, *alone);
  std::vector<std::vector<Item>> lists;
  for (std::size_t b = 0; b < baskets.view().size(); ++b) {
    lists.emplace_back(baskets.view()[b].begin(), baskets.view()[b].end());
  }
  random.shuffle(lists);
  const auto shuffled = baskets_of(lists);
  expect_same(*first, *fp_growth(shuffled.view(), options));
}

TEST(ItemSets, ThirtyGiantBasketsChangeCountsOnly) {
  Random random(11);
  auto baskets = made_baskets(random, 20'000, 3000, 5);
  const ItemSetOptions options{.support_min = 0.002};
  const auto without = fp_growth(baskets.view(), options);
  for (int giant = 0; giant < 30; ++giant) {
    std::vector<Item> basket;
    for (Item item = 0; item < 3000; ++item) {
      if (random.uniform() < 0.95) basket.push_back(item);
    }
    baskets.add(basket);
  }
  const auto grown = fp_growth(baskets.view(), options);
  const auto by_level = apriori(baskets.view(), options);
  ASSERT_TRUE(without.ok() && grown.ok() && by_level.ok());
  EXPECT_GT(grown->size(), 1000u);
  expect_same(*grown, *by_level);
  auto left_out_options = options;
  left_out_options.basket_items_max = 100;
  const auto left_out = fp_growth(baskets.view(), left_out_options);
  ASSERT_TRUE(left_out.ok());
  EXPECT_EQ(left_out->baskets_left_out, 30u);
  EXPECT_EQ(left_out->items, without->items);
  EXPECT_EQ(left_out->counts, without->counts);
}

TEST(ItemSets, GiantBasketsAtATinyThresholdAreAnErrorNotAFullMemory) {
  OwnedBaskets baskets;
  std::vector<Item> giant(2000);
  for (Item item = 0; item < giant.size(); ++item) giant[item] = item;
  for (int copy = 0; copy < 30; ++copy) baskets.add(giant);
  const ItemSetOptions options{.support_min = 1, .length_max = 2000, .sets_max = 100'000};
  for (const auto& sets : {fp_growth(baskets.view(), options), apriori(baskets.view(), options)}) {
    ASSERT_FALSE(sets.ok());
    EXPECT_EQ(sets.error().kind, &errors::kTooMany);
    EXPECT_EQ(message_of(sets.error(), Language::En),
              "more than 100000 patterns occur at least 30 times");
  }
}

TEST(ItemSets, HardBaskets) {
  const Baskets none;
  EXPECT_EQ(fp_growth(none).error().kind, &errors::kNoBaskets);
  EXPECT_EQ(apriori(none).error().kind, &errors::kNoBaskets);

  const auto one_item = baskets_of({{4}, {4}, {9}});
  const auto single = fp_growth(one_item.view(), {.support_min = 0.5});
  ASSERT_TRUE(single.ok());
  EXPECT_EQ(single->size(), 1u);
  EXPECT_EQ(single->counts[0], 2u);

  const auto twice = baskets_of({{4, 4, 2, 4}, {2, 4, 2}});
  const auto sets = fp_growth(twice.view(), {.support_min = 1});
  ASSERT_TRUE(sets.ok());
  EXPECT_EQ(sets->items, (std::vector<Item>{2, 4, 2, 4}));
  EXPECT_EQ(sets->counts, (std::vector<std::size_t>{2, 2, 2}));

  const auto different = baskets_of({{1}, {2}, {3}, {}});
  for (const auto& empty : {fp_growth(different.view(), {.support_min = 0.5}),
                            apriori(different.view(), {.support_min = 0.5})}) {
    ASSERT_TRUE(empty.ok());
    EXPECT_EQ(empty->size(), 0u);
    EXPECT_EQ(empty->baskets, 4u);
  }
  const auto blank = baskets_of({{}, {}});
  EXPECT_EQ(fp_growth(blank.view())->size(), 0u);
}

TEST(ItemSets, WrongInputIsNamed) {
  const auto baskets = baskets_of({{1, 2}, {2}});
  for (const double support : {0.0, -0.1, 1.1}) {
    EXPECT_EQ(fp_growth(baskets.view(), {.support_min = support}).error().kind,
              &errors::kBadOption);
  }
  EXPECT_EQ(fp_growth(baskets.view(), {.length_min = 3, .length_max = 2}).error().kind,
            &errors::kBadOption);
  const std::vector<std::size_t> starts = {0, 2};
  EXPECT_EQ(fp_growth({baskets.items, starts}).error().kind, &errors::kShape);
  const auto large = baskets_of({{4'000'000'000U}});
  EXPECT_EQ(fp_growth(large.view()).error().kind, &errors::kItemTooLarge);
}

TEST(CountMin, IsTheSmallestCountWhoseShareReachesIt) {
  EXPECT_EQ(count_min(0.001, 9835), 10u);  // 9.835; arules takes 9.
  EXPECT_EQ(count_min(0.006, 9835), 60u);  // 59.01.
  EXPECT_EQ(count_min(0.07, 100), 7u);     // 0.07 * 100 is above 7 in doubles.
  EXPECT_EQ(count_min(0.29, 100), 29u);
  EXPECT_EQ(count_min(1e-12, 100), 1u);
  EXPECT_EQ(count_min(1, 100), 100u);
  for (std::size_t total : {10u, 1000u, 9999u}) {
    for (std::size_t count = 1; count <= total; ++count) {
      const double share = static_cast<double>(count) / static_cast<double>(total);
      ASSERT_EQ(count_min(share, total), count) << total;
    }
  }
}

}  // namespace
}  // namespace holdfast::pattern
