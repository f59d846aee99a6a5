// Planted kinds of mixed rows: does two-step find them and their number, whatever the seed?
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/random.hpp"
#include "grouping/two_step.hpp"

namespace holdfast::grouping {
namespace {

struct Plan {
  const char* name;
  std::size_t numbers = 4;  // The last tells nothing.
  std::size_t categories = 4;
  double apart = 3.5;  // Neighbouring kinds, in deviations.
  double stray = 0;    // Share of levels taken at random.
  bool is_uneven = false;
  double outliers = 0;
};

struct Planted {
  std::vector<double> numbers;
  std::vector<std::uint32_t> levels;
  std::vector<std::uint32_t> count;
  std::vector<std::int32_t> truth;  // kNoise: outlier.
};

constexpr std::size_t kRows = 2000;

std::vector<std::int32_t> kinds_of_rows(const Plan& plan, std::size_t kinds, Random& random) {
  std::vector<double> until;
  for (std::size_t k = 0; k < kinds; ++k) {
    const double size = plan.is_uneven ? std::pow(0.6, static_cast<double>(k)) : 1;
    until.push_back(size + (k > 0 ? until.back() : 0));
  }
  std::vector<std::int32_t> found(kRows);
  for (auto& kind : found) {
    const double at = random.uniform() * until.back();
    kind = static_cast<std::int32_t>(std::ranges::upper_bound(until, at) - until.begin());
  }
  return found;
}

Planted planted(const Plan& plan, std::size_t kinds, std::uint64_t seed) {
  Random random(seed);
  constexpr std::uint32_t kLevels[] = {4, 3, 5, 6};
  Planted made;
  made.count.assign(kLevels, kLevels + plan.categories);
  made.truth = kinds_of_rows(plan, kinds, random);
  std::vector<std::vector<double>> place(plan.numbers, std::vector<double>(kinds));
  for (std::size_t c = 0; c + 1 < plan.numbers; ++c) {
    for (std::size_t k = 0; k < kinds; ++k) place[c][k] = plan.apart * static_cast<double>(k);
    random.shuffle(place[c]);
  }
  std::vector<std::uint64_t> shift;
  for (const auto levels : made.count) shift.push_back(random.below(levels));
  for (auto& kind : made.truth) {
    const auto k = static_cast<std::size_t>(kind);
    const bool is_outlier = random.chance(plan.outliers);
    for (std::size_t c = 0; c < plan.numbers; ++c) {
      const double far = (random.chance(0.5) ? 1 : -1) * (30 + 40 * random.uniform());
      made.numbers.push_back(is_outlier ? far : place[c][k] + random.normal());
    }
    for (std::size_t c = 0; c < plan.categories; ++c) {
      const auto own = (k * (c % 2 == 0 ? 2 : 1) + shift[c]) % made.count[c];
      const auto level = random.chance(plan.stray) ? random.below(made.count[c]) : own;
      made.levels.push_back(static_cast<std::uint32_t>(level));
    }
    if (is_outlier) kind = kNoise;
  }
  return made;
}

/// Share of the rows of a kind that lie in a cluster of mostly other kinds.
double misplaced(const TwoStep& fit, const std::vector<std::int32_t>& truth) {
  std::map<std::int32_t, std::map<std::int32_t, double>> count;
  double all = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == kNoise || fit.labels[i] == kNoise) continue;
    ++count[fit.labels[i]][truth[i]];
    ++all;
  }
  double right = 0;
  for (const auto& [cluster, kinds] : count) {
    right += std::ranges::max_element(kinds, {}, [](const auto& kind) {
               return kind.second;
             })->second;
  }
  return 1 - right / all;
}

class TwoStepNumber : public testing::TestWithParam<Plan> {};

TEST_P(TwoStepNumber, IsThatOfThePlantedKinds) {
  const auto& plan = GetParam();
  constexpr std::uint64_t kSeeds = 4;
  std::size_t right = 0;
  std::size_t fits = 0;
  for (const std::size_t kinds : {1U, 2U, 3U, 4U, 6U}) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const auto made = planted(plan, kinds, 100 * kinds + seed);
      const MixedRows rows{
          kRows, {made.numbers.data(), kRows, plan.numbers}, made.levels, made.count};
      const auto fit = fit_two_step(
          rows, {.noise_share = plan.outliers > 0 ? 0.25 : 0, .seed = seed});
      ASSERT_TRUE(fit.ok());
      ++fits;
      if (fit->clusters.size() != kinds) continue;
      ++right;
      EXPECT_LE(misplaced(*fit, made.truth), 0.02) << kinds << " " << seed;
    }
  }
  RecordProperty("right", static_cast<int>(right));
  EXPECT_GE(right, fits - 1) << plan.name;
}

INSTANTIATE_TEST_SUITE_P(
    Plans, TwoStepNumber,
    testing::Values(Plan{.name = "Clean"}, Plan{.name = "Stray3", .stray = 0.03},
                    Plan{.name = "Stray10", .stray = 0.10}, Plan{.name = "Stray25", .stray = 0.25},
                    Plan{.name = "Uneven", .is_uneven = true},
                    Plan{.name = "UnevenStray10", .stray = 0.10, .is_uneven = true},
                    Plan{.name = "Outliers", .outliers = 0.01},
                    Plan{.name = "UnevenStray3Outliers",
                         .stray = 0.03,
                         .is_uneven = true,
                         .outliers = 0.01},
                    Plan{.name = "NumbersOnly", .categories = 0, .apart = 5},
                    Plan{.name = "LevelsOnlyStray3", .numbers = 0, .stray = 0.03},
                    Plan{.name = "LevelsOnlyStray10", .numbers = 0, .stray = 0.10}),
    [](const auto& plan) { return plan.param.name; });

TEST(TwoStepNumber, AFlagGivenAsANumberIsNoKind) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random random(seed);
    std::vector<double> numbers;
    for (std::size_t i = 0; i < kRows; ++i) {
      numbers.push_back(random.normal());
      numbers.push_back(random.chance(0.5) ? 1 : 0);
      numbers.push_back(random.chance(0.05) ? 1 : 0);
      numbers.push_back(random.chance(0.8) ? 0 : 3 + random.normal());
    }
    const MixedRows rows{kRows, {numbers.data(), kRows, 4}, {}, {}};
    EXPECT_EQ(fit_two_step(rows, {.seed = seed})->clusters.size(), 1U) << seed;
  }
}

}  // namespace
}  // namespace holdfast::grouping
