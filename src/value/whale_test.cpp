// Source: sums written out; a Gini by all pairs (Raffinetti, Siletti & Vernizzi 2015).
#include "value/whale.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "value/errors.hpp"

namespace holdfast::value {
namespace {

TEST(Whale, ClimbsToThePeakAndFallsWithTheLossMakers) {
  // Ten customers: the best two make 200 % of the profit of 100, four destroy 160.
  const std::vector<double> profit = {-40, 120, 20, 80, 0, 25, -50, 15, -60, -10};
  const auto curve = whale_curve(profit, {.points = 10});
  ASSERT_TRUE(curve.ok());
  EXPECT_DOUBLE_EQ(curve->total, 100);
  EXPECT_DOUBLE_EQ(curve->peak, 260);
  EXPECT_DOUBLE_EQ(curve->destroyed, 160);
  EXPECT_EQ(curve->gainers, 5U);
  EXPECT_EQ(curve->losers, 4U);
  EXPECT_EQ(curve->top_customers, 2U);
  EXPECT_DOUBLE_EQ(curve->top_profit, 200);
  EXPECT_DOUBLE_EQ(*curve->top_profit_share, 2);
  EXPECT_DOUBLE_EQ(*curve->peak_share, 2.6);
  EXPECT_EQ(*curve->customers_for_share, 1U);  // 120 of the 80 wanted.
  ASSERT_EQ(curve->points.size(), 11U);
  EXPECT_EQ(curve->points[5].profit, 260);
  EXPECT_EQ(curve->points[6].profit, 260);
  EXPECT_EQ(curve->points[10].profit, 100);
}

TEST(Whale, GiniIsThatOfAllPairs) {
  Random random(20240331);
  std::vector<double> profit;
  for (int i = 0; i < 200; ++i) profit.push_back(random.normal() * 10 + 4);
  double pairs = 0, size = 0;
  for (const double a : profit) {
    size += std::abs(a);
    for (const double b : profit) pairs += std::abs(a - b);
  }
  EXPECT_NEAR(*whale_curve(profit)->gini, pairs / (2 * 199 * size), 1e-12);
  EXPECT_NEAR(*whale_curve(std::vector<double>{5, 5, 5})->gini, 0, 1e-15);
  EXPECT_NEAR(*whale_curve(std::vector<double>{0, 0, 9})->gini, 1, 1e-15);
}

TEST(Whale, KeepsThePeakAmongFewPoints) {
  std::vector<double> profit(1000, 1.0);
  for (std::size_t i = 0; i < 333; ++i) profit[i] = -1;
  const auto curve = whale_curve(profit, {.points = 4});
  ASSERT_TRUE(curve.ok());
  double highest = 0;
  for (const auto& point : curve->points) highest = std::max(highest, point.profit);
  EXPECT_DOUBLE_EQ(highest, curve->peak);
  EXPECT_EQ(curve->points.back().customers, 1000U);
  EXPECT_DOUBLE_EQ(curve->points.back().profit, curve->total);
}

TEST(Whale, HasNoSharesOfALoss) {
  const auto curve = whale_curve(std::vector<double>{-5, 3});
  ASSERT_TRUE(curve.ok());
  EXPECT_FALSE(curve->top_profit_share);
  EXPECT_FALSE(curve->customers_for_share);
  EXPECT_FALSE(whale_curve(std::vector<double>{7})->gini);
}

TEST(Whale, SaysWhatIsWrong) {
  const auto kind = [](const std::vector<double>& profit, const WhaleOptions& options = {}) {
    return whale_curve(profit, options).error().kind;
  };
  EXPECT_EQ(kind({}), &errors::kNoCustomers);
  EXPECT_EQ(kind({0, 0}), &errors::kNoProfit);
  EXPECT_EQ(kind({1, NAN}), &errors::kBadValue);
  EXPECT_EQ(kind({1}, {.points = 0}), &errors::kBadOption);
  EXPECT_EQ(kind({1}, {.top_share = 0}), &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::value
