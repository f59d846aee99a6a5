// Source: IBM SPSS Statistics Algorithms, RANK (NTILES), worked by hand.
#include "lifetime/rfm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

using Scores = std::vector<std::uint8_t>;
const std::vector<double> kLast = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
const std::vector<double> kFrequency = {1, 1, 1, 1, 1, 1, 2, 3, 4, 5};
const std::vector<double> kMoney = {5, 4, 3, 2, 1, 10, 9, 8, 7, 6};

TEST(Rfm, CutsRanksIntoFifths) {
  const auto result = rfm(kLast, kFrequency, kMoney);
  ASSERT_TRUE(result.ok());
  // ⌊rank · 5/11⌋ + 1 of the ranks 1 … 10.
  EXPECT_EQ(result->recency, (Scores{1, 1, 2, 2, 3, 3, 4, 4, 5, 5}));
  EXPECT_EQ(result->money, (Scores{3, 2, 2, 1, 1, 5, 5, 4, 4, 3}));
  EXPECT_EQ(result->frequency, (Scores{2, 2, 2, 2, 2, 2, 4, 4, 5, 5}));  // Six share rank 3.5.
  EXPECT_EQ(result->score[0], 123);
  EXPECT_EQ(std::accumulate(result->cells.begin(), result->cells.end(), std::size_t{0}), 10U);
  EXPECT_EQ(result->cells[0 * 25 + 1 * 5 + 2], 1U);
}

TEST(Rfm, FollowsTheTiesRuleAndNesting) {
  const auto low = rfm(kLast, kFrequency, kMoney, {.ties = RfmTies::Low});
  const auto high = rfm(kLast, kFrequency, kMoney, {.ties = RfmTies::High});
  EXPECT_EQ(low->frequency[0], 1);
  EXPECT_EQ(high->frequency[0], 3);
  const auto nested = rfm(kLast, kMoney, kMoney, {.bins = 2, .is_nested = true});
  ASSERT_TRUE(nested.ok());
  EXPECT_EQ(nested->recency, (Scores{1, 1, 1, 1, 1, 2, 2, 2, 2, 2}));
  EXPECT_EQ(nested->frequency, (Scores{2, 2, 2, 1, 1, 2, 2, 2, 1, 1}));
}

TEST(Rfm, SaysWhatIsWrong) {
  EXPECT_EQ(rfm({}, {}, {}).error().kind, &errors::kTooFew);
  EXPECT_EQ(rfm(kLast, kMoney, {}).error().kind, &errors::kShape);
  EXPECT_EQ(rfm(kLast, kMoney, kMoney, {.bins = 1}).error().kind, &errors::kBadOption);
  const std::vector<double> bad = {1, NAN};
  EXPECT_EQ(rfm(bad, bad, bad).error().kind, &errors::kBadValue);
}

}  // namespace
}  // namespace holdfast::lifetime
