// Source of the method: Kennedy (2023). The trial is made, its effects are known.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/effect_parts/made_columns.hpp"
#include "models/doubly_robust/least_squares.hpp"

namespace holdfast::doubly_robust {

extern const ModelDescriptor descriptor;

namespace {

TEST(DoublyRobust, TellsTheAverageEffectWhereTreatmentWasNotLeftToChance) {
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const models::MadeColumns made(3000, 4, seed, true);
    const auto model = descriptor.fit_effect(made.task(), {}, silent());
    ASSERT_TRUE(model.ok());
    const auto& row = model->tables.front().rows.front();
    constexpr double kTruth = (0.25 - 0.1) / 2;
    covered += std::get<double>(row[3]) < kTruth && kTruth < std::get<double>(row[4]) ? 1 : 0;
  }
  EXPECT_GE(covered, 17);
}


TEST(LeastSquares, FindsALineAndShrinksNoise) {
  Random random(4);
  std::vector<double> x, line, noise;
  for (int i = 0; i < 2000; ++i) {
    for (int c = 0; c < 3; ++c) x.push_back(random.normal());
    line.push_back(2 + 3 * x[x.size() - 3] - x[x.size() - 1] + 0.01 * random.normal());
    noise.push_back(random.normal());
  }
  const auto found = fit_least_squares({x.data(), 2000, 3}, line);
  EXPECT_NEAR(found.intercept, 2, 0.01);
  EXPECT_NEAR(found.coefficients[0], 3, 0.01);
  EXPECT_NEAR(found.coefficients[1], 0, 0.01);
  EXPECT_NEAR(found.coefficients[2], -1, 0.01);
  const auto nothing = fit_least_squares({x.data(), 2000, 3}, noise);
  EXPECT_LT(nothing.degrees, 2);
  EXPECT_GT(found.degrees, 2.9);
}

}  // namespace
}  // namespace holdfast::doubly_robust
