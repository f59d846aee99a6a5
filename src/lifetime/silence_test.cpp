// Source: the document's rule (interval 4 months, silent 5 months: at risk); the mean of e^(−λ·s)
// over a Gamma, held against the chance alive of Fader, Hardie & Lee 2005 (eq. 9 of the same), and
// Schmittlein, Morrison & Colombo 1987.
#include "lifetime/silence.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/random.hpp"
#include "lifetime/bg_nbd.hpp"
#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

TEST(Silence, OfFiveMonthsAfterIntervalsOfFourIsAtRisk) {
  // In days: every 120 days, the last 150 days ago; customer 2 every 120, the last 90 days ago;
  // customer 3 once; customer 4 twice on one day, which is one purchase.
  const std::vector<Transaction> log = {{1, 0, 5},   {1, 120, 5}, {1, 240, 5}, {2, 180, 5},
                                        {2, 300, 5}, {3, 10, 5},  {4, 20, 5},  {4, 20, 5},
                                        {5, 0, 5},   {5, 100, 5}, {5, 999, 5}};
  const auto found = silences(log, {.end = 390, .unit = 30});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 5U);
  const auto& late = (*found)[0];
  EXPECT_EQ(late.customer, 1U);
  EXPECT_DOUBLE_EQ(late.silent, 5);
  EXPECT_EQ(late.intervals, 2U);
  EXPECT_DOUBLE_EQ(*late.interval, 4);
  EXPECT_DOUBLE_EQ(*late.ratio, 1.25);
  EXPECT_DOUBLE_EQ(late.chance, 1.0 / 3);
  EXPECT_EQ(late.level, SilenceLevel::AtRisk);
  EXPECT_EQ((*found)[1].level, SilenceLevel::OnTime);
  EXPECT_DOUBLE_EQ((*found)[1].chance, 1);
  for (const std::size_t once : {2U, 3U}) {
    EXPECT_EQ((*found)[once].level, SilenceLevel::Unknown);
    EXPECT_FALSE((*found)[once].interval);
  }
  // A purchase after the end is not known yet: silent 290 of intervals of 100 days.
  EXPECT_EQ((*found)[4].level, SilenceLevel::Lost);
}

TEST(Silence, MeasuresByMedianOrMean) {
  const std::vector<Transaction> log = {{1, 0, 1}, {1, 1, 1}, {1, 3, 1}, {1, 12, 1}};
  const auto median = silences(log, {.end = 14});
  const auto mean = silences(log, {.end = 14, .is_mean = true});
  ASSERT_TRUE(median.ok() && mean.ok());
  EXPECT_DOUBLE_EQ(*median->front().interval, 2);
  EXPECT_DOUBLE_EQ(*mean->front().interval, 4);
  EXPECT_EQ(median->front().level, SilenceLevel::OnTime);  // Exactly one's interval is in time.
  EXPECT_DOUBLE_EQ(median->front().chance, 3.0 / 4);
}

TEST(Silence, ChanceLeadsToTheChanceAliveOfThePaper) {
  const BgNbd model{false, 0.243, 4.414, 0.793, 2.426, {}, 0, 0};
  for (const Customer customer : {Customer{2, 30.43, 38.86}, {26, 30.86, 31}, {1, 1.71, 38.86}}) {
    const double chance = silence_chance({model.r, model.alpha}, customer);
    const double stays = (model.b + customer.frequency - 1) * chance;
    EXPECT_NEAR(model.alive(customer), stays / (model.a + stays), 1e-14);
  }
  EXPECT_DOUBLE_EQ(silence_chance({0.5, 3}, {5, 12, 12}), 1);
}

TEST(Silence, ChanceIsThatOfCountedSilences) {
  Random random(20240331);
  const PurchaseRates rates{0.8, 5};
  const Customer customer{4, 20, 26};
  int longer = 0;
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) {
    const double rate = random.gamma(rates.r + 4) / (rates.alpha + 20);
    longer += random.exponential(rate) >= 6 ? 1 : 0;
  }
  EXPECT_NEAR(silence_chance(rates, customer), static_cast<double>(longer) / kDraws, 0.004);
}

TEST(Silence, LimitIsWhereTheChanceIsReached) {
  const PurchaseRates rates{0.243, 4.414};
  for (const double chance : {0.5, 0.05, 1e-6}) {
    const double limit = silence_limit(rates, {7, 29.43, 38.86}, chance);
    EXPECT_NEAR(silence_chance(rates, {7, 29.43, 29.43 + limit}) / chance, 1, 1e-12);
  }
}

TEST(Silence, SaysWhatIsWrong) {
  const std::vector<Transaction> log = {{1, 5, 1}};
  EXPECT_EQ(silences({}, {.end = 5}).error().kind, &errors::kTooFew);
  EXPECT_EQ(silences(log, {.end = 4}).error().kind, &errors::kTooFew);
  EXPECT_EQ(silences(log, {.end = 5, .unit = 0}).error().kind, &errors::kBadOption);
  EXPECT_EQ(silences(log, {.end = 5, .at_risk = 3}).error().kind, &errors::kBadOption);
  EXPECT_EQ(silences(std::vector<Transaction>{{1, NAN, 1}}, {.end = 5}).error().kind,
            &errors::kBadValue);
}

}  // namespace
}  // namespace holdfast::lifetime
