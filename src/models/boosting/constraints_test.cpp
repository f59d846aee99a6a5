// Oracle of monotone: the predictions themselves, along each row's column. Of sets: the forms' own rules
// of unknown categories; XGBoost's bits are in boosting_test.cpp.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/forms/tree_ensemble.hpp"
#include "models/task.hpp"

namespace holdfast::boosting {

extern const ModelDescriptor descriptor;

namespace {

constexpr std::size_t kShops = 40;

/// Churn falls with tenure and rises with complaints, both with dents that noise puts in, and differs
/// by shop.
struct Sample {
  std::vector<double> tenure, complaints;
  std::vector<std::uint32_t> shop;
  std::vector<std::string> shops;
  std::vector<std::uint8_t> known, all, y;
  std::vector<double> weight;

  Sample(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t k = 0; k < kShops; ++k) shops.push_back("shop " + std::to_string(k));
    for (std::size_t i = 0; i < n; ++i) {
      tenure.push_back(10 * random.uniform());
      complaints.push_back(static_cast<double>(random.below(8)));
      shop.push_back(static_cast<std::uint32_t>(random.below(kShops)));
      known.push_back(random.chance(0.9) ? 1 : 0);
      all.push_back(1);
      const double eta = -0.2 * tenure[i] + std::sin(2 * tenure[i]) + 0.2 * complaints[i] +
                         (shop[i] % 3 == 0 ? 1.5 : 0) - 0.5;
      y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    return {.rows = y.size(),
            .columns = {{.name = "tenure", .values = tenure, .valid = known},
                        {.name = "complaints", .values = complaints, .valid = all},
                        {.name = "shop", .codes = shop, .categories = shops, .valid = all}}};
  }
};

Result<FittedModel> fit(const Sample& sample, Parameters parameters) {
  const ClassifierTask task{
      .train = sample.view(), .y = sample.y, .weight = sample.weight, .seed = 3};
  parameters.try_emplace("rounds", std::int64_t{50});
  parameters.try_emplace("patience", std::int64_t{0});
  parameters.try_emplace("eta", 0.2);
  return descriptor.fit_classifier(task, parameters, silent());
}

using Texts = std::vector<std::string>;

/// Steps down and up of p as `column` grows, over every row.
std::pair<int, int> steps(const FittedModel& model, const Sample& sample,
                          std::vector<double> Sample::* column) {
  std::pair<int, int> result;
  Sample asked = sample;
  std::ranges::fill(asked.known, std::uint8_t{1});
  std::vector<double> before;
  for (int i = -1; i <= 60; ++i) {
    std::ranges::fill(asked.*column, i / 5.0);
    const auto p = predict(model, asked.view());
    for (std::size_t r = 0; r < before.size(); ++r) {
      result.first += p[r] < before[r] ? 1 : 0;
      result.second += p[r] > before[r] ? 1 : 0;
    }
    before = p;
  }
  return result;
}

class Monotone : public ::testing::TestWithParam<std::string> {};

TEST_P(Monotone, PredictionsOnlyGoTheWayAsked) {
  const Sample sample(1500, 1);
  const Parameters free = {{"tree_method", GetParam()}};
  Parameters held = free;
  held["monotone"] = Texts{"-tenure", "+complaints"};
  const auto without = fit(sample, free);
  const auto with = fit(sample, held);
  ASSERT_TRUE(without.ok() && with.ok());
  const auto [tenure_falls, tenure_rises] = steps(*with, sample, &Sample::tenure);
  EXPECT_GT(tenure_falls, 0);
  EXPECT_EQ(tenure_rises, 0);
  const auto [complaints_fall, complaints_rise] = steps(*with, sample, &Sample::complaints);
  EXPECT_EQ(complaints_fall, 0);
  EXPECT_GT(complaints_rise, 0);
  EXPECT_GT(steps(*without, sample, &Sample::tenure).second, 0);
  EXPECT_GT(steps(*without, sample, &Sample::complaints).first, 0);
}

INSTANTIATE_TEST_SUITE_P(Methods, Monotone, ::testing::Values("hist", "exact", "approx"),
                         [](const auto& given) { return given.param; });

TEST(Monotone, OfSetsToo) {
  const Sample sample(1500, 2);
  const auto model = fit(sample, {{"monotone", Texts{"-tenure"}}, {"categories", std::string("sets")}});
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(steps(*model, sample, &Sample::tenure).second, 0);
}

TEST(Monotone, SaysWhatIsWrongWithAName) {
  const Sample sample(200, 1);
  const auto kind = [&](const Texts& names) -> const ErrorKind* {
    const auto model = fit(sample, {{"monotone", names}});
    return model.ok() ? nullptr : model.error().kind;
  };
  EXPECT_EQ(kind({"+tenur"}), &models::errors::kNoSuchColumn);
  EXPECT_EQ(kind({"tenure"}), &models::errors::kParameterRange);
  EXPECT_EQ(kind({""}), &models::errors::kParameterRange);
  EXPECT_EQ(kind({"+shop"}), &models::errors::kParameterRange);
  EXPECT_EQ(kind({"+tenure", "-tenure"}), &models::errors::kParameterRange);
  EXPECT_EQ(kind({"+tenure", "+tenure"}), nullptr);
}

/// Most categories on the smaller side of a split of the column.
std::size_t largest_set(const FittedModel& model) {
  std::ptrdiff_t most = 0;
  for (const auto& tree : std::get<forms::TreeEnsemble>(model.form).trees) {
    for (const auto& node : tree.nodes) {
      if (node.children.empty() || !node.is_category) continue;
      most = std::max(most, std::min(std::ranges::count(node.child_of_category, 0),
                                     std::ranges::count(node.child_of_category, 1)));
    }
  }
  return static_cast<std::size_t>(most);
}

TEST(Sets, PartCategoriesAndSurviveTheEnvelope) {
  const Sample sample(2000, 4);
  const auto sets = fit(sample, {{"categories", std::string("sets")}});
  const auto small = fit(sample, {{"categories", std::string("sets")}, {"set_size_max", std::int64_t{3}}});
  const auto each = fit(sample, {});
  ASSERT_TRUE(sets.ok() && small.ok() && each.ok());
  EXPECT_GT(largest_set(*sets), 5U);
  EXPECT_LE(largest_set(*small), 3U);
  EXPECT_EQ(largest_set(*each), 1U);
  const auto again = from_json(to_json(*sets, {}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(predict(*sets, sample.view()), predict(*again, sample.view()));
  const auto phi = contributions(*sets, sample.view());
  const auto scores = raw_score(*sets, sample.view());
  for (std::size_t r = 0; r < scores.size(); ++r) {
    EXPECT_NEAR(phi[r * 4] + phi[r * 4 + 1] + phi[r * 4 + 2] + phi[r * 4 + 3], scores[r], 1e-12);
  }
}

TEST(Sets, ACategoryOfNoTrainingRowIsAMissingOne) {
  Sample sample(1500, 5);
  for (std::size_t r = 0; r < sample.y.size(); ++r) {
    if (sample.shop[r] == 7) sample.weight[r] = 0;
    if (sample.shop[r] == 8) sample.all[r] = 0;
  }
  Sample full = sample;
  std::ranges::fill(full.all, std::uint8_t{1});
  const ClassifierTask task{
      .train = {.rows = sample.y.size(),
                .columns = {{.name = "tenure", .values = sample.tenure, .valid = full.all},
                            {.name = "shop",
                             .codes = sample.shop,
                             .categories = sample.shops,
                             .valid = sample.all}}},
      .y = sample.y,
      .weight = sample.weight,
      .seed = 3};
  const auto model = descriptor.fit_classifier(task, {{"categories", std::string("sets")}}, silent());
  ASSERT_TRUE(model.ok());
  auto columns = task.train;
  columns.columns[1].valid = full.all;
  std::vector<std::uint32_t> sevens(sample.y.size(), 7), eights(sample.y.size(), 8);
  columns.columns[1].codes = sevens;
  const auto unseen = predict(*model, columns);
  columns.columns[1].codes = eights;
  EXPECT_EQ(predict(*model, columns), unseen);
  const std::vector<std::uint8_t> none(sample.y.size(), 0);
  columns.columns[1].valid = none;
  EXPECT_EQ(predict(*model, columns), unseen);
}

TEST(Sets, OfOneCategoryAreNoTrouble) {
  Sample sample(300, 6);
  std::ranges::fill(sample.shop, 5U);
  sample.all[3] = 0;
  const auto model = fit(sample, {{"categories", std::string("sets")}});
  ASSERT_TRUE(model.ok());
  for (const double p : predict(*model, sample.view())) EXPECT_TRUE(p > 0 && p < 1);
}

TEST(Sets, AreNotKnownToTheExactMethod) {
  const Sample sample(200, 7);
  const auto model = fit(sample, {{"categories", std::string("sets")}, {"tree_method", std::string("exact")}});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, &models::errors::kParameterRange);
}

}  // namespace
}  // namespace holdfast::boosting
