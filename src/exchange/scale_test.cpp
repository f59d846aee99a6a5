// Reference: ticks written out.
#include "exchange/scale.hpp"

#include <gtest/gtest.h>

namespace holdfast::exchange {
namespace {

using Ticks = std::vector<double>;

TEST(Scale, HasRoundTicks) {
  EXPECT_EQ(round_ticks(0, 12), (Ticks{0, 2.5, 5, 7.5, 10, 12.5}));
  EXPECT_EQ(round_ticks(0, 1), (Ticks{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
}

// No month is 2.5, and no customer a half.
TEST(Scale, OfCountsHasWholeTicks) {
  EXPECT_EQ(round_ticks(0, 12, 5, true), (Ticks{0, 3, 6, 9, 12}));
  EXPECT_EQ(round_ticks(0, 2, 5, true), (Ticks{0, 1, 2}));
  EXPECT_EQ(round_ticks(0, 120, 5, true), (Ticks{0, 25, 50, 75, 100, 125}));
}

}  // namespace
}  // namespace holdfast::exchange
