// Reference: scikit-uplift and causalml (tests/reference/effect/SOURCE.md); brute-force counts.
#include "effect/ranking.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "effect/bootstrap.hpp"
#include "effect/errors.hpp"
#include "effect/reference_values.hpp"

namespace holdfast::effect {
namespace {

struct Rows {
  std::vector<double> outcome, score;
  std::vector<std::uint8_t> treated;

  Trial trial() const { return {outcome, treated}; }
};

Rows reference_rows(std::size_t score_column) {
  Rows rows;
  for (const auto& row : reference_table("rows.csv")) {
    rows.treated.push_back(static_cast<std::uint8_t>(row[0]));
    rows.outcome.push_back(row[1]);
    rows.score.push_back(row[score_column]);
  }
  return rows;
}

// A score of few values that tells something of an effect.
Rows made(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.treated.push_back(random.chance(0.4) ? 1 : 0);
    rows.score.push_back(static_cast<double>(random.below(15)));
    const double effect = rows.treated.back() == 1 ? 0.03 * rows.score.back() - 0.1 : 0;
    rows.outcome.push_back(random.chance(0.4 + effect) ? 1 : 0);
  }
  return rows;
}

void expect_curves(const Rows& rows, const std::string& name) {
  const auto values = reference_values();
  const auto ranking = rank(rows.trial(), rows.score);
  ASSERT_TRUE(ranking.ok());
  const auto& x = values.at(name + ".qini_x");
  ASSERT_EQ(ranking->cuts.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(ranking->cuts[i].rows(), x[i]);
    EXPECT_NEAR(ranking->cuts[i].qini(), values.at(name + ".qini_y")[i], 1e-11);
    EXPECT_NEAR(ranking->cuts[i].gain(), values.at(name + ".gain_y")[i], 1e-11);
  }
  const auto found = areas(*ranking);
  EXPECT_NEAR(*found.qini_coefficient, values.at(name + ".qini_coefficient")[0], 1e-11);
  EXPECT_NEAR(*found.auuc_coefficient, values.at(name + ".auuc_coefficient")[0], 1e-11);
}

TEST(RankingReference, CurvesAndCoefficientsEqualScikitUplift) {
  expect_curves(reference_rows(2), "distinct");
  expect_curves(reference_rows(3), "tied");
}

TEST(RankingReference, GainEqualsCausalml) {
  const auto rows = reference_rows(2);
  const auto ranking = rank(rows.trial(), rows.score);
  const auto wanted = reference_values().at("distinct.causalml_gain");
  ASSERT_EQ(ranking->cuts.size(), wanted.size());
  for (std::size_t i = 2; i < wanted.size(); ++i) {
    EXPECT_NEAR(ranking->cuts[i].gain(), wanted[i], 1e-11) << i;
  }
}

TEST(RankingReference, DecilesEqualScikitUplift) {
  const auto values = reference_values();
  const auto rows = reference_rows(2);
  const auto deciles = rank_groups(*rank(rows.trial(), rows.score));
  ASSERT_EQ(deciles->size(), 10);
  EXPECT_NEAR(*deciles->front().uplift, values.at("distinct.top10")[0], 1e-12);
  for (std::size_t d = 0; d < 10; ++d) {
    EXPECT_NEAR(*(*deciles)[d].uplift, values.at("distinct.decile_uplift")[d], 1e-11);
    EXPECT_NEAR((*deciles)[d].inside.treated, values.at("distinct.decile_treated")[d], 1e-11);
    EXPECT_NEAR((*deciles)[d].inside.control, values.at("distinct.decile_control")[d], 1e-11);
  }
  EXPECT_EQ(*deciles->back().liftup, 1);
}

TEST(Ranking, EqualsCountingAboveEveryScore) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto rows = made(300, seed);
    const auto ranking = rank(rows.trial(), rows.score);
    for (std::size_t i = 0; i < ranking->scores.size(); ++i) {
      Cut counted;
      for (std::size_t row = 0; row < 300; ++row) {
        if (rows.score[row] < ranking->scores[i]) continue;
        (rows.treated[row] == 1 ? counted.treated : counted.control) += 1;
        (rows.treated[row] == 1 ? counted.treated_sum : counted.control_sum) += rows.outcome[row];
      }
      EXPECT_EQ(ranking->cuts[i + 1].gain(), counted.gain()) << seed;
      EXPECT_EQ(ranking->cuts[i + 1].qini(), counted.qini()) << seed;
    }
    EXPECT_EQ(ranking->scores.size(), 15);
  }
}

// A cut through equal scores is the mean over random orders of them.
TEST(Ranking, CutsThroughEqualScoresByShares) {
  const std::vector<double> outcome = {1, 0, 1, 1, 0, 0};
  const std::vector<std::uint8_t> treated = {1, 0, 1, 0, 1, 0};
  const auto ranking = rank({outcome, treated}, std::vector<double>(6, 7.0));
  EXPECT_EQ(ranking->cuts.size(), 2);
  const auto half = ranking->at(0.5);
  EXPECT_DOUBLE_EQ(half.treated, 1.5);
  EXPECT_DOUBLE_EQ(half.treated_sum, 1);
  EXPECT_DOUBLE_EQ(half.control_sum, 0.5);
  EXPECT_NEAR(areas(*ranking).qini, 0, 1e-15);
}

