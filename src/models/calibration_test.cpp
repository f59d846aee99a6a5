// Platt: the fit must solve the score equations of Platt (1999) with his targets; isotonic: the
// pools of a worked example (Robertson, Wright & Dykstra 1988, Order Restricted Statistical
// Inference, pooling adjacent violators, section 1.2).

#include "models/calibration.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/nonnegative_logistic.hpp"

namespace holdfast::models {
namespace {

TEST(Platt, SolvesItsScoreEquations) {
  Random random(3);
  std::vector<double> score, weight;
  std::vector<std::uint8_t> y;
  double ones = 0;
  for (int i = 0; i < 500; ++i) {
    score.push_back(3 * random.normal());
    y.push_back(random.chance(1 / (1 + std::exp(1 - 0.5 * score.back()))) ? 1 : 0);
    weight.push_back(1 + static_cast<double>(i % 3));
    if (y.back() == 1) ones += weight.back();
  }
  const auto fitted = fit_platt(score, y, weight);
  double total = 0;
  for (const double w : weight) total += w;
  const double zeros = total - ones;
  double g1 = 0;
  double g2 = 0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    const double target = y[i] == 1 ? (ones + 1) / (ones + 2) : 1 / (zeros + 2);
    const double p = forms::calibrated(fitted, score[i]);
    g1 += weight[i] * (p - target) * score[i];
    g2 += weight[i] * (p - target);
  }
  EXPECT_NEAR(g1, 0, 1e-4);
  EXPECT_NEAR(g2, 0, 1e-4);
  EXPECT_NEAR(fitted.slope, 0.5, 0.15);
}

TEST(Isotonic, PoolsAdjacentViolators) {
  // Means by score 1..6: 0, 1, 0, 1, 1, 1 with weights 4, 2, 2, 1, 1, 6: the pools are {1}, {2, 3},
  // {4}, {5}, {6} with means 0, 1/2, 1, 1, 1; the ones of equal mean join.
  const std::vector<double> score = {1, 2, 3, 4, 5, 6};
  const std::vector<std::uint8_t> y = {0, 1, 0, 1, 1, 1};
  const std::vector<double> weight = {4, 2, 2, 1, 1, 6};
  const auto fitted = fit_isotonic(score, y, weight);
  // The middle of the pool {2, 3} and every other knot are moved by one factor on the odds.
  const double odds = forms::calibrated(fitted, 2.5) / (1 - forms::calibrated(fitted, 2.5));
  double mean = 0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    mean += weight[i] * forms::calibrated(fitted, score[i]);
  }
  EXPECT_NEAR(mean, 2 + 1 + 1 + 6, 1e-9);  // The rows' own events.
  const double unmoved = 1 - 0.5 / (6 + 1 + 1 + 1);  // All ones, drawn in by half a row.
  const double top = forms::calibrated(fitted, 5.625);  // Their centre.
  EXPECT_NEAR(top / (1 - top) / odds, unmoved / (1 - unmoved), 1e-9);
  EXPECT_LT(forms::calibrated(fitted, 1), 0.2);
  EXPECT_GT(forms::calibrated(fitted, 6), 0.9);
  for (std::size_t i = 1; i < fitted.x.size(); ++i) {
    EXPECT_LT(fitted.x[i - 1], fitted.x[i]);
    EXPECT_LE(fitted.y[i - 1], fitted.y[i]);
  }
}

// Three stayers have the lowest scores; of each hundred that follow 2 and then 10 leave.
TEST(Isotonic, FewStayersAtTheLowEndDoNotLiftTheOthers) {
  std::vector<double> score;
  std::vector<std::uint8_t> y;
  const auto add = [&](double at, int rows, int churners) {
    for (int i = 0; i < rows; ++i) {
      score.push_back(at);
      y.push_back(i < churners ? 1 : 0);
    }
  };
  add(0, 3, 0);
  add(1, 100, 2);
  add(2, 100, 10);
  add(3, 2, 2);
  const std::vector<double> weight(y.size(), 1.0);
  const auto fitted = fit_isotonic(score, y, weight);
  EXPECT_LT(forms::calibrated(fitted, 0), forms::calibrated(fitted, 1));
  EXPECT_NEAR(forms::calibrated(fitted, 1), 2.0 / 103, 0.005);
  EXPECT_NEAR(forms::calibrated(fitted, 2), 0.1, 0.01);
  EXPECT_LT(forms::calibrated(fitted, 2), forms::calibrated(fitted, 3));
}

