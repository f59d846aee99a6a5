// categories = "rates". Oracle: a generated truth with many categories, and the model's own rule of
// unknown ones.

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/boosting/encoding.hpp"
#include "models/task.hpp"

namespace holdfast::boosting {

extern const ModelDescriptor descriptor;

namespace {

constexpr std::size_t kRegions = 400;

/// Churn differs by region and by nothing else; noise is a number that says nothing.
struct Sample {
  std::vector<std::uint32_t> region;
  std::vector<std::string> regions;
  std::vector<double> noise, truth, weight;
  std::vector<std::uint8_t> all, y;

  Sample(std::size_t n, std::uint64_t seed) {
    Random effects(99), random(seed);
    std::vector<double> logit;
    for (std::size_t k = 0; k < kRegions; ++k) {
      regions.push_back("region " + std::to_string(k));
      logit.push_back(-1 + 2 * effects.uniform() * (k % 2 == 0 ? 1 : -1));
    }
    for (std::size_t i = 0; i < n; ++i) {
      region.push_back(static_cast<std::uint32_t>(random.below(kRegions)));
      noise.push_back(random.uniform());
      truth.push_back(1 / (1 + std::exp(-logit[region[i]])));
      y.push_back(random.chance(truth[i]) ? 1 : 0);
      all.push_back(1);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    return {.rows = y.size(),
            .columns = {{.name = "noise", .values = noise, .valid = all},
                        {.name = "region", .codes = region, .categories = regions, .valid = all}}};
  }
};

FittedModel fitted(const Sample& sample, Parameters parameters) {
  parameters.try_emplace("rounds", std::int64_t{120});
  parameters.try_emplace("patience", std::int64_t{0});
  parameters.try_emplace("eta", 0.1);
  const ClassifierTask task{.train = sample.view(), .y = sample.y, .weight = sample.weight, .seed = 3};
  return descriptor.fit_classifier(task, parameters, silent()).value();
}

double mean_error(const FittedModel& model, const Sample& sample) {
  const auto p = predict(model, sample.view());
  double sum = 0;
  for (std::size_t r = 0; r < p.size(); ++r) sum += std::abs(p[r] - sample.truth[r]);
  return sum / static_cast<double>(p.size());
}

TEST(Rates, ManyCategoriesAreLearnedBetterThanOneByOne) {
  const Sample train(12'000, 1), other(4'000, 2);
  const double by_rates = mean_error(fitted(train, {{"categories", std::string("rates")}}), other);
  const double one_by_one = mean_error(fitted(train, {}), other);
  EXPECT_LT(by_rates, 0.75 * one_by_one);
}

TEST(Rates, TheEnvelopeAnswersTheSameAndUnknownCategoriesAreMissing) {
  const Sample train(4'000, 1);
  const auto model = fitted(train, {{"categories", std::string("rates")}});
  const auto again = from_json(to_json(model, {}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(predict(*again, train.view()), predict(model, train.view()));
  Sample asked = train;
  std::ranges::fill(asked.region, 0U);
  asked.regions = {"a region nobody knew"};
  const auto unknown = predict(model, asked.view());
  std::ranges::fill(asked.all, std::uint8_t{0});
  auto columns = asked.view();
  columns.columns[0].valid = train.all;
  EXPECT_EQ(unknown, predict(model, columns));
}

TEST(Rates, ARowLearnsFromTheRatesOfOtherFolds) {
  // Two folds, one category: fold 0 all churned, fold 1 none.
  const std::vector<std::uint32_t> codes = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3}, fold = {0, 0, 1, 1, 0, 1, 0, 1, 0, 1};
  const std::vector<std::uint8_t> y = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0}, valid(10, 1);
  const std::vector<double> weight(10, 1.0);
  const std::vector<std::string> names = {"a", "b", "c", "d", "never seen"};
  const dataset::Columns columns{.rows = 10, .columns = {{.name = "x", .codes = codes, .categories = names, .valid = valid}}};
  const auto features = features_of(
      columns, {.y = y, .weight = weight, .fold = fold, .categories_min = 4, .prior_weight = 1}, Categories::Rates);
  ASSERT_EQ(features.size(), 1U);
  const std::vector<std::uint32_t> rows = {0, 2};
  const auto learned = encode(columns, rows, features, fold);
  EXPECT_FLOAT_EQ(learned[0], 0) << "of the others nobody churned, nor anybody else";
  EXPECT_FLOAT_EQ(learned[1], (2 + 0.4F) / 3);
  const auto asked = encode(columns, rows, features);
  EXPECT_FLOAT_EQ(asked[0], (2 + 0.2F) / 5);
  EXPECT_TRUE(std::isnan(features[0].rate_of[4]));
}

}  // namespace
}  // namespace holdfast::boosting
