// Source of the method: Radcliffe & Surry (1999). The trial is made, its effects are known.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/effect_parts/made_columns.hpp"
#include "models/errors.hpp"

namespace holdfast::two_model {

extern const ModelDescriptor descriptor;

namespace {

TEST(TwoModel, WantsBothOutcomesInEachGroup) {
  models::MadeColumns made(1000);
  for (std::size_t r = 0; r < 1000; ++r) {
    if (made.trial.treated[r] == 0) made.trial.outcome[r] = 0;
  }
  const auto refused = descriptor.fit_effect(made.task(), {}, silent());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, &models::errors::kOneOutcomeInGroup);
}


TEST(TwoModel, IsTheDifferenceOfItsMembers) {
  const models::MadeColumns made(1500);
  for (const auto* learner : {"logistic", "forest"}) {
    const auto model = descriptor.fit_effect(made.task(), {{"learner", std::string(learner)}}, silent());
    ASSERT_TRUE(model.ok());
    const auto& form = std::get<forms::Stack>(model->form);
    ASSERT_EQ(form.members.size(), 2U);
    EXPECT_EQ(form.members.front()->model_id, learner);
    const auto with = predict(*form.members[0], made.view()), without = predict(*form.members[1], made.view());
    const auto effects = models::effects(*model, made.view());
    double treated_mean = 0, control_mean = 0;
    for (std::size_t r = 0; r < effects.size(); ++r) {
      ASSERT_DOUBLE_EQ(effects[r], with[r] - without[r]);
      treated_mean += with[r] / 1500, control_mean += without[r] / 1500;
    }
    EXPECT_NEAR(treated_mean, 0.375, 0.05);  // 0.3 and, on average, 0.075 by the treatment.
    EXPECT_NEAR(control_mean, 0.3, 0.05);
  }
}

}  // namespace
}  // namespace holdfast::two_model
