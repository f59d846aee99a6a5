// Reference: the same question put again in R (tests/reference/migration/SOURCE.md).

#include "migration/paths.hpp"

#include <algorithm>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "migration/errors.hpp"
#include "migration/reference_values.hpp"

namespace holdfast::migration {
namespace {

struct Dated {
  std::vector<Step> step;
  std::vector<std::int32_t> day;
  std::vector<std::size_t> starts{0};
  std::vector<double> balance;
  std::vector<std::int32_t> balance_day;
  std::vector<std::size_t> balance_starts{0};

  Journeys journeys() const { return {step, day, starts, 4}; }
  Balances balances() const { return {balance_day, balance, balance_starts}; }
  void next_customer() {
    starts.push_back(step.size());
    balance_starts.push_back(balance.size());
  }
};

std::vector<std::size_t> starts_of(const std::vector<double>& customer) {
  std::vector<std::size_t> starts{0};
  for (std::size_t row = 1; row < customer.size(); ++row) {
    if (customer[row] != customer[row - 1]) starts.push_back(row);
  }
  starts.push_back(customer.size());
  return starts;
}

Dated reference_journeys() {
  const auto events = reference_columns("events.csv");
  const auto balances = reference_columns("balances.csv");
  return {whole<Step>(events[2]), whole<std::int32_t>(events[1]),   starts_of(events[0]),
          balances[2],            whole<std::int32_t>(balances[1]), starts_of(balances[0])};
}

std::string name_of(const std::vector<Step>& steps) {
  std::vector<std::string> parts;
  for (const auto step : steps) parts.push_back(std::to_string(step));
  return "path." + join(parts, "-");
}

const PathEffect* find(const PathEffects& effects, const std::vector<Step>& steps) {
  const auto at = std::find_if(effects.paths.begin(), effects.paths.end(),
                               [&](const PathEffect& path) { return path.steps == steps; });
  EXPECT_TRUE(at != effects.paths.end()) << name_of(steps);
  return at == effects.paths.end() ? nullptr : &*at;
}

std::vector<double> of(const Contrast& contrast) {
  return {contrast.difference, contrast.lower, contrast.upper, contrast.p};
}

TEST(Paths, EqualTheSameQuestionPutAgain) {
  const auto dated = reference_journeys();
  const auto effects = path_effects(dated.journeys(), dated.balances(),
                                    {.length_max = 2, .moments_min = 1, .customers_min = 1});
  ASSERT_TRUE(effects.ok());
  const auto moments = reference("moments");
  EXPECT_EQ(static_cast<double>(effects->moments), moments[0]);
  EXPECT_EQ(static_cast<double>(effects->unwatched), moments[1]);
  EXPECT_NEAR(effects->fall_share, moments[2], 1e-14);
  EXPECT_EQ(effects->paths.size(), 20);
  const std::vector<std::vector<Step>> stored{{0}, {1}, {2}, {3}, {1, 2}, {2, 2}, {0, 2}};
  for (const auto& steps : stored) {
    const auto* path = find(*effects, steps);
    ASSERT_NE(path, nullptr);
    const auto name = name_of(steps);
    expect_near({static_cast<double>(path->moments), static_cast<double>(path->customers),
                 static_cast<double>(path->falls), path->fallen},
                reference(name), 1e-10, name);
    expect_near(of(path->frequency), reference(name + ".frequency"), 1e-9, name);
    expect_near(of(path->amount), reference(name + ".amount"), 1e-9, name);
    EXPECT_NEAR(path->frequency.with - path->frequency.without, path->frequency.difference, 1e-14);
    if (steps.size() > 1) expect_near(of(*path->beyond), reference(name + ".beyond"), 1e-9, name);
  }
}

TEST(Paths, AdjustForTheirNumber) {
  const auto dated = reference_journeys();
  const auto effects = path_effects(dated.journeys(), dated.balances(), {.length_max = 1});
  std::vector<double> adjusted;
  for (Step step = 0; step < 4; ++step)
    adjusted.push_back(find(*effects, {step})->frequency.p_adjusted);
  expect_near(adjusted, reference("holm"), 1e-9);
}

TEST(Paths, AreTheSameBytesOnOneThread) {
  const auto dated = reference_journeys();
  const auto many = path_effects(dated.journeys(), dated.balances());
  set_threads(1);
  const auto one = path_effects(dated.journeys(), dated.balances());
  set_threads(0);
  ASSERT_EQ(many->paths.size(), one->paths.size());
  for (std::size_t p = 0; p < one->paths.size(); ++p) {
    EXPECT_EQ(of(many->paths[p].frequency), of(one->paths[p].frequency));
    EXPECT_EQ(many->paths[p].amount.p_adjusted, one->paths[p].amount.p_adjusted);
  }
}

// Balances that move by chance alone: hardly ever should a path be called out.
TEST(Paths, WithoutEffectAreSeldomCalledOut) {
  std::size_t called = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    Dated dated;
    for (int customer = 0; customer < 150; ++customer) {
      // A customer of his own habits: falls and steps of one are not independent.
      const double habit = random.uniform() * 0.5;
      for (std::int32_t day = 0; day < 200; day += 20) {
        dated.step.push_back(static_cast<Step>(random.below(4)));
        dated.day.push_back(day);
        dated.balance.push_back(random.chance(habit) ? 50 : 100);
        dated.balance_day.push_back(day);
      }
      dated.next_customer();
    }
    const auto effects = path_effects(dated.journeys(), dated.balances());
    ASSERT_TRUE(effects.ok());
    bool any = false;
    for (const auto& path : effects->paths) any |= path.frequency.p_adjusted < 0.05;
    called += any ? 1 : 0;
  }
  EXPECT_LE(called, 11);  // At most 5 expected; 11 has a chance below 1 %.
}

// The score's interval of few customers reaches beyond what two shares can differ by.
TEST(Paths, KeepDifferencesOfSharesWithinOne) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    Dated dated;
    for (int customer = 0; customer < 12; ++customer) {
      const bool is_own_way = customer < 6;  // Most of one step come from few customers.
      for (std::int32_t day = 0; day < 200; day += 20) {
        dated.step.push_back(is_own_way ? 1 : static_cast<Step>(random.below(4)));
        dated.day.push_back(day);
        dated.balance.push_back(random.chance(0.3) ? 50 : 100);
        dated.balance_day.push_back(day);
      }
      dated.next_customer();
    }
    const auto effects =
        path_effects(dated.journeys(), dated.balances(), {.moments_min = 5, .customers_min = 3});
    ASSERT_TRUE(effects.ok());
    for (const auto& path : effects->paths) {
      EXPECT_GE(path.frequency.lower, -1);
      EXPECT_LE(path.frequency.upper, 1);
      EXPECT_GE(path.frequency.difference, path.frequency.lower);
      EXPECT_LE(path.frequency.difference, path.frequency.upper);
    }
  }
}

