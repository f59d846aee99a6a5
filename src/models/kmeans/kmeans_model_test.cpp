// Source: planted groups; distances worked by hand from the definition of Lloyd (1982).
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/grouping_task.hpp"

namespace holdfast::kmeans {
extern const ModelDescriptor descriptor;
namespace {

/// Three kinds by age and area; a few ages are missing.
struct Customers {
  std::vector<double> age;
  std::vector<std::uint32_t> area;
  std::vector<std::uint8_t> valid, all;
  std::vector<std::string> areas = {"east", "north", "west"};
  std::vector<std::size_t> truth;

  explicit Customers(std::size_t rows) {
    Random random(7);
    for (std::size_t i = 0; i < rows; ++i) {
      truth.push_back(random.below(3));
      age.push_back(25 + 20 * static_cast<double>(truth[i]) + random.normal());
      area.push_back(static_cast<std::uint32_t>(truth[i]));
      valid.push_back(i % 100 != 3);
      all.push_back(1);
    }
  }
  GroupingTask task() const {
    GroupingTask task{.seed = 1};
    task.train.rows = age.size();
    task.train.columns = {{.name = "age", .values = age, .valid = valid},
                          {.name = "area", .codes = area, .categories = areas, .valid = all}};
    return task;
  }
};

Result<FittedModel> fitted(const GroupingTask& task, const Parameters& given = {}) {
  HOLDFAST_TRY(const auto parameters, checked_parameters(descriptor, given));
  return descriptor.fit_grouping(task, parameters, silent());
}

TEST(KMeansModel, FindsPlantedGroupsAndTheirNumber) {
  const Customers customers(900);
  const auto task = customers.task();
  const auto model = fitted(task);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(outputs_count(*model), 3U);
  const auto groups = models::groups_of(*model, task.train);
  std::vector<std::int32_t> group_of(3, -1);
  for (std::size_t r = 0; r < groups.size(); ++r) {
    if (group_of[customers.truth[r]] < 0) group_of[customers.truth[r]] = groups[r].cluster;
    if (customers.valid[r] == 0) continue;
    EXPECT_EQ(groups[r].cluster, group_of[customers.truth[r]]) << r;
  }
  EXPECT_EQ(fitted(task, {{"clusters", std::int64_t{5}}})->tables[0].rows.size(), 1U);
}

TEST(KMeansModelReference, DistanceIsTheSquaredOneOfTheTerms) {
  const Customers customers(300);
  const auto task = customers.task();
  const auto model = fitted(task, {{"clusters", std::int64_t{3}}});
  const auto& form = std::get<forms::ClusterProfiles>(model->form);
  const auto terms = dataset::apply(model->preparation, task.train);
  ASSERT_EQ(model->preparation.terms.size(), 4U);  // Age, and every area.
  const auto distances = raw_score(*model, task.train);
  for (std::size_t k = 0; k < 3; ++k) {
    double squared = 0;
    for (std::size_t t = 0; t < 4; ++t) {
      squared += std::pow(terms[4 * 5 + t] - form.clusters[k].center[t], 2);
    }
    EXPECT_NEAR(distances[3 * 5 + k], squared, 1e-12);
  }
}

TEST(KMeansModel, ComesBackFromItsEnvelope) {
  const Customers customers(300);
  const auto task = customers.task();
  const auto model = fitted(task);
  const auto back = from_json(to_json(*model, {}));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(raw_score(*back, task.train), raw_score(*model, task.train));
  const auto parts = contributions(*model, task.train, 1);
  const auto distances = raw_score(*model, task.train);
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_NEAR(parts[3 * r] + parts[3 * r + 1] + parts[3 * r + 2], distances[3 * r + 1], 1e-9);
  }
}

TEST(KMeansModel, RefusesWhatHasNoAnswer) {
  const Customers customers(300);
  auto task = customers.task();
  task.train.rows = 0;
  EXPECT_EQ(fitted(task).error().kind, &models::errors::kNoRows);
  const std::vector<double> same(300, 4.0);
  const std::vector<double> none(300, std::numeric_limits<double>::quiet_NaN());
  task = customers.task();
  task.train.columns = {{.name = "same", .values = same, .valid = customers.all},
                        {.name = "none", .values = none, .valid = customers.all}};
  EXPECT_EQ(fitted(task).error().kind, &models::errors::kNoUsableColumn);
}

}  // namespace
}  // namespace holdfast::kmeans
