// Source: planted kinds; the form must answer as the engine does (grouping/two_step_test.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/grouping_task.hpp"

namespace holdfast::two_step {
extern const ModelDescriptor descriptor;
namespace {

/// Four kinds by a skewed premium, an age and an area with stray values; some areas are missing.
struct Customers {
  std::vector<double> premium, age;
  std::vector<std::uint32_t> area;
  std::vector<std::uint8_t> valid, all;
  std::vector<std::string> areas = {"east", "north", "south", "west"};
  std::vector<std::size_t> truth;

  explicit Customers(std::size_t rows) {
    Random random(11);
    for (std::size_t i = 0; i < rows; ++i) {
      truth.push_back(random.below(4));
      premium.push_back(std::exp(6 + 1.2 * static_cast<double>(truth[i]) + 0.2 * random.normal()));
      age.push_back(25 + 12 * static_cast<double>((truth[i] * 3) % 4) + 2 * random.normal());
      area.push_back(static_cast<std::uint32_t>(random.chance(0.05) ? random.below(4) : truth[i]));
      valid.push_back(i % 25 != 3);
      all.push_back(1);
    }
  }
  GroupingTask task() const {
    GroupingTask task{.seed = 1};
    task.train.rows = age.size();
    task.train.columns = {{.name = "premium", .values = premium, .valid = all},
                          {.name = "age", .values = age, .valid = all},
                          {.name = "area", .codes = area, .categories = areas, .valid = valid}};
    return task;
  }
};

Result<FittedModel> fitted(const GroupingTask& task, const Parameters& given = {}) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  return descriptor.fit_grouping(task, parameters, silent());
}

TEST(TwoStepModelReference, FindsPlantedKindsAndTheirNumber) {
  const Customers customers(2000);
  const auto task = customers.task();
  const auto model = fitted(task);
  ASSERT_TRUE(model.ok());
  ASSERT_EQ(outputs_count(*model), 4U);
  const auto groups = models::groups_of(*model, task.train);
  std::vector<std::vector<int>> count(4, std::vector<int>(4));
  for (std::size_t r = 0; r < groups.size(); ++r) {
    ++count[customers.truth[r]][static_cast<std::size_t>(groups[r].cluster)];
  }
  for (const auto& kinds : count) {
    int all = 0;
    for (const int n : kinds) all += n;
    EXPECT_GE(*std::ranges::max_element(kinds), 0.99 * all);
  }
  // The sizes in the form are those of the rows it places.
  const auto& form = std::get<forms::ClusterProfiles>(model->form);
  std::vector<double> sizes(4);
  for (const auto& group : groups) sizes[static_cast<std::size_t>(group.cluster)] += 1;
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(sizes[k], form.clusters[k].rows, 1) << k;
}

TEST(TwoStepModel, SetsOutliersAsideAndComesBackFromItsEnvelope) {
  Customers customers(2000);
  for (const std::size_t odd : {17U, 390U, 1200U}) {
    customers.age[odd] = 400;
    customers.premium[odd] = 1e9;
  }
  const auto task = customers.task();
  const auto model = fitted(task, {{"noise_share", 0.25}, {"outlier_quantile", 0.0}});
  ASSERT_TRUE(model.ok());
  const auto back = from_json(to_json(*model, {}));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(raw_score(*back, task.train), raw_score(*model, task.train));
  const auto groups = models::groups_of(*back, task.train);
  EXPECT_EQ(groups[17].cluster, -1);
  EXPECT_EQ(groups[390].cluster, -1);
  EXPECT_GE(groups[18].cluster, 0);
}

TEST(TwoStepModel, PlacesRowsWithUnknownAndMissingCells) {
  const Customers customers(500);
  const auto task = customers.task();
  const auto model = fitted(task);
  const std::vector<double> age = {25, 0};
  const std::vector<std::uint32_t> area = {0, 0};
  const std::vector<std::uint8_t> valid = {1, 0};
  const std::vector<std::string> areas = {"elsewhere"};
  const dataset::Columns new_rows{
      .rows = 2,
      .columns = {{.name = "age", .values = age, .valid = valid},
                  {.name = "area", .codes = area, .categories = areas, .valid = valid}}};
  for (const auto& group : models::groups_of(*model, new_rows)) {
    EXPECT_GE(group.cluster, 0);
    EXPECT_TRUE(std::isfinite(group.distance));
  }
}

TEST(TwoStepModel, RefusesWhatHasNoAnswer) {
  const Customers customers(300);
  auto task = customers.task();
  task.train.rows = 0;
  EXPECT_EQ(fitted(task).error().kind, &models::errors::kNoRows);
  task = customers.task();
  task.train.columns.resize(0);
  EXPECT_EQ(fitted(task).error().kind, &models::errors::kNoUsableColumn);
  task = customers.task();
  const auto wrong = fitted(task, {{"distance", std::string("euclidean")}});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().kind->name, "grouping.needs_numbers");
}

}  // namespace
}  // namespace holdfast::two_step
