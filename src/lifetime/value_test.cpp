// Source: the sums written out; BG/NBD of Fader, Hardie & Lee 2005 on CDNOW.
#include "lifetime/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lifetime/bg_nbd.hpp"
#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

const BgNbd kModel{false, 0.243, 4.414, 0.793, 2.426, {}, 0, 0};

TEST(Value, DiscountsWhatEachPeriodBrings) {
  const auto value = discounted_value([](double horizon) { return 2 * horizon; }, 10,
                                      {.periods = 2, .period = 3, .discount = 0.5});
  ASSERT_TRUE(value.ok());
  EXPECT_DOUBLE_EQ(*value, 60 / 1.5 + 60 / 2.25);
  const Customer customer{2, 30.43, 38.86};
  const auto plain = discounted_value([&](double h) { return kModel.expected(customer, h); }, 35,
                                      {.periods = 13, .period = 3});
  ASSERT_TRUE(plain.ok());
  EXPECT_NEAR(*plain, 35 * kModel.expected(customer, 39), 1e-10);
}

TEST(Value, AddsUpCustomersFromTheirOwnBeginning) {
  const std::vector<double> first = {0, 5, 50};
  const auto fresh = [](double h) { return kModel.expected_new(h); };
  EXPECT_DOUBLE_EQ(expected_cumulative(fresh, first, 20), fresh(20) + fresh(15));
}

TEST(Value, SaysWhatIsWrong) {
  const auto fresh = [](double h) { return kModel.expected_new(h); };
  EXPECT_EQ(discounted_value(fresh, 0, {}).error().kind, &errors::kBadSpend);
  EXPECT_EQ(discounted_value(fresh, -3, {}).error().kind, &errors::kBadSpend);
  EXPECT_EQ(discounted_value(fresh, 5, {.periods = 0}).error().kind, &errors::kBadOption);
  EXPECT_EQ(discounted_value(fresh, 5, {.discount = -1}).error().kind, &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::lifetime