TEST(Paths, SayWhatIsWrong) {
  Dated dated;
  EXPECT_EQ(path_effects(dated.journeys(), dated.balances()).error().kind, &errors::kNoRows);
  dated.step = {0, 1};
  dated.day = {10, 5};
  dated.balance = {0};
  dated.balance_day = {0};
  dated.next_customer();
  EXPECT_EQ(path_effects(dated.journeys(), dated.balances()).error().kind, &errors::kNotInOrder);
  dated.day = {5, 10};
  EXPECT_EQ(path_effects(dated.journeys(), dated.balances()).error().kind, &errors::kNoMoments);
  EXPECT_EQ(path_effects(dated.journeys(), dated.balances(), {.fall_share = 0}).error().kind,
            &errors::kBadOption);
  dated.step[0] = 4;
  EXPECT_EQ(path_effects(dated.journeys(), dated.balances()).error().kind, &errors::kBadState);
}

TEST(Paths, OfOneStepAloneHaveNothingToBeComparedWith) {
  Dated dated;
  for (int customer = 0; customer < 50; ++customer) {
    dated.step.push_back(1);
    dated.day.push_back(3);
    dated.balance.insert(dated.balance.end(), {100, 10});
    dated.balance_day.insert(dated.balance_day.end(), {0, 40});
    dated.next_customer();
  }
  const auto effects = path_effects(dated.journeys(), dated.balances());
  ASSERT_TRUE(effects.ok());
  EXPECT_TRUE(effects->paths.empty());
}

}  // namespace
}  // namespace holdfast::migration