TEST(Isotonic, NeverRanksBackwardsAndStaysAProbability) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    std::vector<double> score, weight;
    std::vector<std::uint8_t> y;
    for (int i = 0; i < 200; ++i) {
      score.push_back(std::round(10 * random.normal()) / 10);
      y.push_back(random.chance(0.3) ? 1 : 0);
      weight.push_back(random.uniform());
    }
    const auto fitted = fit_isotonic(score, y, weight);
    double before = 0;
    for (double s = -5; s <= 5; s += 0.05) {
      const double p = forms::calibrated(fitted, s);
      ASSERT_GE(p, before) << "seed " << seed;
      ASSERT_GT(p, 0);
      ASSERT_LT(p, 1);
      before = p;
    }
  }
}

// Kull, Silva Filho & Flach (2017), section 3: scores that are Beta distributed in each class are
// calibrated by a = α₁ − α₀, b = β₀ − β₁, c from the class sizes and the Beta functions.
TEST(Beta, FindsTheCurveOfBetaDistributedScores) {
  Random random(11);
  const auto beta = [&](double a, double b) {
    const double x = random.gamma(a);
    return x / (x + random.gamma(b));
  };
  std::vector<double> score;
  std::vector<std::uint8_t> y;
  constexpr int kRows = 200'000;
  for (int i = 0; i < kRows; ++i) {
    y.push_back(i % 2 == 0 ? 1 : 0);
    score.push_back(y.back() == 1 ? beta(3, 2) : beta(1.5, 4));
  }
  const std::vector<double> weight(kRows, 1.0);
  const auto fitted = fit_beta({.kind = forms::Calibration::Kind::Identity}, score, y, weight);
  EXPECT_NEAR(fitted.slope, 1.5, 0.03);
  EXPECT_NEAR(fitted.low_slope, 2, 0.03);
  const auto ln_beta = [](double a, double b) {
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  };
  EXPECT_NEAR(fitted.intercept, ln_beta(1.5, 4) - ln_beta(3, 2), 0.03);
}

TEST(Beta, LeavesCalibratedLogitsAsTheyAre) {
  Random random(12);
  std::vector<double> score;
  std::vector<std::uint8_t> y;
  for (int i = 0; i < 100'000; ++i) {
    score.push_back(2 * random.normal() - 1);
    y.push_back(random.chance(1 / (1 + std::exp(-score.back()))) ? 1 : 0);
  }
  const std::vector<double> weight(score.size(), 1.0);
  const auto fitted = fit_beta({.kind = forms::Calibration::Kind::Logistic}, score, y, weight);
  for (const double s : {-4.0, -1.0, 0.0, 2.0}) {
    EXPECT_NEAR(forms::calibrated(fitted, s), 1 / (1 + std::exp(-s)), 0.01);
  }
}

// Worked by hand: with one column against the outcome the bound holds, and the intercept alone
// gives the share.
TEST(NonnegativeLogistic, KeepsTheBound) {
  const std::vector<double> x = {0, 0, 1, 1};
  const std::vector<std::uint8_t> y = {1, 1, 1, 0};
  const std::vector<double> weight(4, 1.0);
  const auto fit = fit_nonnegative_logistic({x.data(), 4, 1}, y, weight);
  EXPECT_EQ(fit.coefficients[0], 0);
  EXPECT_NEAR(fit.intercept, std::log(3.0), 1e-6);
}

}  // namespace
}  // namespace holdfast::models
