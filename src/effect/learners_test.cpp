// Simulated trials with known effects (Kennedy 2023 and Jaskowski & Jaroszewicz 2012 name the
// properties shown).
#include "effect/learners.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "effect/errors.hpp"
#include "effect/made_trial.hpp"

namespace holdfast::effect {
namespace {

// Weighted mean in each of 2 × 8 cells: x₀ > 0 or not, eighths of tanh x₂. Nearly the made trial's
// truth.
Result<Predictor> cell_means(MatrixView x, std::span<const double> y,
                             std::span<const double> weight) {
  const auto cell = [](std::span<const double> row) {
    const auto eighth = static_cast<std::size_t>(std::min(7.0, 4 * (1 + std::tanh(row[2]))));
    return (row[0] > 0 ? 8 : 0) + eighth;
  };
  std::vector<double> sum(16), total(16);
  for (std::size_t row = 0; row < x.rows; ++row) {
    sum[cell(x.row(row))] += weight[row] * y[row];
    total[cell(x.row(row))] += weight[row];
  }
  const double mean = std::accumulate(sum.begin(), sum.end(), 0.0) /
                      std::accumulate(total.begin(), total.end(), 0.0);
  for (std::size_t c = 0; c < 16; ++c) sum[c] = total[c] > 0 ? sum[c] / total[c] : mean;
  return Predictor([sum, cell](MatrixView rows) {
    std::vector<double> means(rows.rows);
    for (std::size_t row = 0; row < rows.rows; ++row) means[row] = sum[cell(rows.row(row))];
    return means;
  });
}

// The mean of all, whatever the columns: a wrong model.
Result<Predictor> overall_mean(MatrixView, std::span<const double> y, std::span<const double>) {
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  return Predictor([mean](MatrixView rows) { return std::vector<double>(rows.rows, mean); });
}

double error_of(const std::vector<double>& found, const std::vector<double>& truth) {
  double squares = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) squares += std::pow(found[i] - truth[i], 2);
  return std::sqrt(squares / static_cast<double>(truth.size()));
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Learners, RecoverTheKnownEffects) {
  const auto made = made_trial(20000, 3, 1);
  const auto two = two_model(made.trial(), made.view(), made.names, cell_means);
  const auto one = class_transformation(made.trial(), made.view(), made.names, cell_means);
  const auto robust =
      doubly_robust(made.trial(), made.view(), made.names, cell_means, cell_means, cell_means);
  ASSERT_TRUE(robust.ok());
  // 16 cells of about 1250 rows: a standard error of √(4·¼/1250) = 0.028 each.
  EXPECT_LT(error_of((*two)(made.view()), made.effect), 0.045);
  EXPECT_LT(error_of((*one)(made.view()), made.effect), 0.06);
  EXPECT_LT(error_of(robust->effect(made.view()), made.effect), 0.045);
}

TEST(ClassTransformation, MakesUnequalGroupsEqual) {
  auto made = made_trial(40000, 3, 2);
  // A quarter of the treated stay in the trial: one in five is treated.
  MadeTrial kept{{}, {}, {}, {}, made.names};
  Random random(3);
  for (std::size_t row = 0; row < 40000; ++row) {
    if (made.treated[row] == 1 && !random.chance(0.25)) continue;
    const auto x = made.view().row(row);
    kept.x.insert(kept.x.end(), x.begin(), x.end());
    kept.outcome.push_back(made.outcome[row]);
    kept.effect.push_back(made.effect[row]);
    kept.treated.push_back(made.treated[row]);
  }
  const auto found = class_transformation(kept.trial(), kept.view(), kept.names, cell_means);
  EXPECT_LT(error_of((*found)(kept.view()), kept.effect), 0.06);
}

// Treatment leans towards those who win anyway: the difference of means is wrong, and so is the
// doubly robust effect only if both of its models are.
TEST(DoublyRobust, NeedsOneRightModel) {
  const auto made = made_trial(60000, 3, 4, true);
  const double truth = mean_of(made.effect);
  const std::vector<std::int32_t> arm(made.treated.begin(), made.treated.end());
  const std::string arms[] = {"none", "offer"};
  const auto naive = average_effects(made.outcome, arm, arms, 0)->front();
  EXPECT_GT(naive.lower, truth + 0.01);
  const auto average = [&](const BaseLearner& outcome, const BaseLearner& propensity) {
    return doubly_robust(made.trial(), made.view(), made.names, outcome, propensity, cell_means)
        ->average;
  };
  for (const auto& found : {average(cell_means, cell_means), average(cell_means, overall_mean),
                            average(overall_mean, cell_means)}) {
    EXPECT_NEAR(found.effect, truth, 3.5 * found.standard_error);
    EXPECT_LT(found.standard_error, 0.006);
    EXPECT_NEAR(found.treated_mean - found.control_mean, found.effect, 1e-12);
  }
  const auto wrong = average(overall_mean, overall_mean);
  EXPECT_GT(wrong.lower, truth + 0.01);
}

TEST(DoublyRobust, AverageIsTheMeanOfPseudoOutcomes) {
  const auto made = made_trial(2000, 3, 5);
  const std::vector<double> known(2000, 0.5);
  LearnerOptions options;
  options.propensity = known;
  const auto found = doubly_robust(made.trial(), made.view(), made.names, cell_means, cell_means,
                                   cell_means, options);
  EXPECT_NEAR(found->average.effect, mean_of(found->pseudo_outcomes), 1e-12);
  EXPECT_EQ(found->propensities, known);
  options.seed = 2;
  const auto other = doubly_robust(made.trial(), made.view(), made.names, cell_means, cell_means,
                                   cell_means, options);
  EXPECT_NE(found->average.effect, other->average.effect);
  EXPECT_NEAR(found->average.effect, other->average.effect, 0.01);
}

TEST(DoublyRobust, NeverPredictsARowByItsOwnOutcome) {
  // A learner that remembers its rows would have residuals of 0 without cross-fitting.
  const auto made = made_trial(1000, 3, 6);
  const BaseLearner remembers = [](MatrixView x, std::span<const double> y,
                                   std::span<const double>) -> Result<Predictor> {
    std::vector<std::pair<double, double>> known;
    for (std::size_t row = 0; row < x.rows; ++row) known.emplace_back(x(row, 0), y[row]);
    return Predictor([known](MatrixView rows) {
      std::vector<double> values(rows.rows, 0.5);
      for (std::size_t row = 0; row < rows.rows; ++row) {
        for (const auto& [x0, value] : known) {
          if (x0 == rows(row, 0)) values[row] = value;
        }
      }
      return values;
    });
  };
  const auto found =
      doubly_robust(made.trial(), made.view(), made.names, remembers, remembers, overall_mean);
  ASSERT_TRUE(found.ok());
  for (const double chance : found->propensities) EXPECT_EQ(chance, 0.5);
}

TEST(Learners, RefuseWhatCannotBeCompared) {
  auto made = made_trial(2000, 3, 7);
  std::vector<double> chance(2000, 0.5);
  chance[12] = 1;
  LearnerOptions options;
  options.propensity = chance;
  const auto refused =
      class_transformation(made.trial(), made.view(), made.names, cell_means, options);
  EXPECT_EQ(refused.error().kind, &errors::kPropensity);
  options.propensity = {};
  options.folds = 1;
  const auto robust = [&] {
    return doubly_robust(made.trial(), made.view(), made.names, cell_means, cell_means, cell_means,
                         options);
  };
  EXPECT_EQ(robust().error().kind, &errors::kBadOption);
  options.folds = 900;
  EXPECT_EQ(robust().error().kind, &errors::kTooFew);
  for (std::size_t row = 0; row < 2000; ++row) made.treated[row] = made.view()(row, 1) > 0 ? 1 : 0;
  EXPECT_EQ(two_model(made.trial(), made.view(), made.names, cell_means).error().kind,
            &errors::kDecided);
  std::fill(made.treated.begin(), made.treated.end(), std::uint8_t{0});
  EXPECT_EQ(two_model(made.trial(), made.view(), made.names, cell_means).error().kind,
            &errors::kNobodyTreated);
}

TEST(Learners, PassOnTheBaseLearnersError) {
  const auto made = made_trial(500, 3, 8);
  const BaseLearner fails = [](MatrixView, std::span<const double>,
                               std::span<const double>) -> Result<Predictor> {
    return Error(errors::kNoRows);
  };
  EXPECT_EQ(two_model(made.trial(), made.view(), made.names, fails).error().kind, &errors::kNoRows);
  const BaseLearner hole = [](MatrixView, std::span<const double>,
                              std::span<const double>) -> Result<Predictor> {
    return Predictor([](MatrixView rows) { return std::vector<double>(rows.rows, std::nan("")); });
  };
  EXPECT_EQ(doubly_robust(made.trial(), made.view(), made.names, hole, hole, hole).error().kind,
            &errors::kBadValue);
}

}  // namespace
}  // namespace holdfast::effect
