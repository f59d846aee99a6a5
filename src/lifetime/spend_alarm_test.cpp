// Source: the same generative story drawn at random (Fader, Hardie & Lee 2005; Fader & Hardie
// 2013).
#include "lifetime/spend_alarm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "lifetime/bg_nbd.hpp"
#include "lifetime/errors.hpp"
#include "lifetime/silence.hpp"

namespace holdfast::lifetime {
namespace {

const BgNbd kModel{false, 0.243, 4.414, 0.793, 2.426, {}, 0, 0};
const GammaGamma kSpend{6.25, 3.74, 15.44, {}, 0, 0};
constexpr double kHorizon = 39;

PeriodChances chances() {
  return {[](const Customer& customer) { return kModel.chances(customer, kHorizon); },
          [](const Customer& customer) {
            return chances_if_here({kModel.r, kModel.alpha}, customer, kHorizon);
          }};
}

// Spend of the period, drawn as the model says.
std::vector<double> drawn(const Customer& customer, double mean, int count) {
  Random random(20240331);
  std::vector<double> spends;
  for (int i = 0; i < count; ++i) {
    double spend = 0;
    if (random.chance(kModel.alive(customer))) {
      const double rate =
          random.gamma(kModel.r + customer.frequency) / (kModel.alpha + customer.age);
      const double one = random.gamma(kModel.a),
                   other = random.gamma(kModel.b + customer.frequency);
      const double scale = random.gamma(kSpend.q + kSpend.p * customer.frequency) /
                           (kSpend.gamma + customer.frequency * mean);
      for (double at = random.exponential(rate); at <= kHorizon; at += random.exponential(rate)) {
        spend += random.gamma(kSpend.p) / scale;
        if (random.chance(one / (one + other))) break;
      }
    }
    spends.push_back(spend);
  }
  std::ranges::sort(spends);
  return spends;
}

TEST(SpendAlarm, EqualsWhatIsDrawn) {
  constexpr int kDraws = 200'000;
  const std::vector<double> frequency = {0, 2, 12}, recency = {0, 30.43, 36}, age = {38, 38.86, 38};
  const std::vector<double> mean = {0, 40, 25}, actual = {20, 0, 100};
  const auto alarms =
      spend_alarms(chances(), kSpend, {{frequency, recency, age, {}}, mean, actual}, {});
  ASSERT_TRUE(alarms.ok());
  double expected = 0, variance = 0;
  for (std::size_t row = 0; row < 3; ++row) {
    const auto& alarm = alarms->customers[row];
    const auto spends = drawn({frequency[row], recency[row], age[row]}, mean[row], kDraws);
    double sum = 0, square = 0;
    for (const double spend : spends) {
      sum += spend;
      square += spend * spend;
    }
    const double average = sum / kDraws;
    EXPECT_NEAR(alarm.expected, average, 0.02 * average + 0.02) << row;
    const auto share = [&](double amount) {
      const auto at = std::ranges::upper_bound(spends, amount) - spends.begin();
      return static_cast<double>(at) / kDraws;
    };
    EXPECT_NEAR(alarm.chance, share(actual[row]), 0.004) << row;
    EXPECT_NEAR(share(alarm.high), 0.95, 0.002) << row;
    if (alarm.low > 0) {
      EXPECT_NEAR(share(alarm.low), 0.05, 0.002) << row;
    }
    expected += average;
    variance += square / kDraws - average * average;
  }
  EXPECT_DOUBLE_EQ(alarms->actual, 120);
  EXPECT_NEAR(alarms->expected, expected, 0.02 * expected);
  EXPECT_NEAR((*alarms->high - *alarms->low) / 2, 1.6449 * std::sqrt(variance),
              0.03 * std::sqrt(variance));
}

TEST(SpendAlarm, ChanceOfNothingIsThatOfTheSilence) {
  // One who stays buys nothing in the period: the silence grows by it.
  const Customer customer{7, 29.43, 38.86};
  const PurchaseRates rates{0.243, 4.414};
  const auto found = chances_if_here(rates, customer, 39);
  EXPECT_NEAR(found[0], silence_chance(rates, {7, 29.43, 77.86}) / silence_chance(rates, customer),
              1e-14);
  double mean = 0;
  for (std::size_t n = 0; n < found.size(); ++n) mean += static_cast<double>(n) * found[n];
  EXPECT_NEAR(mean, 7.243 / (4.414 + 38.86) * 39, 1e-9);
}

TEST(SpendAlarm, RingsForWhoSpentTooLittleOnly) {
  // Twice a week until now, then next to nothing: too little. Once long ago: nothing is no
  // surprise.
  const std::vector<double> frequency = {70, 1, 70}, recency = {38.5, 1, 38.5}, age = {39, 39, 39};
  const std::vector<double> mean = {40, 40, 40}, actual = {40, 0, 30'000};
  const auto alarms =
      spend_alarms(chances(), kSpend, {{frequency, recency, age, {}}, mean, actual}, {});
  ASSERT_TRUE(alarms.ok());
  EXPECT_TRUE(alarms->customers[0].is_below);
  EXPECT_GT(alarms->customers[0].low, 40);
  EXPECT_FALSE(alarms->customers[1].is_below);
  EXPECT_LT(alarms->customers[0].chance_if_here, alarms->customers[0].chance);
  EXPECT_EQ(alarms->customers[1].low, 0);
  EXPECT_TRUE(alarms->customers[2].is_above);
}

TEST(SpendAlarm, IsTheSameForAnyThreadCount) {
  std::vector<double> frequency, recency, age, mean, actual;
  for (int i = 0; i < 300; ++i) {
    frequency.push_back(i % 7);
    recency.push_back(i % 7 > 0 ? 3 + i % 30 : 0);
    age.push_back(39);
    mean.push_back(10 + i % 50);
    actual.push_back(i % 90);
  }
  const SpendPeriod period{{frequency, recency, age, {}}, mean, actual};
  set_threads(1);
  const auto one = spend_alarms(chances(), kSpend, period, {});
  set_threads(0);
  const auto all = spend_alarms(chances(), kSpend, period, {});
  ASSERT_TRUE(one.ok() && all.ok());
  EXPECT_EQ(one->expected, all->expected);
  EXPECT_EQ(*one->low, *all->low);
}

TEST(SpendAlarm, SaysWhatIsWrong) {
  const std::vector<double> one = {1}, age = {9}, spend = {5}, none = {0}, bad = {NAN};
  const auto kind = [&](const SpendPeriod& period, const SpendAlarmOptions& options = {},
                        const GammaGamma& model = kSpend) {
    const auto alarms = spend_alarms(chances(), model, period, options);
    return alarms.ok() ? std::string() : std::string(alarms.error().kind->name);
  };
  EXPECT_EQ(kind({{}, {}, {}}), "lifetime.too_few");
  EXPECT_EQ(kind({{one, one, age, {}}, {}, spend}), "lifetime.shape");
  EXPECT_EQ(kind({{one, one, age, {}}, spend, {}}), "lifetime.shape");
  EXPECT_EQ(kind({{one, one, age, {}}, none, spend}), "lifetime.bad_spend");
  EXPECT_EQ(kind({{one, one, age, {}}, spend, bad}), "lifetime.bad_value");
  EXPECT_EQ(kind({{one, none, age, {}}, spend, spend}), "lifetime.bad_recency");
  EXPECT_EQ(kind({{one, one, age, {}}, spend, spend}, {.level = 1}), "lifetime.bad_option");
  EXPECT_EQ(kind({{none, none, age, {}}, none, spend}, {}, {2, 0.9, 5, {}, 0, 0}),
            "lifetime.no_mean");
  // A variance that is not finite leaves the total without an interval, not the customer.
  const auto wide =
      spend_alarms(chances(), {2, 1.5, 5, {}, 0, 0}, {{none, none, age, {}}, none, spend}, {});
  ASSERT_TRUE(wide.ok());
  EXPECT_FALSE(wide->low);
  EXPECT_GT(wide->customers[0].high, 0);
}

}  // namespace
}  // namespace holdfast::lifetime
