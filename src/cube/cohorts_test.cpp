// Oracle: counted by hand.

#include "cube/cohorts.hpp"

#include <gtest/gtest.h>

#include "cube/errors.hpp"

namespace holdfast::cube {
namespace {

constexpr auto kStays = Starters::kStays;

TEST(Cohorts, CountWhoIsStillThere) {
  const std::vector<std::int32_t> start{0, 0, 0, 1, 1, 3}, exit{1, 3, kStays, kStays, 2, kStays};
  const std::vector<double> amount{10, 20, 30, 40, 50, 60};
  const auto table = cohorts_of(Starters{start, exit, amount}, {.last_period = 2});
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->cohorts.size(), 2);  // Who starts in period 3 is not in a complete period yet.
  const auto& first = table->cohorts[0];
  EXPECT_EQ(first.customers, 3);
  EXPECT_EQ(first.amount, 60);
  ASSERT_EQ(first.cells.size(), 3);
  EXPECT_EQ(first.cells[1].customers, 2);
  EXPECT_EQ(first.cells[2].customers, 2);
  EXPECT_NEAR(*first.cells[1].amount_retention, 50.0 / 60, 1e-15);
  const auto& second = table->cohorts[1];
  EXPECT_EQ(second.cells[1].customers, 1);
  EXPECT_EQ(second.cells[1].maturity, Maturity::Mature);
  EXPECT_EQ(second.cells[2].maturity, Maturity::Immature);
  // Age 2 is the first cohort's alone: 2 of 3, not 2 of 5.
  EXPECT_NEAR(table->all[2].retention, 2.0 / 3, 1e-15);
  EXPECT_NEAR(table->all[1].retention, 3.0 / 5, 1e-15);
  EXPECT_LT(table->all[1].interval.lower, 0.6);
}

TEST(Cohorts, CountWhoIsActive) {
  const std::vector<std::uint32_t> customer{7, 7, 7, 8, 8, 9};
  const std::vector<std::int32_t> period{5, 3, 3, 3, 4, 4};
  const std::vector<double> spend{1, 2, 4, 8, 16, 32};
  const auto table = cohorts_of(Activity{customer, period, spend}, {.last_period = 5});
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->cohorts.size(), 2);
  const auto& first = table->cohorts[0];
  EXPECT_EQ(first.start, 3);
  EXPECT_EQ(first.customers, 2);  // Twice in one period is once.
  EXPECT_EQ(first.amount, 14);
  EXPECT_EQ(first.cells[1].customers, 1);
  EXPECT_EQ(first.cells[2].amount, 1);
  EXPECT_EQ(table->cohorts[1].cells[1].retention, 0);
  EXPECT_EQ(table->cohorts[1].cells[1].maturity, Maturity::Mature);
}

TEST(Cohorts, DoNotTakeReturnsForActivity) {
  // 7 buys, brings some of it back a month later and buys again; 8 brings back what he bought before
  // the data begin and buys later; 9 only brings back.
  const std::vector<std::uint32_t> customer{7, 7, 7, 8, 8, 9};
  const std::vector<std::int32_t> period{3, 4, 5, 3, 4, 3};
  const std::vector<double> spend{100, -30, 50, -20, 40, -10};
  const auto table = cohorts_of(Activity{customer, period, spend}, {.last_period = 5});
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->cohorts.size(), 2);
  const auto& first = table->cohorts[0];
  EXPECT_EQ(first.customers, 1);
  EXPECT_EQ(first.amount, 100);
  EXPECT_EQ(first.cells[1].customers, 0);
  EXPECT_EQ(first.cells[1].amount, -30);
  EXPECT_EQ(first.cells[2].customers, 1);
  EXPECT_EQ(table->cohorts[1].start, 4);
  EXPECT_EQ(table->cohorts[1].customers, 1);
}

TEST(Cohorts, KeepToTheirColumns) {
  const std::vector<std::int32_t> start{0, -2'000'000'000}, exit{kStays, kStays};
  const auto table = cohorts_of(Starters{start, exit, {}}, {.last_period = 100, .ages_max = 3});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->all.size(), 4);
  EXPECT_FALSE(table->all[0].amount_retention.has_value());
}

TEST(Cohorts, SayWhatIsWrong) {
  const std::vector<std::int32_t> start{2}, exit{2}, later{3};
  EXPECT_EQ(cohorts_of(Starters{}, {}).error().kind, &errors::kNoRows);
  EXPECT_EQ(cohorts_of(Starters{start, exit, {}}, {.last_period = 5}).error().kind,
            &errors::kBadNumber);
  EXPECT_EQ(cohorts_of(Starters{start, later, {}}, {.last_period = 1}).error().kind,
            &errors::kNoRows);
  EXPECT_EQ(cohorts_of(Starters{start, {}, {}}, {}).error().kind, &errors::kShape);
  EXPECT_EQ(cohorts_of(Starters{start, later, {}}, {.last_period = 5, .level = 1}).error().kind,
            &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::cube
