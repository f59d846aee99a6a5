// Reference: R 4.2.2 (tests/reference/migration/SOURCE.md).

#include "migration/transitions.hpp"

#include <set>

#include "core/random.hpp"
#include "migration/errors.hpp"
#include "migration/reference_values.hpp"
#include "migration/stability.hpp"

namespace holdfast::migration {
namespace {

struct Seen {
  std::vector<std::uint32_t> customer;
  std::vector<std::int32_t> period;
  std::vector<State> state;
  std::vector<std::uint16_t> segment;
  std::size_t states = 4;

  Observations view() const {
    return {.customer = customer,
            .period = period,
            .state = state,
            .segment = segment,
            .states = states,
            .segments = 2};
  }
  void add(std::uint32_t c, std::int32_t p, State s) {
    customer.push_back(c);
    period.push_back(p);
    state.push_back(s);
  }
};

Seen reference_rows() {
  const auto columns = reference_columns("observations.csv");
  return {whole<std::uint32_t>(columns[0]), whole<std::int32_t>(columns[1]),
          whole<State>(columns[2]), whole<std::uint16_t>(columns[3]), 4};
}

std::vector<double> numbers(const std::vector<std::uint64_t>& counts) {
  return {counts.begin(), counts.end()};
}

TEST(Transitions, AreCountedAsByLookingEachUp) {
  const auto seen = reference_rows();
  const auto counted = count_transitions(seen.view());
  ASSERT_TRUE(counted.ok());
  EXPECT_EQ(numbers(counted->summed()), reference("counts"));
  EXPECT_EQ(numbers(counted->summed({}, 1)), reference("counts.segment1"));
  EXPECT_EQ(numbers(counted->summed(2)), reference("counts.period7"));
  EXPECT_EQ(counted->period_first, 5);
  EXPECT_EQ(counted->customers, 300);
  EXPECT_GT(counted->broken, 0);
}

TEST(Transitions, HaveScoreIntervals) {
  const auto counted = count_transitions(reference_rows().view());
  const auto matrix = transition_matrix(4, counted->summed(), {.absorbing = {3}});
  ASSERT_TRUE(matrix.ok());
  std::vector<double> bounds;
  for (std::size_t cell = 0; cell < 12; ++cell) {
    bounds.push_back(matrix->lower[cell]);
    bounds.push_back(matrix->upper[cell]);
  }
  expect_near(bounds, reference("bounds"), 1e-12);
  EXPECT_EQ(matrix->departures[3], Departures::Absorbing);
  EXPECT_EQ(matrix->at(3, 3), 1);
}

TEST(Transitions, ThatNobodyMadeAreUnknownNotZeroOverZero) {
  const auto matrix = transition_matrix(2, std::vector<std::uint64_t>{3, 1, 0, 0});
  ASSERT_TRUE(matrix.ok());
  EXPECT_EQ(matrix->departures[1], Departures::Unknown);
  EXPECT_EQ(matrix->share[2], 0);
  EXPECT_EQ(matrix->lower[2], 0);
  EXPECT_EQ(matrix->upper[2], 1);
}

TEST(Transitions, OfThoseWhoVanishGoWhereTheyAreSaidTo) {
  Seen seen;
  for (std::int32_t p = 0; p < 3; ++p) seen.add(0, p, 0);
  seen.add(1, 0, 1);  // Rows end before the last period.
  seen.add(2, 0, 1);
  seen.add(2, 2, 0);  // A gap is no move.
  auto view = seen.view();
  view.gone = State{3};
  const auto counted = count_transitions(view);
  ASSERT_TRUE(counted.ok());
  EXPECT_EQ(counted->moves, 3);
  EXPECT_EQ(counted->broken, 1);
  EXPECT_EQ(counted->table(0, 0)[1 * 4 + 3], 1);
  EXPECT_EQ(counted->triples[0], 1);
}

TEST(Transitions, SayWhatIsWrong) {
  Seen seen;
  seen.add(7, 1, 0);
  seen.add(7, 1, 1);
  EXPECT_EQ(count_transitions(seen.view()).error().kind, &errors::kTwice);
  seen.state[1] = 4;
  EXPECT_EQ(count_transitions(seen.view()).error().kind, &errors::kBadState);
  EXPECT_EQ(count_transitions({}).error().kind, &errors::kNoRows);
  seen.state.pop_back();
  EXPECT_EQ(count_transitions(seen.view()).error().kind, &errors::kShape);
  const std::vector<std::uint64_t> counts{3, 1, 1, 5};
  EXPECT_EQ(transition_matrix(2, counts, {.absorbing = {1}}).error().kind,
            &errors::kLeavesAbsorbing);
  EXPECT_EQ(transition_matrix(2, counts, {.absorbing = {2}}).error().kind, &errors::kBadOption);
  std::set<std::string_view> names;
  for (const auto* kind : errors::migration_kinds()) {
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_FALSE(kind->zh.empty()) << kind->name;
  }
}

TEST(Transitions, OfFarPeriodsDoNotFillMemory) {
  Seen seen;
  seen.add(0, -2'000'000'000, 0);
  seen.add(0, 2'000'000'000, 1);
  EXPECT_EQ(count_transitions(seen.view()).error().kind, &errors::kTooLarge);
}

std::vector<double> of(const Homogeneity& test) {
  return {test.all.pearson, test.all.likelihood_ratio, test.all.degrees, test.all.pearson_p,
          test.all.likelihood_ratio_p};
}

TEST(Stability, TestsEqualRs) {
  const auto counted = count_transitions(reference_rows().view());
  expect_near(of(*test_over_time(*counted)), reference("over_time"), 1e-10, "over time");
  expect_near(of(*test_between_segments(*counted)), reference("between_segments"), 1e-10, "segments");
  expect_near(of(*test_first_order(*counted)), reference("first_order"), 1e-10, "first order");
  expect_near(of(*test_second_order(*counted)), reference("second_order"), 1e-10, "second order");
  EXPECT_EQ(test_over_time(*counted)->parts.size(), 3);
}

TEST(Stability, OfOnePeriodIsNothingToTest) {
  Seen seen;
  for (std::uint32_t c = 0; c < 10; ++c) {
    seen.add(c, 0, 0);
    seen.add(c, 1, static_cast<State>(c % 2));
  }
  const auto counted = count_transitions(seen.view());
  EXPECT_EQ(test_over_time(*counted).error().kind, &errors::kNothingToTest);
  EXPECT_EQ(test_second_order(*counted).error().kind, &errors::kNothingToTest);
  EXPECT_EQ(test_first_order(*counted).error().kind, &errors::kNothingToTest);
}

// A share of 5 % of made chains without change should be below 0.05.
TEST(Stability, KeepsItsLevelWhereNothingChanges) {
  std::size_t rejected = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    Seen seen;
    seen.states = 2;
    for (std::uint32_t c = 0; c < 200; ++c) {
      State state = random.chance(0.5) ? 1 : 0;
      for (std::int32_t p = 0; p < 6; ++p) {
        seen.add(c, p, state);
        if (random.chance(0.3)) state = 1 - state;
      }
    }
    const auto counted = count_transitions(seen.view());
    rejected += test_over_time(*counted)->all.pearson_p < 0.05 ? 1 : 0;
  }
  EXPECT_GT(rejected, 8);  // 20 expected, standard deviation 4.4.
  EXPECT_LT(rejected, 33);
}

}  // namespace
}  // namespace holdfast::migration
