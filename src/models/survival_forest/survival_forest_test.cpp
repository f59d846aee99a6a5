// Reference: survival/forest, every split of which is held against the log-rank test (there).
#include <gtest/gtest.h>

#include <cmath>

#include "models/leaving.hpp"
#include "models/survival_sample.hpp"
#include "survival/forest.hpp"

namespace holdfast::survival_forest {

extern const ModelDescriptor descriptor;

namespace {

using models::SurvivalSample;

TEST(SurvivalForestModelReference, TheFormAnswersAsTheEngine) {
  SurvivalSample sample(800);
  auto task = sample.task();
  task.train.columns.resize(3);  // Numbers, one of them with missing cells.
  task.times = {10, 30, 60, 120, 240};
  Progress progress;
  const auto model = descriptor.fit_survival(task, {{"trees", std::int64_t{10}}, {"leaf_rows_min", std::int64_t{50}}}, progress);
  ASSERT_TRUE(model.ok()) << render(model.error(), Language::En);
  std::vector<double> x;
  for (std::size_t r = 0; r < 800; ++r) {
    x.insert(x.end(), {sample.first[r], sample.second[r],
                       sample.valid[r] != 0 ? sample.noise[r] : std::nan("")});
  }
  const auto fit = survival::fit_forest(task.spells(), {x.data(), 800, 3},
                                        {.trees = 10, .leaf_rows_min = 50, .times = task.times, .seed = task.seed});
  ASSERT_TRUE(fit.ok());
  const auto wanted = survival::forest_hazards(fit->forest, {x.data(), 800, 3});
  const auto found = raw_score(*model, task.train);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], wanted[i], 1e-6);
}

TEST(SurvivalForestModel, ACategoryMattersWhereItDoes) {
  const SurvivalSample sample(4000);
  Progress progress;
  const auto model = descriptor.fit_survival(sample.task(), {}, progress);
  ASSERT_TRUE(model.ok());
  const auto columns = sample.columns();
  const auto curves = models::leaving_curves(*model, columns, 120);
  double north = 0, others = 0, north_rows = 0;
  for (std::size_t r = 0; r < 4000; ++r) {
    (sample.area[r] == 0 ? north : others) += curves.incidence_at(r, 1, 90);
    north_rows += sample.area[r] == 0 ? 1 : 0;
  }
  EXPECT_GT(north / north_rows, 1.3 * others / (4000 - north_rows));
}

}  // namespace
}  // namespace holdfast::survival_forest
