// Source: sums written out; "only after four years does a policy pay".
#include "value/acquisition.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "value/errors.hpp"

namespace holdfast::value {
namespace {

TEST(Payback, OfAPolicyThatPaysAfterFourYears) {
  // One policy: 100 to win it, then −20, 40, 40, 40, 40.
  const std::vector<double> cost = {100};
  const std::vector<int> watched = {5};
  const std::vector<Margin> margins = {{0, 1, -20}, {0, 2, 40}, {0, 3, 40},
                                       {0, 4, 25},  {0, 4, 15}, {0, 5, 40}};
  const auto found = payback({cost, watched, margins, {}}, {.discount = 0.1});
  ASSERT_TRUE(found.ok());
  const auto& only = found->front();
  EXPECT_DOUBLE_EQ(only.periods[3].balance, 0);
  EXPECT_DOUBLE_EQ(*only.payback, 4);
  EXPECT_DOUBLE_EQ(*only.break_even_tenure, 4);
  const double discounted = -100 - 20 / 1.1 + 40 / 1.21 + 40 / 1.331 + 40 / 1.4641 + 40 / 1.61051;
  EXPECT_NEAR(only.periods[4].discounted_balance, discounted, 1e-12);
  EXPECT_FALSE(only.discounted_payback);
  EXPECT_EQ(only.missing, 0);
}

TEST(Payback, CountsLeaversWhereTenureDoesNot) {
  // Two won for 50 each; one leaves after the first period. Period 3 is watched for the first only.
  const std::vector<double> cost = {50, 50};
  const std::vector<int> watched = {3, 2};
  const std::vector<Margin> margins = {{0, 1, 30}, {1, 1, 30}, {0, 2, 30}, {0, 3, 30}};
  const auto found = payback({cost, watched, margins, {}});
  ASSERT_TRUE(found.ok());
  const auto& only = found->front();
  ASSERT_EQ(only.periods.size(), 3U);
  EXPECT_EQ(only.periods[1].watched, 2U);
  EXPECT_EQ(only.periods[1].active, 1U);
  EXPECT_EQ(only.periods[2].watched, 1U);
  EXPECT_DOUBLE_EQ(only.periods[1].margin, 15);
  EXPECT_DOUBLE_EQ(only.periods[2].margin, 30);
  EXPECT_DOUBLE_EQ(*only.break_even_tenure, 1 + 20.0 / 30);
  EXPECT_DOUBLE_EQ(*only.payback, 2 + 5.0 / 30);
}

TEST(Payback, IsByCohortAndSaysWhatIsMissing) {
  const std::vector<double> cost = {10, 40, 0};
  const std::vector<int> watched = {2, 2, 1};
  const std::vector<std::uint32_t> cohort = {2021, 2020, 2022};
  const std::vector<Margin> margins = {{0, 1, 12}, {0, 2, -5}, {1, 1, 15}, {1, 2, 5}};
  const auto found = payback({cost, watched, margins, cohort});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].cohort, 2020U);
  EXPECT_FALSE((*found)[0].payback);
  EXPECT_DOUBLE_EQ((*found)[0].missing, 20);
  EXPECT_DOUBLE_EQ(*(*found)[1].payback, 10.0 / 12);
  EXPECT_TRUE((*found)[1].falls_back);
  EXPECT_DOUBLE_EQ(*(*found)[2].payback, 0);
}

TEST(Payback, SaysWhatIsWrong) {
  const std::vector<double> cost = {5}, bad = {-1};
  const std::vector<int> watched = {2}, negative = {-2};
  const std::vector<std::uint32_t> two = {1, 2};
  const auto kind = [](const Acquisition& input, const AcquisitionOptions& options = {}) {
    return payback(input, options).error().kind;
  };
  EXPECT_EQ(kind({}), &errors::kNoCustomers);
  EXPECT_EQ(kind({cost, {}, {}, {}}), &errors::kShape);
  EXPECT_EQ(kind({cost, watched, {}, two}), &errors::kShape);
  EXPECT_EQ(kind({bad, watched, {}, {}}), &errors::kBadValue);
  EXPECT_EQ(kind({cost, negative, {}, {}}), &errors::kBadValue);
  EXPECT_EQ(kind({cost, watched, {}, {}}, {.discount = -1}), &errors::kBadOption);
  const std::vector<Margin> other = {{3, 1, 5}}, late = {{0, 3, 5}}, zero = {{0, 0, 5}},
                            nan = {{0, 1, NAN}};
  EXPECT_EQ(kind({cost, watched, other, {}}), &errors::kBadCustomer);
  EXPECT_EQ(kind({cost, watched, late, {}}), &errors::kBadPeriod);
  EXPECT_EQ(kind({cost, watched, zero, {}}), &errors::kBadPeriod);
  EXPECT_EQ(kind({cost, watched, nan, {}}), &errors::kBadValue);
}

}  // namespace
}  // namespace holdfast::value
