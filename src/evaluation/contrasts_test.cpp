// Sources: R 4.2 t.test(sleep) for Welch's test, chisq.test and pchisq(ncp =) on Titanic (class by
// survival) for Cramér's V and its interval; population stability from its definition.

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "evaluation/effect_size.hpp"
#include "evaluation/evaluation.hpp"
#include "testing/printed.hpp"

namespace holdfast::evaluation {
namespace {

using dataset::Dataset;
using dataset::Split;

TEST(CompareMeans, EqualsWelchsTestOfTheSleepData) {
  const auto effect = compare_means({10, 0.75, 3.20055555556}, {10, 2.33, 4.00900000000});
  EXPECT_NEAR(effect.statistic, -1.8608134674869, 1e-10);
  EXPECT_NEAR(effect.degrees, 17.7764735161785, 1e-9);
  EXPECT_NEAR(effect.p_value, 0.0793941401874, 1e-11);
  EXPECT_NEAR(effect.size.estimate, -1.58 / std::sqrt((3.20055555556 + 4.009) / 2), 1e-12);
  const double d = effect.size.estimate;
  EXPECT_NEAR(effect.size.upper - d, 1.959963984540054 * std::sqrt(0.2 + d * d / 40), 1e-12);
}

TEST(CompareMeans, NoSpreadIsNoEffect) {
  EXPECT_EQ(compare_means({10, 1, 0}, {10, 2, 0}).p_value, 1);
  EXPECT_EQ(compare_means({1, 1, 0}, {10, 2, 5}).p_value, 1);
}

TEST(CompareMeans, FewRowsVouchForNothing) {
  const auto few = compare_means({.count = 4, .mean = 6, .variance = 1},
                                 {.count = 5, .mean = 5, .variance = 1});
  const auto many = compare_means({.count = 400, .mean = 5.3, .variance = 1},
                                  {.count = 500, .mean = 5, .variance = 1});
  EXPECT_GT(few.strength, many.strength);
  EXPECT_EQ(few.strength_min, 0);
  EXPECT_GT(many.strength_min, 0.05);
  EXPECT_LT(many.strength_min, many.strength);
}

TEST(CompareCounts, EqualsChiSquaredOfTheTitanic) {
  const auto effect = compare_counts({122, 167, 528, 673}, {203, 118, 178, 212});
  EXPECT_NEAR(effect.statistic, 190.401103617, 1e-8);
  EXPECT_EQ(effect.degrees, 3);
  EXPECT_NEAR(effect.p_value / 4.99992752987e-41, 1, 1e-9);
  EXPECT_PRINTED(effect.size.estimate, "0.294120103005");
  EXPECT_NEAR(effect.size.lower, 0.253374044996, 1e-9);
  EXPECT_NEAR(effect.size.upper, 0.336479949825, 1e-9);
}

TEST(CompareCounts, NoAssociationReachesDownToZero) {
  const auto effect = compare_counts({50, 50, 0}, {100, 100, 0});
  EXPECT_EQ(effect.size.estimate, 0);
  EXPECT_EQ(effect.size.lower, 0);
  EXPECT_EQ(effect.p_value, 1);
}

TEST(PopulationStability, FollowsItsDefinition) {
  const double expected[] = {0.5, 0.3, 0.2, 0};
  const double actual[] = {0.4, 0.4, 0.2, 0};
  EXPECT_NEAR(population_stability_index(expected, actual),
              0.1 * std::log(0.5 / 0.4) + 0.1 * std::log(0.4 / 0.3), 1e-15);
  EXPECT_EQ(population_stability_index(expected, expected), 0);
}

// 12 months of 200 rows: "steady" never changes, "drifting" does from month 6 on, "colour" is a
// category that leavers share more often, "gap" goes missing late.
Dataset example() {
  Dataset dataset;
  auto& matrix = dataset.matrix;
  Random random(5);
  matrix.features.resize(4);
  matrix.columns.resize(4);
  matrix.features[0].name = "steady";
  matrix.features[1].name = "drifting";
  matrix.features[2].name = "colour";
  matrix.features[2].is_category = true;
  matrix.features[3].name = "gap";
  matrix.columns[2].categories = {"blue", "red"};
  for (int month = 0; month < 12; ++month) {
    for (int i = 0; i < 200; ++i) {
      const bool has_left = random.chance(0.3);
      matrix.cutoff_day.push_back(day_from_civil(2023, month + 1, 1)->number);
      dataset.y.push_back(has_left ? 1 : 0);
      dataset.split.push_back(month < 6 ? Split::Train : Split::Test);
      matrix.columns[0].values.push_back(random.normal() + (has_left ? 0.8 : 0));
      matrix.columns[1].values.push_back(random.normal() + (month < 6 ? 0 : 1.5));
      matrix.columns[2].codes.push_back(random.chance(has_left ? 0.7 : 0.4) ? 1 : 0);
      matrix.columns[3].values.push_back(random.normal());
      for (std::size_t c = 0; c < 3; ++c) matrix.columns[c].valid.push_back(1);
      matrix.columns[3].valid.push_back(month < 6 ? 1 : 0);
    }
  }
  matrix.rows = matrix.cutoff_day.size();
  dataset.modelled = {0, 1, 2, 3};
  return dataset;
}

TEST(FeatureStability, FindsWhatDrifts) {
  const auto dataset = example();
  const auto all = feature_stability(dataset);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].cutoffs.size(), 12U);
  EXPECT_LT(all[0].psi_max, 0.25);
  EXPECT_GT(all[1].psi_max, 0.5);
  EXPECT_LT(all[1].psi[0], 0.25);
  EXPECT_GT(all[1].psi[11], 0.5);
  EXPECT_LT(all[2].psi_max, 0.1);
  EXPECT_GT(all[3].psi_max, 2) << "missing is a bin of its own";
}

