// Reference: the known hazards of the sample; a count by hand of who leaves in a period.
#include <gtest/gtest.h>

#include <cmath>

#include "models/leaving.hpp"
#include "models/survival_sample.hpp"

namespace holdfast::discrete_hazard {

extern const ModelDescriptor descriptor;

namespace {

using models::SurvivalSample;

TEST(DiscreteHazardReference, WithoutInfluencesItIsTheShareWhoLeaveInEachPeriod) {
  // 200 there; of them 20 leave in the first ten days, 36 of 180 in the next, the rest stay.
  std::vector<double> duration, noise, weight(200, 1);
  std::vector<std::uint8_t> exit, valid(200, 1);
  for (std::size_t i = 0; i < 200; ++i) {
    duration.push_back(i < 20 ? 5 : i < 56 ? 14 : 20);
    exit.push_back(i < 56 ? 1 : 0);
    noise.push_back(i % 2 == 0 ? 1.0 : -1.0);  // As many of either kind everywhere.
  }
  SurvivalTask task{.duration = duration, .exit = exit, .weight = weight, .exits = {"left"}};
  task.train.rows = 200;
  task.train.columns.push_back({.name = "noise", .values = noise, .valid = valid});
  Progress progress;
  const auto model = descriptor.fit_survival(task, {{"period_days", std::int64_t{10}}, {"ridge", 0.0}}, progress);
  ASSERT_TRUE(model.ok()) << render(model.error(), Language::En);
  const auto curves = models::leaving_curves(*model, task.train, 20);
  EXPECT_NEAR(curves.incidence_at(0, 0, 10), 0.1, 1e-6);
  EXPECT_NEAR(curves.incidence_at(0, 0, 20), 0.1 + 0.9 * 0.2, 1e-6);
}

TEST(DiscreteHazardReference, FindsTheHazardsBehindTheData) {
  const SurvivalSample sample(6000);
  Progress progress;
  const auto model = descriptor.fit_survival(sample.task(), {{"period_days", std::int64_t{7}}}, progress);
  ASSERT_TRUE(model.ok());
  const auto& form = std::get<forms::HazardModel>(model->form);
  const auto& terms = model->preparation.terms;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (terms[t].name != "first") continue;
    EXPECT_NEAR(form.predictor.coefficients[t] / terms[t].scale, 1, 0.1);
  }
}

}  // namespace
}  // namespace holdfast::discrete_hazard
