// Reference: Kemeny & Snell 1960, "Finite Markov Chains": the Land of Oz and the random walk with two
// ends. R's markovchain (tests/reference/migration/SOURCE.md).

#include "migration/chain.hpp"

#include "migration/errors.hpp"
#include "migration/reference_values.hpp"

namespace holdfast::migration {
namespace {

TransitionMatrix matrix_of(std::size_t states, const std::vector<double>& counts,
                           std::vector<State> absorbing = {}) {
  const auto matrix = transition_matrix(states, whole<std::uint64_t>(counts),
                                        {.absorbing = std::move(absorbing)});
  EXPECT_TRUE(matrix.ok());
  return *matrix;
}

// Rain, nice, snow.
const std::vector<double> kOz{2, 1, 1, 2, 0, 2, 1, 1, 2};

TEST(Chain, OfOzIsInTheBooksLongRun) {
  const auto matrix = matrix_of(3, kOz);
  const auto run = long_run(matrix);
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(run->is_one());
  expect_near(run->shares[0], {0.4, 0.2, 0.4}, 1e-15);
  // Mean first passage matrix, chapter 4: to rain from nice 8/3, from snow 10/3; return 5/2.
  const auto rain = times_to(matrix, 0);
  EXPECT_NEAR(*(*rain)[1].periods, 8.0 / 3, 1e-14);
  EXPECT_NEAR(*(*rain)[2].periods, 10.0 / 3, 1e-14);
  EXPECT_NEAR(*(*rain)[0].periods, 2.5, 1e-14);
  EXPECT_NEAR(*(*times_to(matrix, 1))[0].periods, 4, 1e-14);
  EXPECT_TRUE((*rain)[1].is_sure);
}

// Five places, the ends final, half left and half right.
TEST(Chain, OfTheRandomWalkHasTheBooksFundamentalMatrix) {
  const auto matrix = matrix_of(
      5, {0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0}, {0, 4});
  const auto ends = absorption(matrix);
  ASSERT_TRUE(ends.ok());
  expect_near(ends->visits, {1.5, 1, 0.5, 1, 2, 1, 0.5, 1, 1.5}, 1e-14);
  expect_near(ends->periods, {3, 4, 3}, 1e-14);
  expect_near(ends->spread, {std::sqrt(8), std::sqrt(8), std::sqrt(8)}, 1e-13);
  expect_near(ends->chances, {0.75, 0.25, 0.5, 0.5, 0.25, 0.75}, 1e-14);
  // Who comes to the right end, comes later than who comes to any: given that, 5.
  const auto right = times_to(matrix, 4);
  EXPECT_NEAR((*right)[1].chance, 0.25, 1e-15);
  EXPECT_FALSE((*right)[1].is_sure);
  EXPECT_NEAR(*(*right)[1].periods, 5, 1e-13);
  EXPECT_EQ((*right)[0].chance, 0);
  EXPECT_FALSE((*right)[0].periods.has_value());
}

TEST(Chain, EqualsMarkovchains) {
  const auto staying = matrix_of(3, reference("staying.counts"));
  expect_near(long_run(staying)->shares[0], reference("staying.steady"), 1e-13);
  const auto passage = reference("staying.passage");
  const auto recurrence = reference("staying.recurrence");
  for (State target = 0; target < 3; ++target) {
    const auto times = times_to(staying, target);
    for (std::size_t from = 0; from < 3; ++from) {
      const double wanted = from == target ? recurrence[target] : passage[from * 3 + target];
      EXPECT_NEAR(*(*times)[from].periods, wanted, 1e-11) << from << " to " << target;
    }
  }
  const auto final_times = times_to(matrix_of(4, reference("counts"), {3}), 3);
  const auto wanted = reference("to_final.periods");
  for (std::size_t from = 0; from < 3; ++from)
    EXPECT_NEAR(*(*final_times)[from].periods, wanted[from], 1e-10);
}

TEST(Chain, WithTwoEndsEqualsMarkovchains) {
  const auto two = matrix_of(5, reference("two.counts"));
  const auto ends = absorption(two);
  ASSERT_TRUE(ends.ok());
  EXPECT_EQ(ends->ends, (std::vector<State>{3, 4}));
  expect_near(ends->visits, reference("two.visits"), 1e-13);
  expect_near(ends->periods, reference("two.periods"), 1e-13);
  expect_near(ends->spread, reference("two.spread"), 1e-12);
  expect_near(ends->chances, reference("two.chances"), 1e-13);
  const auto hitting = reference("two.hitting");
  for (State target = 0; target < 5; ++target) {
    const auto times = times_to(two, target);
    for (std::size_t from = 0; from < 5; ++from)
      EXPECT_NEAR((*times)[from].chance, hitting[from * 5 + target], 1e-13) << from << target;
  }
  const auto run = long_run(two);
  EXPECT_FALSE(run->is_one());
  const std::vector<double> start{1, 0, 0, 0, 0};
  expect_near(run->from(start), {0, 0, 0, 6.0 / 11, 5.0 / 11}, 1e-13);
}

TEST(Chain, InTheLongRunIsWhereManyPeriodsLead) {
  const auto matrix = matrix_of(3, kOz);
  const std::vector<double> start{0, 1, 0};
  const auto later = shares_after(matrix, start, 60);
  expect_near(*later, long_run(matrix)->shares[0], 1e-14);
}

TEST(Chain, KnowsItsRounds) {
  const auto round = structure_of(matrix_of(3, {0, 1, 0, 0, 0, 1, 1, 0, 0}));
  ASSERT_TRUE(round.ok());
  EXPECT_EQ(round->classes[0].period, 3);
  EXPECT_EQ(structure_of(matrix_of(3, kOz))->classes[0].period, 1);
}

TEST(Chain, SaysWhereNothingIsKnownAndLeavesOutWhatNobodySaw) {
  EXPECT_EQ(long_run(matrix_of(2, {3, 1, 0, 0})).error().kind, &errors::kUnknownRow);
  // State 2 stands in the list, but nobody was ever there.
  const auto matrix = matrix_of(3, {3, 1, 0, 2, 2, 0, 0, 0, 0});
  const auto run = long_run(matrix);
  ASSERT_TRUE(run.ok());
  expect_near(run->shares[0], {2.0 / 3, 1.0 / 3, 0}, 1e-15);
  EXPECT_EQ(run->structure.class_of[2], ChainStructure::kNone);
  const auto times = times_to(matrix, 2);
  EXPECT_EQ((*times)[0].chance, 0);
  EXPECT_EQ((*times)[2].chance, 0);
  EXPECT_FALSE((*times)[2].periods.has_value());
}

TEST(Chain, ThatNobodyLeavesStandsStill) {
  const auto matrix = matrix_of(2, {5, 0, 0, 7});
  EXPECT_EQ(long_run(matrix)->shares.size(), 2);
  EXPECT_TRUE(absorption(matrix)->transient.empty());
  EXPECT_EQ((*times_to(matrix, 1))[0].chance, 0);
  EXPECT_EQ(*(*times_to(matrix, 1))[1].periods, 1);
}

TEST(Chain, ThatHardlyEverMovesKeepsItsDigits) {
  // Out of 0 once in 10¹², out of 1 once in 10⁶: shares 10⁶ to 1.
  const auto matrix = matrix_of(2, {999'999'999'999, 1, 1, 999'999});
  const auto run = long_run(matrix);
  EXPECT_NEAR(run->shares[0][1], 1 / (1e6 + 1), 1e-20);
  EXPECT_NEAR(*(*times_to(matrix, 1))[0].periods / 1e12, 1, 1e-14);
}

}  // namespace
}  // namespace holdfast::migration
