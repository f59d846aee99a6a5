// Relations that must hold (Chawla et al. 2002; Elkan 2001, theorem 2), on small rows.

#include "dataset/sampling.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace holdfast::dataset {
namespace {

double share_of(const std::vector<std::uint8_t>& y, const std::vector<double>& weight) {
  double churners = 0, all = 0;
  for (std::size_t r = 0; r < y.size(); ++r) all += weight[r], churners += y[r] == 1 ? weight[r] : 0;
  return churners / all;
}

TEST(Resampled, ReachesTheShareAskedFor) {
  std::vector<std::uint8_t> y;
  for (int i = 0; i < 20'000; ++i) y.push_back(i % 10 == 0 ? 1 : 0);
  const std::vector<double> weight(y.size(), 1.0);
  EXPECT_NEAR(share_of(y, resampled_weights(Sampling::Over, y, weight, 0.5, 1)), 0.5, 1e-12);
  const auto under = resampled_weights(Sampling::Under, y, weight, 0.5, 1);
  EXPECT_NEAR(share_of(y, under), 0.5, 0.02);
  for (std::size_t r = 0; r < y.size(); ++r) {
    if (y[r] == 1) {
      EXPECT_EQ(under[r], 1);
    }
  }
  EXPECT_EQ(under, resampled_weights(Sampling::Under, y, weight, 0.5, 1));
}

TEST(Smote, MakesRowsBetweenChurners) {
  Random random(1);
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  for (int i = 0; i < 300; ++i) {
    y.push_back(i < 30 ? 1 : 0);
    // Churners lie on the line (t, 2t): what is made between them must too.
    const double t = random.uniform();
    x.push_back(y.back() == 1 ? t : 5 + random.normal());
    x.push_back(y.back() == 1 ? 2 * t : random.normal());
  }
  const auto made = smote({x.data(), 300, 2}, y, 0.5, 5, 9);
  EXPECT_EQ(made.made, 240u);
  for (std::size_t m = 0; m < made.made; ++m) {
    EXPECT_NEAR(made.rows[2 * m + 1], 2 * made.rows[2 * m], 1e-12);
    EXPECT_EQ(y[made.from[m]], 1);
  }
}

TEST(Corrected, UndoesTheChangeOfShare) {
  // Odds 1 at a sampled share of one half are odds of the true share in the population.
  EXPECT_NEAR(corrected(0.5, 0.5, 0.1), 0.1, 1e-15);
  EXPECT_NEAR(corrected(0.3, 0.2, 0.2), 0.3, 1e-15);
  EXPECT_EQ(corrected(0, 0.5, 0.1), 0);
}

}  // namespace
}  // namespace holdfast::dataset
