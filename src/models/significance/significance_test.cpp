// Tails against published tables and closed forms: Agresti (2013), Categorical Data Analysis, table A;
// Fisher's table of F; DLMF 8.4.10 and 8.17.

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "models/significance/chi_squared.hpp"
#include "models/significance/variance_analysis.hpp"
#include "testing/printed.hpp"

namespace holdfast::significance {
namespace {

TEST(ChiSquared, HasTheTailsOfPublishedTables) {
  // Critical values of 5 % and 1 %.
  EXPECT_PRINTED(std::exp(log_upper_tail(3.84, 1)), "0.050");
  EXPECT_PRINTED(std::exp(log_upper_tail(5.99, 2)), "0.050");
  EXPECT_PRINTED(std::exp(log_upper_tail(18.31, 10)), "0.050");
  EXPECT_PRINTED(std::exp(log_upper_tail(37.57, 20)), "0.010");
}

TEST(ChiSquared, HasTheClosedFormsOfEvenDegreesFarIntoTheTail) {
  for (const double x : {1e-6, 0.1, 1.0, 3.0, 10.0, 100.0, 1e3, 1e5}) {
    const double half = x / 2;
    EXPECT_NEAR(log_upper_tail(x, 2), -half, 1e-13 * (1 + half)) << x;
    EXPECT_NEAR(log_upper_tail(x, 4), -half + std::log1p(half), 1e-12 * (1 + half)) << x;
    EXPECT_NEAR(log_upper_tail(x, 6), -half + std::log1p(half + half * half / 2),
                1e-12 * (1 + half)) << x;
    const double normal = std::erfc(std::sqrt(half));
    if (!(normal > 0)) continue;
    EXPECT_NEAR(log_upper_tail(x, 1), std::log(normal), 1e-11 * (1 + half)) << x;
  }
}

TEST(ChiSquared, OfATwoByTwoTableIsTheClosedForm) {
  const double a = 20, b = 30, c = 45, d = 25, n = 120;
  const std::vector<double> table{a, b, c, d};
  const auto pearson = independence(table, 2, Statistic::Pearson);
  EXPECT_NEAR(pearson.statistic,
              n * std::pow(a * d - b * c, 2) / ((a + b) * (c + d) * (a + c) * (b + d)), 1e-12);
  EXPECT_EQ(pearson.degrees, 1);
  const auto ratio = independence(table, 2, Statistic::LikelihoodRatio);
  double expected = 0;
  for (const double count : table) expected += 2 * count * std::log(count);
  for (const double sum : {a + b, c + d, a + c, b + d}) expected -= 2 * sum * std::log(sum);
  EXPECT_NEAR(ratio.statistic, expected + 2 * n * std::log(n), 1e-11);
  // Empty rows and columns are not there.
  const std::vector<double> wider{a, 0, b, 0, 0, 0, c, 0, d};
  EXPECT_NEAR(independence(wider, 3, Statistic::Pearson).log_p, pearson.log_p, 1e-12);
}

TEST(FTest, HasTheTailsOfPublishedTables) {
  EXPECT_PRINTED(std::exp(log_f_upper_tail(4.96, 1, 10)), "0.050");
  EXPECT_PRINTED(std::exp(log_f_upper_tail(3.10, 3, 20)), "0.050");
  EXPECT_PRINTED(std::exp(log_f_upper_tail(4.10, 5, 20)), "0.010");
}

TEST(FTest, HasClosedFormsFarIntoTheTail) {
  // Two and n degrees: (1 + 2x/n)^(−n/2). One and one: 1 − (2/π) atan √x.
  for (const double x : {1e-6, 0.3, 1.0, 7.0, 1e3, 1e9}) {
    for (const double n : {1.0, 5.0, 40.0, 1e4, 1e6}) {
      const double expected = -n / 2 * std::log1p(2 * x / n);
      EXPECT_NEAR(log_f_upper_tail(x, 2, n), expected,
                  1e-10 * (1 - expected) + 4e-15 * n)  // Of the gamma functions that cancel.
          << x << " " << n;
    }
    const double cauchy = std::log(2 / M_PI * std::atan(1 / std::sqrt(x)));
    EXPECT_NEAR(log_f_upper_tail(x, 1, 1), cauchy, 1e-10) << x;
  }
  EXPECT_EQ(log_f_upper_tail(0, 3, 9), 0);
}

TEST(FTest, OfTwoClassesIsTheSquareOfStudentsT) {
  const std::vector<double> a{1, 4, 2, 8}, b{9, 7, 12, 5, 6};
  std::vector<Moments> classes(2);
  for (const double x : a) classes[0].add(x, 1);
  for (const double x : b) classes[1].add(x, 1);
  double mean_a = 3.75, mean_b = 7.8, within = 0;
  for (const double x : a) within += (x - mean_a) * (x - mean_a);
  for (const double x : b) within += (x - mean_b) * (x - mean_b);
  const double t = (mean_a - mean_b) / std::sqrt(within / 7 * (1.0 / 4 + 1.0 / 5));
  EXPECT_NEAR(log_p_of_means(classes), log_f_upper_tail(t * t, 1, 7), 1e-12);
}

TEST(FTest, SaysCertainWhereClassesDoNotVaryAndNothingWhereNobodyDoes) {
  std::vector<Moments> classes(2);
  for (int i = 0; i < 5; ++i) {
    classes[0].add(1, 1);
    classes[1].add(2, 1);
  }
  EXPECT_EQ(log_p_of_means(classes), -HUGE_VAL);
  std::vector<Moments> same(2);
  for (int i = 0; i < 5; ++i) {
    same[0].add(1, 1);
    same[1].add(1, 1);
  }
  EXPECT_EQ(log_p_of_means(same), 0);
  EXPECT_EQ(log_p_of_means(std::vector<Moments>(3)), 0);
}

}  // namespace
}  // namespace holdfast::significance
