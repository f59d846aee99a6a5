// Source: Newcombe 1998 (Wilson's interval of 81 of 263: 0.2553 to 0.3662); counts written out;
// trying every subsequence on small inputs.
#include "value/funnel.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/random.hpp"
#include "testing/printed.hpp"
#include "value/errors.hpp"

namespace holdfast::value {
namespace {

TEST(Proportion, IsThatOfThePaper) {
  const auto found = proportion(81, 263, 0.95);
  ASSERT_TRUE(found);
  EXPECT_PRINTED(found->low, "0.2553");
  EXPECT_PRINTED(found->high, "0.3662");
  EXPECT_EQ(proportion(0, 20, 0.95)->low, 0);
  EXPECT_PRINTED(proportion(0, 20, 0.95)->high, "0.1611");
  EXPECT_EQ(proportion(20, 20, 0.95)->high, 1);
  EXPECT_FALSE(proportion(0, 0, 0.95));
}

TEST(Proportion, DifferenceIsThatOfThePaper) {
  // Newcombe 1998, Statistics in Medicine 17:873–890, table II: 56/70 − 48/80, method 10.
  const auto found = difference(56, 70, 48, 80, 0.95);
  ASSERT_TRUE(found);
  EXPECT_PRINTED(found->difference, "0.2000");
  EXPECT_PRINTED(found->low, "0.0524");
  EXPECT_PRINTED(found->high, "0.3339");
  EXPECT_FALSE(difference(1, 2, 0, 0, 0.95));
  EXPECT_EQ(difference(0, 5, 0, 7, 0.95)->p_value, 1);
}

TEST(Funnel, CountsWhoCameHowFar) {
  // Looked, asked for a price, bought.
  const std::vector<StepEvent> events = {
      {1, 0, 1}, {1, 1, 3}, {1, 2, 9},             // All the way.
      {2, 1, 1}, {2, 0, 2}, {2, 2, 3},             // Asked before looking: not a step in order.
      {3, 0, 1}, {3, 1, 5}, {3, 0, 8}, {3, 1, 9},  // Twice as far, counted once.
      {4, 0, 4}, {4, 1, 4}, {4, 2, 4},             // All on one day.
      {5, 2, 4}};
  const auto found = funnel(events, 3);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->steps[0].customers, 4U);
  EXPECT_EQ(found->steps[1].customers, 3U);
  EXPECT_EQ(found->steps[2].customers, 2U);
  EXPECT_EQ(found->steps[1].lost, 1U);
  EXPECT_DOUBLE_EQ(found->steps[2].conversion->share, 2.0 / 3);
  EXPECT_DOUBLE_EQ(found->steps[2].overall->share, 0.5);
  EXPECT_DOUBLE_EQ(*found->steps[1].median_time, 2);  // 2, 4 and 0.
  EXPECT_DOUBLE_EQ(*found->steps[2].median_time, 3);  // 6 and 0.
  EXPECT_EQ(*found->worst, 2U);
  EXPECT_FALSE(found->steps[0].conversion);
}

// How far some choice of events leads, by trying all.
std::size_t furthest(const std::vector<StepEvent>& events, std::size_t from, std::uint32_t step,
                     double begin, double window) {
  std::size_t best = step;
  for (std::size_t i = from; i < events.size(); ++i) {
    if (events[i].step != step) continue;
    const double first = step == 0 ? events[i].time : begin;
    if (events[i].time - first > window) continue;
    best = std::max(best, furthest(events, i + 1, step + 1, first, window));
  }
  return best;
}

TEST(Funnel, FindsTheFurthestTryWithinTheWindow) {
  Random random(20240331);
  for (int round = 0; round < 500; ++round) {
    std::vector<StepEvent> events;
    for (int i = 0; i < 9; ++i) {
      events.push_back({7, static_cast<std::uint32_t>(random.below(4)), static_cast<double>(i)});
    }
    const double window = static_cast<double>(random.below(7));
    const auto found = funnel(events, 4, {.window = window});
    const auto wanted = furthest(events, 0, 0, 0, window);
    if (wanted == 0) {
      EXPECT_EQ(found.error().kind, &errors::kNoCustomers);
      continue;
    }
    ASSERT_TRUE(found.ok());
    for (std::size_t step = 0; step < 4; ++step) {
      EXPECT_EQ(found->steps[step].customers, step < wanted ? 1U : 0U) << round << " " << step;
    }
  }
}

TEST(Funnel, OfCountsEndsWhereNobodyIsLeft) {
  const auto found = funnel_of(std::array<std::size_t, 4>{100, 40, 0, 0});
  ASSERT_TRUE(found.ok());
  EXPECT_DOUBLE_EQ(found->steps[2].conversion->share, 0);
  EXPECT_FALSE(found->steps[3].conversion);
  EXPECT_DOUBLE_EQ(found->steps[3].overall->share, 0);
  EXPECT_EQ(*found->worst, 2U);
}

TEST(Funnel, SaysWhatIsWrong) {
  const std::vector<StepEvent> events = {{1, 0, 1}, {1, 1, 2}};
  EXPECT_EQ(funnel(events, 1).error().kind, &errors::kFewSteps);
  EXPECT_EQ(funnel({}, 3).error().kind, &errors::kNoCustomers);
  EXPECT_EQ(funnel(std::vector<StepEvent>{{1, 3, 1}}, 3).error().kind, &errors::kBadStep);
  EXPECT_EQ(funnel(std::vector<StepEvent>{{1, 0, NAN}}, 3).error().kind, &errors::kBadValue);
  EXPECT_EQ(funnel(std::vector<StepEvent>{{1, 1, 1}}, 3).error().kind, &errors::kNoCustomers);
  EXPECT_EQ(funnel(events, 2, {.level = 1}).error().kind, &errors::kBadOption);
  EXPECT_EQ(funnel(events, 2, {.window = -1}).error().kind, &errors::kBadOption);
  EXPECT_EQ(funnel_of(std::array<std::size_t, 2>{3, 5}).error().kind, &errors::kRisingSteps);
  EXPECT_EQ(funnel_of(std::array<std::size_t, 2>{0, 0}).error().kind, &errors::kNoCustomers);
}

}  // namespace
}  // namespace holdfast::value