TEST(FeatureStability, ScoreIsJudgedAlike) {
  const auto dataset = example();
  const auto stability = score_stability(dataset.matrix.columns[1].values, dataset);
  EXPECT_EQ(stability.psi, feature_stability(dataset)[1].psi);
  EXPECT_EQ(stability.name, "score");
}

TEST(LeaversAgainstStayers, PutsTheStrongestFirst) {
  const auto contrasts = leavers_against_stayers(example());
  ASSERT_EQ(contrasts.size(), 4U);
  EXPECT_EQ(contrasts[0].name, "steady");
  EXPECT_GT(contrasts[0].effect.estimate, 0.5);
  EXPECT_LT(contrasts[0].p_value, 1e-10);
  EXPECT_EQ(contrasts[0].groups.size(), 4U);
  EXPECT_EQ(contrasts[1].name, "colour");
  EXPECT_TRUE(contrasts[1].is_category);
  EXPECT_GT(contrasts[1].effect.lower, 0.1);
}

TEST(LeaversAgainstStayers, GroupsHoldEveryRowOnce) {
  const auto dataset = example();
  for (const auto& contrast : leavers_against_stayers(dataset)) {
    std::int64_t rows = 0;
    double leavers = 0;
    for (const auto& group : contrast.groups) rows += group.rows, leavers += group.leavers_share;
    EXPECT_EQ(rows, 1200) << contrast.name;
    EXPECT_NEAR(leavers, 1, 1e-12) << contrast.name;
  }
}

TEST(LeaversAgainstStayers, LastBitsMakeNoGroupsOfTheirOwn) {
  auto dataset = example();
  for (std::size_t row = 0; row < dataset.matrix.rows; ++row) {
    dataset.matrix.columns[0].values[row] = row % 3 == 0 ? 1.1 - 1.2 : row % 3 == 1 ? 0.9 - 1.0 : 0.2;
    dataset.matrix.columns[0].valid[row] = 1;
  }
  ASSERT_NE(1.1 - 1.2, 0.9 - 1.0);
  const auto name = dataset.matrix.features[0].name;
  for (const auto& contrast : leavers_against_stayers(dataset)) {
    if (contrast.name != name) continue;
    ASSERT_EQ(contrast.groups.size(), 2U);
    EXPECT_EQ(contrast.groups[0].label, "-0.1");
    EXPECT_EQ(contrast.groups[1].label, "0.2");
  }
}

TEST(LeaversAgainstStayers, ExtremeNumbersStayFinite) {
  auto dataset = example();
  for (std::size_t row = 0; row < dataset.matrix.rows; ++row) {
    dataset.matrix.columns[0].values[row] = row % 2 ? 1e300 : -1e300;
    dataset.matrix.columns[1].values[row] = 7;
    dataset.matrix.columns[3].valid[row] = 0;
  }
  for (const auto& contrast : leavers_against_stayers(dataset)) {
    EXPECT_TRUE(std::isfinite(contrast.effect.estimate)) << contrast.name;
    EXPECT_TRUE(std::isfinite(contrast.p_value)) << contrast.name;
  }
}

}  // namespace
}  // namespace holdfast::evaluation
