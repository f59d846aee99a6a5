// Source: counts written out.
#include "value/referrals.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "value/errors.hpp"

namespace holdfast::value {
namespace {

constexpr auto kNo = kNoReferrer;

TEST(Referrals, CountsTreesAndNewcomers) {
  // 0 → 1, 2; 2 → 3; 3 → 4. 5 → 6. 7 and 8 alone.
  const std::vector<std::uint32_t> referrer = {kNo, 0, 0, 2, 3, kNo, 5, kNo, kNo};
  const std::vector<double> joined = {1, 2, 3, 10, 11, 4, 12, 13, 5};
  const std::vector<std::uint8_t> has_left = {0, 0, 1, 0, 0, 1, 0, 1, 1};
  const auto report = referrals({referrer, joined, has_left}, {.from = 10});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->newcomers, 4U);
  EXPECT_EQ(report->referred, 3U);
  EXPECT_DOUBLE_EQ(report->referred_share->share, 0.75);
  EXPECT_EQ(report->referrers, 4U);
  EXPECT_EQ(report->referrals, (std::vector<std::size_t>{5, 3, 1}));
  EXPECT_EQ(report->trees_count, 2U);
  ASSERT_EQ(report->trees.size(), 2U);
  EXPECT_EQ(report->trees[0].root, 0U);
  EXPECT_EQ(report->trees[0].customers, 4U);
  EXPECT_EQ(report->trees[0].depth, 3U);
  EXPECT_EQ(report->trees[1].customers, 1U);
  EXPECT_DOUBLE_EQ(report->referred_churn->share, 0.2);
  EXPECT_DOUBLE_EQ(report->other_churn->share, 0.75);
  EXPECT_DOUBLE_EQ(report->churn_difference->difference, 0.2 - 0.75);
  EXPECT_LT(report->churn_difference->low, -0.55);
}

TEST(Referrals, OfNobodyCompareNothing) {
  const std::vector<std::uint32_t> referrer = {kNo, kNo};
  const std::vector<std::uint8_t> has_left = {0, 1};
  const auto report = referrals({referrer, {}, has_left});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->newcomers, 2U);
  EXPECT_EQ(report->referred_share->share, 0);
  EXPECT_FALSE(report->referred_churn);
  EXPECT_FALSE(report->churn_difference);
  EXPECT_TRUE(report->trees.empty());
}

TEST(Referrals, AreFastAlongOneLongChain) {
  std::vector<std::uint32_t> referrer(200'000);
  referrer[0] = kNo;
  for (std::uint32_t i = 1; i < referrer.size(); ++i) referrer[i] = i - 1;
  const auto report = referrals({referrer, {}, {}});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->trees[0].depth, referrer.size() - 1);
}

TEST(Referrals, SaysWhatIsWrong) {
  const auto kind = [](const std::vector<std::uint32_t>& referrer,
                       const std::vector<double>& joined = {},
                       const ReferralOptions& options = {}) {
    return referrals({referrer, joined, {}}, options).error().kind;
  };
  EXPECT_EQ(kind({}), &errors::kNoCustomers);
  EXPECT_EQ(kind({kNo, 1}), &errors::kOwnReferrer);
  EXPECT_EQ(kind({1, 2, 0}), &errors::kReferralCircle);
  EXPECT_EQ(kind({kNo, 7}), &errors::kBadCustomer);
  EXPECT_EQ(kind({kNo, 0}, {5}), &errors::kShape);
  EXPECT_EQ(kind({kNo, 0}, {5, 4}), &errors::kReferredEarlier);
  EXPECT_EQ(kind({kNo, 0}, {5, NAN}), &errors::kBadValue);
  EXPECT_EQ(kind({kNo, 0}, {}, {.from = 3}), &errors::kBadOption);
  EXPECT_EQ(kind({kNo, 0}, {}, {.level = 0}), &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::value