TEST(Ranking, IsTheSameForAnyRowOrder) {
  auto rows = made(500, 3);
  const auto before = areas(*rank(rows.trial(), rows.score));
  std::reverse(rows.outcome.begin(), rows.outcome.end());
  std::reverse(rows.treated.begin(), rows.treated.end());
  std::reverse(rows.score.begin(), rows.score.end());
  const auto after = areas(*rank(rows.trial(), rows.score));
  EXPECT_EQ(before.qini, after.qini);
  EXPECT_EQ(before.auuc, after.auuc);
}

TEST(Ranking, TheBestOrderHasTheCoefficientOne) {
  auto rows = made(400, 5);
  for (std::size_t i = 0; i < 400; ++i) {
    rows.score[i] = rows.outcome[i] * (rows.treated[i] == 1 ? 1.0 : -1.0);
  }
  EXPECT_NEAR(*areas(*rank(rows.trial(), rows.score)).qini_coefficient, 1, 1e-12);
}

TEST(Ranking, AmountsHaveNoBestOrder) {
  auto rows = made(100, 6);
  rows.outcome[0] = 12.5;
  const auto ranking = rank(rows.trial(), rows.score);
  EXPECT_FALSE(areas(*ranking).qini_coefficient.has_value());
  EXPECT_EQ(maximum_profit(*ranking, {}).error().kind, &errors::kBadOption);
}

TEST(MaximumProfit, IsTheBestOfAllCuts) {
  const auto rows = made(5000, 8);
  const auto ranking = rank(rows.trial(), rows.score);
  const CampaignMoney money{200, 10, 1, 0};
  double best = 0;
  double best_score = 0;
  for (double score = 0; score < 15; ++score) {
    double n[2] = {0, 0}, stayed[2] = {0, 0};
    for (std::size_t row = 0; row < 5000; ++row) {
      if (rows.score[row] < score) continue;
      n[rows.treated[row]] += 1;
      stayed[rows.treated[row]] += rows.outcome[row];
    }
    const double uplift = stayed[1] / n[1] - stayed[0] / n[0];
    const double profit = (n[0] + n[1]) * (uplift * 200 - 1 - 10 * stayed[1] / n[1]) / 5000;
    if (profit > best) best_score = score;
    best = std::max(best, profit);
  }
  const auto found = maximum_profit(*ranking, money);
  EXPECT_NEAR(found->profit_per_customer, best, 1e-12);
  EXPECT_EQ(*found->score_min, best_score);
  EXPECT_GT(best, 0);
  const auto nothing = maximum_profit(*ranking, {200, 10, 1000, 0});
  EXPECT_EQ(nothing->share, 0);
  EXPECT_FALSE(nothing->score_min.has_value());
}

TEST(GroupEffects, SaysNothingWhereNobodyIsComparable) {
  const std::vector<double> outcome = {1, 0, 1, 0, 1, 1};
  const std::vector<std::uint8_t> treated = {1, 1, 0, 0, 1, 1};
  const std::vector<std::int32_t> group = {0, 0, 0, 0, 1, 1};
  const std::vector<std::string> names = {"North", "South"};
  const auto found = group_effects({outcome, treated}, group, names);
  EXPECT_EQ((*found)[0].effect->effect, 0);
  EXPECT_FALSE((*found)[1].effect.has_value());
  EXPECT_EQ((*found)[1].treated_count, 2);
}

TEST(Bootstrap, HasTheSameBitsForAnyThreadCount) {
  const auto rows = made(2000, 9);
  const auto many = bootstrap(rows.trial(), rows.score, {.replicates = 200});
  set_threads(1);
  const auto one = bootstrap(rows.trial(), rows.score, {.replicates = 200});
  set_threads(0);
  EXPECT_EQ(many->qini.lower, one->qini.lower);
  EXPECT_EQ(many->auuc.upper, one->auuc.upper);
  EXPECT_EQ(many->top_uplift.standard_error, one->top_uplift.standard_error);
  EXPECT_NE(many->qini.lower,
            bootstrap(rows.trial(), rows.score, {.replicates = 200, .seed = 2})->qini.lower);
}

// The average effect's standard error is known in closed form.
TEST(Bootstrap, AgreesWithTheStandardErrorOfADifference) {
  const auto rows = made(4000, 10);
  const auto found = bootstrap(rows.trial(), rows.score, {.replicates = 2000});
  const std::vector<std::int32_t> arm(rows.treated.begin(), rows.treated.end());
  const std::string names[] = {"none", "offer"};
  const auto exact = average_effects(rows.outcome, arm, names, 0)->front();
  EXPECT_NEAR(found->average_effect.value, exact.effect, 1e-14);
  // A standard error from 2000 draws is off by 1.6 % (one standard deviation).
  EXPECT_NEAR(found->average_effect.standard_error / exact.standard_error, 1, 0.06);
  EXPECT_NEAR(found->average_effect.lower, exact.lower, 0.15 * exact.standard_error);
}

TEST(Bootstrap, RefusesATopShareOfNobody) {
  const auto rows = made(100, 11);
  EXPECT_EQ(bootstrap(rows.trial(), rows.score).error().kind, &errors::kTooFew);
}

}  // namespace
}  // namespace holdfast::effect
