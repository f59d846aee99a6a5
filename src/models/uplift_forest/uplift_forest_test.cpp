// Source of the method: Guelman, Guillén & Pérez-Marín (2015). Equal to the engine, which stands against causalml.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "effect/tree.hpp"
#include "models/effect_parts/encoded.hpp"
#include "models/effect_parts/made_columns.hpp"

namespace holdfast::uplift_forest {

extern const ModelDescriptor descriptor;

namespace {

TEST(UpliftForest, IsTheEnginesForest) {
  const models::MadeColumns made(3000);
  const auto encoded = models::encode(made.view());
  const auto model = descriptor.fit_effect(
      made.task(), {{"trees", std::int64_t{30}}}, silent());
  ASSERT_TRUE(model.ok());
  const auto engine = effect::fit_uplift_forest(
      made.trial.trial(), encoded.view(), encoded.names,
      {.tree = {.leaf_arm_rows_min = 20, .seed = 5}, .trees = 30});
  ASSERT_TRUE(engine.ok());
  const auto ours = models::effects(*model, made.view()), theirs = effect::predict(*engine, encoded.view());
  for (std::size_t r = 0; r < ours.size(); ++r) ASSERT_NEAR(ours[r], theirs[r], 1e-12) << r;
}

}  // namespace
}  // namespace holdfast::uplift_forest
