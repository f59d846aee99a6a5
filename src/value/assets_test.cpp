// Source: sums written out; both splits add up on random holdings.
#include "value/assets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "value/errors.hpp"

namespace holdfast::value {
namespace {

TEST(Assets, FallWhileTheNumberOfCustomersGrows) {
  // 2 customers with 300, then 3 with 240: customer 1 left, 2 took out 60, 3 and 4 came with 90.
  const std::vector<Holding> holdings = {{1, 202301, 90},  {2, 202301, 150}, {2, 202301, 60},
                                         {2, 202302, 150}, {3, 202302, 40},  {4, 202302, 50},
                                         {9, 202302, 0}};
  const auto history = assets_against_headcount(holdings);
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->periods.size(), 2U);
  EXPECT_EQ(history->periods[1].customers, 3U);
  EXPECT_DOUBLE_EQ(history->periods[1].average, 80);
  const auto& change = history->whole;
  EXPECT_DOUBLE_EQ(change.change, -60);
  EXPECT_EQ(change.customers_change, 1);
  EXPECT_TRUE(change.fewer_assets_more_customers);
  EXPECT_FALSE(change.more_assets_fewer_customers);
  EXPECT_DOUBLE_EQ(change.by_headcount, 115);  // One more at the mean of 150 and 80.
  EXPECT_DOUBLE_EQ(change.by_average, -175);   // 70 less for the mean of 2 and 3.
  EXPECT_DOUBLE_EQ(change.arrived, 90);
  EXPECT_DOUBLE_EQ(change.left, -90);
  EXPECT_DOUBLE_EQ(change.shrunk, -60);
  EXPECT_EQ(change.arrivals, 2U);
  EXPECT_EQ(change.leavers, 1U);
}

TEST(Assets, OfAHolderWhoseLinesCancelAreNone) {
  const std::vector<Holding> holdings = {{1, 202301, 90}, {2, 202301, 0.1}, {2, 202301, 0.2},
                                         {2, 202301, -0.3}, {1, 202302, 90}};
  const auto history = assets_against_headcount(holdings);
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->periods[0].customers, 1U);
  EXPECT_EQ(history->whole.leavers, 0U);
}

TEST(Assets, SplitsAddUpToTheChange) {
  Random random(20240331);
  std::vector<Holding> holdings;
  for (int i = 0; i < 3000; ++i) {
    holdings.push_back({static_cast<std::uint32_t>(random.below(200)),
                        static_cast<int>(random.below(12)), random.normal() * 50 + 40});
  }
  const auto history = assets_against_headcount(holdings, {.least = 10});
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->changes.size(), 11U);
  double sum = 0;
  for (const auto& change : history->changes) {
    EXPECT_NEAR(change.by_headcount + change.by_average, change.change, 1e-8);
    EXPECT_NEAR(change.arrived + change.left + change.grown + change.shrunk, change.change, 1e-8);
    EXPECT_EQ(
        static_cast<std::int64_t>(change.arrivals) - static_cast<std::int64_t>(change.leavers),
        change.customers_change);
    sum += change.change;
  }
  EXPECT_NEAR(sum, history->whole.change, 1e-8);
}

TEST(Assets, OfNobodyAreAllHeadcount) {
  const std::vector<Holding> holdings = {{1, 1, 0}, {1, 2, 70}};
  const auto history = assets_against_headcount(holdings);
  ASSERT_TRUE(history.ok());
  EXPECT_DOUBLE_EQ(history->whole.by_headcount, 70);
  EXPECT_DOUBLE_EQ(history->whole.by_average, 0);
}

TEST(Assets, SaysWhatIsWrong) {
  EXPECT_EQ(assets_against_headcount({}).error().kind, &errors::kNoCustomers);
  const std::vector<Holding> one = {{1, 5, 3}}, bad = {{1, 5, 3}, {1, 6, INFINITY}};
  EXPECT_EQ(assets_against_headcount(one).error().kind, &errors::kOnePeriod);
  EXPECT_EQ(assets_against_headcount(bad).error().kind, &errors::kBadValue);
  EXPECT_EQ(assets_against_headcount(one, {.least = -1}).error().kind, &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::value
