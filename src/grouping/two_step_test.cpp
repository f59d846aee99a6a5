// Source: SPSS Statistics Algorithms, "TWOSTEP CLUSTER"; distances computed by hand.
#include "grouping/two_step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "grouping/errors.hpp"

namespace holdfast::grouping {
namespace {

struct Made {
  std::vector<double> numbers;
  std::vector<std::uint32_t> levels;
  std::vector<std::uint32_t> count{4, 3};
  std::vector<std::uint32_t> truth;

  MixedRows rows() const {
    return {truth.size(), {numbers.data(), truth.size(), 3}, levels, count};
  }
};

/// Each kind has its own numbers and levels; kinds may share either.
Made planted(std::size_t rows, std::size_t kinds, std::uint64_t seed) {
  Random random(seed);
  Made made;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto kind = static_cast<std::uint32_t>(random.below(kinds));
    made.truth.push_back(kind);
    for (std::uint32_t c = 0; c < 3; ++c) {
      made.numbers.push_back(100 * c + 10.0 * ((kind * (c + 1)) % 7) + random.normal());
    }
    made.levels.push_back(kind % 4);
    made.levels.push_back(kind % 3);
  }
  return made;
}

/// Rows whose kind is not that of most of their cluster.
std::size_t misplaced(const TwoStep& fit, const Made& made, std::size_t kinds) {
  std::vector<std::vector<std::size_t>> count(fit.clusters.size(), std::vector<std::size_t>(kinds));
  for (std::size_t i = 0; i < fit.labels.size(); ++i) {
    if (fit.labels[i] != kNoise) ++count[static_cast<std::size_t>(fit.labels[i])][made.truth[i]];
  }
  std::size_t wrong = 0;
  for (const auto& cluster : count) {
    for (const auto n : cluster) wrong += n;
    wrong -= *std::ranges::max_element(cluster);
  }
  return wrong;
}

TEST(TwoStepReference, DistanceByHand) {
  TwoStep fit;
  fit.mean = {0};
  fit.scale = {1};
  fit.levels_count = {2};
  // Values 0 and 2, levels {1, 1}; values 4 and 4, levels {2, 0}. Variances 1, 0 and, together,
  // mean 2.5: 9 − 6.25 = 2.75; shares of the first level together 3/4.
  const TwoStepProfile a{2, {2}, {4}, {1, 1}};
  const TwoStepProfile b{2, {8}, {32}, {2, 0}};
  const double xi_a = -2 * (0.5 * std::log(1 + 1) + std::log(2));
  const double xi_b = 0;
  const double xi_ab =
      -4 * (0.5 * std::log(1 + 2.75) - (0.75 * std::log(0.75) + 0.25 * std::log(0.25)));
  EXPECT_NEAR(log_likelihood_distance(fit, a, b), xi_a + xi_b - xi_ab, 1e-14);
  EXPECT_NEAR(log_likelihood_distance(fit, a, b), 2.8134107168, 1e-9);
}

TEST(TwoStepReference, FindsThePlantedClustersAndTheirNumber) {
  for (const std::size_t kinds : {2U, 3U, 5U, 7U}) {
    for (const auto criterion : {Criterion::Bic, Criterion::Aic}) {
      for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const auto made = planted(20'000, kinds, seed);
        const auto fit = fit_two_step(made.rows(), {.criterion = criterion, .seed = seed});
        ASSERT_TRUE(fit.ok());
        EXPECT_EQ(fit->clusters.size(), kinds) << seed;
        EXPECT_LE(misplaced(*fit, made, kinds), 20'000U / 100) << kinds << " " << seed;
        EXPECT_LE(fit->entries, 512U);
      }
    }
  }
}

// Numbers without kinds: the criterion keeps one cluster.
Made without_kinds(std::size_t rows) {
  Random random(21);
  Made made;
  made.count = {2, 12};
  for (std::size_t i = 0; i < rows; ++i) {
    made.truth.push_back(0);
    const double size = random.normal();
    for (int c = 0; c < 3; ++c) made.numbers.push_back(0.4 * size + random.normal());
    made.levels.push_back(size + random.normal() > 0 ? 1 : 0);
    made.levels.push_back(static_cast<std::uint32_t>(random.below(12)));
  }
  return made;
}

TEST(TwoStep, DividesWhatHasNoKindsIntoGroupsOfUse) {
  const auto made = without_kinds(6000);
  TwoStepOptions options{.clusters_max = 8, .clusters_min = 3, .share_min = 0.05, .share_max = 0.6, .balances = true};
  const auto plain = fit_two_step(made.rows(), {.clusters_max = 8});
  ASSERT_TRUE(plain.ok());
  EXPECT_GT(plain->steps[plain->clusters.size() - 1].largest, 0.9);
  EXPECT_FALSE(plain->is_division);
  const auto fit = fit_two_step(made.rows(), options);
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(fit->is_division);
  EXPECT_GE(fit->clusters.size(), 3U);
  EXPECT_LE(fit->clusters.size(), 8U);
  for (const auto size : fit->sizes) {
    EXPECT_GE(static_cast<double>(size), 0.04 * 6000);
    EXPECT_LE(static_cast<double>(size), 0.65 * 6000);
  }
  // A category of twelve even levels counts as much as a flag.
  ASSERT_EQ(fit->level_weight.size(), 2U);
  EXPECT_NEAR(fit->level_weight[1], std::log(2) / std::log(12), 0.01);
  EXPECT_NEAR(fit->level_weight[0], 1, 0.01);
}

TEST(TwoStep, KindsOfUseAreNotDividedOtherwise) {
  const auto made = planted(6000, 4, 9);
  const auto fit = fit_two_step(made.rows(), {.clusters_max = 8, .clusters_min = 3, .share_min = 0.05, .share_max = 0.6});
  EXPECT_FALSE(fit->is_division);
  EXPECT_EQ(fit->clusters.size(), 4U);
  EXPECT_EQ(fit_two_step(made.rows(), {.clusters_max = 2, .clusters_min = 3}).error().kind, &errors::kBadOption);
}

TEST(TwoStep, KindsFarApartAreKeptHoweverFewOrLarge) {
  Random random(5);
  Made made;
  made.count = {2};
  for (std::size_t i = 0; i < 3000; ++i) {
    const bool is_second = i % 3 == 0;
    made.truth.push_back(is_second ? 1 : 0);
    for (int c = 0; c < 3; ++c) made.numbers.push_back((is_second ? 20 : 0) + random.normal());
    made.levels.push_back(is_second ? 1 : 0);
  }
  const auto fit = fit_two_step(made.rows(), {.clusters_max = 8, .clusters_min = 3, .share_min = 0.05, .share_max = 0.6});
  ASSERT_TRUE(fit.ok());
  EXPECT_FALSE(fit->is_division);
  EXPECT_EQ(fit->sizes, (std::vector<std::size_t>{2000, 1000}));
}

TEST(TwoStep, TakesTheNumberAskedFor) {
  const auto made = planted(3000, 4, 5);
  const auto fit = fit_two_step(made.rows(), {.clusters = 7});
  EXPECT_EQ(fit->clusters.size(), 7U);
  double rows = 0;
  std::size_t placed = 0;
  for (std::size_t k = 0; k < 7; ++k) {
    rows += fit->clusters[k].rows;
    placed += fit->sizes[k];
  }
  EXPECT_EQ(rows, 3000);
  EXPECT_EQ(placed, 3000U);
}

TEST(TwoStep, ClustersNumbersByEuclideanDistance) {
  const auto made = planted(5000, 3, 6);
  const MixedRows rows{5000, {made.numbers.data(), 5000, 3}, {}, {}};
  const auto fit = fit_two_step(rows, {.distance = TwoStepDistance::Euclidean});
  EXPECT_EQ(fit->clusters.size(), 3U);
  EXPECT_EQ(misplaced(*fit, made, 3), 0U);
  EXPECT_EQ(fit_two_step(made.rows(), {.distance = TwoStepDistance::Euclidean}).error().kind,
            &errors::kNeedsNumbers);
}

TEST(TwoStep, SetsOutliersAside) {
  auto made = planted(5000, 4, 7);
  std::set<std::size_t> odd;
  for (std::size_t i = 100; i < 5000; i += 250) {
    odd.insert(i);
    for (std::size_t c = 0; c < 3; ++c) {
      made.numbers[3 * i + c] = 400.0 + 53.0 * static_cast<double>((i / 250 * (c + 3)) % 20);
    }
  }
  const auto fit = fit_two_step(made.rows(), {.noise_share = 0.25});
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->clusters.size(), 4U);
  for (const auto i : odd) EXPECT_EQ(fit->labels[i], kNoise) << i;
  EXPECT_LE(fit->noise, odd.size() + 50);
  EXPECT_EQ(fit_two_step(made.rows())->noise, 0U);
}

TEST(TwoStep, PlacesNewRowsAndRepeatsItself) {
  const auto made = planted(20'000, 4, 8);
  set_threads(1);
  const auto one = fit_two_step(made.rows());
  set_threads(0);
  const auto all = fit_two_step(made.rows());
  EXPECT_EQ(one->labels, all->labels);
  EXPECT_EQ(one->clusters[0].sum, all->clusters[0].sum);
  EXPECT_EQ(assign(*one, made.rows())->labels, one->labels);
  const auto placed = assign(*one, made.rows());
  const auto by = costs(*one);
  for (const std::size_t row : {0U, 17U, 19'999U}) {
    const auto& cost = by[static_cast<std::size_t>(one->labels[row])];
    double distance = cost.base + cost.level[made.levels[2 * row]] +
                      cost.level[4 + made.levels[2 * row + 1]];
    for (std::size_t c = 0; c < 3; ++c) {
      distance += cost.weight[c] * std::pow(made.numbers[3 * row + c] - cost.center[c], 2);
    }
    EXPECT_NEAR(distance, placed->distance[row], 1e-9);
  }
  const MixedRows fewer{made.truth.size(), {made.numbers.data(), made.truth.size(), 3}, {}, {}};
  EXPECT_EQ(assign(*one, fewer).error().kind, &errors::kShape);
}

TEST(TwoStep, RefusesWhatHasNoAnswer) {
  const std::vector<double> numbers = {1, std::numeric_limits<double>::quiet_NaN(), 2, 3};
  const std::vector<double> same = {5, 5, 5};
  const std::vector<std::uint32_t> levels = {0, 1, 3};
  const std::vector<std::uint32_t> three = {3};
  const auto kind = [](const MixedRows& rows, const TwoStepOptions& options = {}) {
    const auto fit = fit_two_step(rows, options);
    return fit.ok() ? nullptr : fit.error().kind;
  };
  EXPECT_EQ(kind({}), &errors::kNoRows);
  EXPECT_EQ(kind({3, {}, {}, {}}), &errors::kNoColumns);
  EXPECT_EQ(kind({2, {numbers.data(), 2, 2}, {}, {}}), &errors::kBadValue);
  EXPECT_EQ(kind({1, {numbers.data() + 1, 1, 1}, {}, {}}), &errors::kAllMissing);
  EXPECT_EQ(kind({3, {same.data(), 3, 1}, {}, {}}), &errors::kNothingVaries);
  EXPECT_EQ(kind({1, {same.data(), 1, 1}, {}, {}}), &errors::kNothingVaries);
  EXPECT_EQ(kind({3, {}, levels, three}), &errors::kBadLevel);
  EXPECT_EQ(kind({2, {}, levels, three}), &errors::kShape);
  EXPECT_EQ(kind({2, {numbers.data() + 2, 2, 1}, {}, {}}, {.clusters = 3}),
            &errors::kTooFewDistinct);
  EXPECT_EQ(kind({2, {numbers.data() + 2, 2, 1}, {}, {}}, {.clusters_max = 0}),
            &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::grouping
