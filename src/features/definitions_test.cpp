// Counting and comparing churn definitions.

#include <gmock/gmock.h>

#include "features/outcomes_test_support.hpp"

namespace holdfast::features::testing {
namespace {

FeatureMatrix matrix_of(const std::vector<std::pair<Day, OutcomeState>>& rows,
                        const std::string& contract) {
  FeatureMatrix matrix;
  matrix.contract_keys = {contract};
  for (const auto& [cutoff, outcome] : rows) {
    ++matrix.rows;
    matrix.cutoff_day.push_back(cutoff.number);
    matrix.contract.push_back(0);
    matrix.outcome.push_back(outcome);
  }
  return matrix;
}

TEST(Counts, HaveTheActiveAtTheCutoffAsDenominator) {
  const auto counts = counts_by_cutoff(matrix_of({{day("2020-01-01"), OutcomeState::Stayed},
                                                  {day("2020-01-01"), OutcomeState::Churned},
                                                  {day("2020-01-01"), OutcomeState::CompetingExit},
                                                  {day("2020-01-01"), OutcomeState::Unknown},
                                                  {day("2020-01-15"), OutcomeState::Immature}},
                                                 ""));
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].active, 3);  // Who left in the gap is neither above nor below.
  EXPECT_EQ(counts[0].churned, 1);
  EXPECT_EQ(counts[0].competing, 1);
  EXPECT_EQ(counts[1].cutoff, day("2020-01-15"));
  EXPECT_EQ(counts[1].immature, 1);
}

TEST(Counts, GoByMonthWhereCutoffsFollowContracts) {
  const auto counts = counts_by_cutoff(matrix_of({{day("2020-01-03"), OutcomeState::Stayed},
                                                  {day("2020-01-20"), OutcomeState::Churned},
                                                  {day("2020-02-05"), OutcomeState::Stayed}},
                                                 "P-1"));
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].cutoff, day("2020-01-01"));
  EXPECT_EQ(counts[0].active, 2);
}

study::Study study_of(study::ChurnKind kind) {
  study::Study study;
  study.churn = study::ChurnDefinition{};
  study.churn->kind = kind;
  study.churn->table = "t";
  return study;
}

std::vector<std::string> names(const std::vector<Candidate>& candidates) {
  std::vector<std::string> all;
  for (const auto& candidate : candidates) all.push_back(candidate.definition.name);
  return all;
}

TEST(Candidates, VaryTheGraceDaysOfContracts) {
  EXPECT_THAT(names(propose_candidates(study_of(study::ChurnKind::Contractual), {})),
              ::testing::ElementsAre("churn", "churn_grace_15", "churn_grace_60",
                                     "churn_grace_90"));
}

TEST(Candidates, TakeSilencesFromTheCustomersOwnIntervals) {
  std::vector<std::int32_t> intervals;
  for (std::int32_t days = 1; days <= 101; ++days) intervals.push_back(days);
  const auto candidates =
      propose_candidates(study_of(study::ChurnKind::Inactivity), std::move(intervals));
  EXPECT_THAT(names(candidates),
              ::testing::ElementsAre("churn", "churn_silent_76", "churn_silent_91",
                                     "churn_silent_96", "churn_silent_100",
                                     "churn_own_interval_2"));
  EXPECT_EQ(candidates[1].outcome_days, 76);
}

TEST(Words, SayADefinitionWithItsLimitsInBothLanguages) {
  study::ChurnDefinition definition;
  definition.successor_products = {"motor", "home"};
  EXPECT_EQ(words_of(definition).en,
            "a contract ends or is cancelled, and none that succeeds it starts from 45 days before "
            "to 30 days after; successors are motor, home");
  EXPECT_THAT(words_of(definition).zh, ::testing::HasSubstr("30天"));
  definition.kind = study::ChurnKind::RevenueRule;
  definition.below_months = 2;
  EXPECT_EQ(words_of(definition).en,
            "revenue falls 3 months in a row, or there is no revenue for 2 months");
  definition.kind = study::ChurnKind::Partial;
  EXPECT_THAT(words_of(definition).en, ::testing::HasSubstr("50 % or more"));
}

}  // namespace
}  // namespace holdfast::features::testing
