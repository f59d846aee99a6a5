// Source of the method: Jaskowski & Jaroszewicz (2012). The trial is made, its effects are known.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/effect_parts/made_columns.hpp"

namespace holdfast::class_transformation {

extern const ModelDescriptor descriptor;

namespace {

// Three in four treated: without weights the shares of the groups would stand as an effect.
TEST(ClassTransformation, WeighsUnequalGroups) {
  models::MadeColumns made(8000, 3);
  Random random(8);
  for (std::size_t r = 0; r < 8000; ++r) {
    made.trial.treated[r] = random.chance(0.75) ? 1 : 0;
    const double rate = 0.3 + (made.trial.treated[r] == 1 ? made.trial.effect[r] : 0);
    made.trial.outcome[r] = random.chance(rate) ? 1 : 0;
  }
  const auto model = descriptor.fit_effect(made.task(), {}, silent());
  ASSERT_TRUE(model.ok());
  double mean = 0;
  for (const double effect : models::effects(*model, made.view())) mean += effect / 8000;
  EXPECT_NEAR(mean, 0.075, 0.03);
}

}  // namespace
}  // namespace holdfast::class_transformation
