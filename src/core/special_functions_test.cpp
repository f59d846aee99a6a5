// Reference values: R 4.2 (pbeta, pgamma, pchisq, pt, qnorm, pnorm), printed with 17 digits and
// quoted to the accuracy promised here.

#include "core/special_functions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/printed.hpp"

namespace holdfast {
namespace {

TEST(SpecialFunctions, IncompleteBetaEqualsPbeta) {
  EXPECT_PRINTED(incomplete_beta(0.3, 6, 14), "0.5261374757265");
  EXPECT_PRINTED(incomplete_beta(0.999, 0.5, 200), "1.0000000000000");
  EXPECT_NEAR(incomplete_beta(0.4, 5e4, 7e4) / 3.1831085940379181e-32, 1, 1e-8);
}

TEST(SpecialFunctions, IncompleteBetaHasItsClosedForms) {
  for (const double x : {0.01, 0.3, 0.5, 0.77, 0.999}) {
    EXPECT_NEAR(incomplete_beta(x, 1, 1), x, 1e-14);
    EXPECT_NEAR(incomplete_beta(x, 3, 1), x * x * x, 1e-14);
    EXPECT_NEAR(incomplete_beta(x, 1, 4), 1 - std::pow(1 - x, 4), 1e-14);
    EXPECT_NEAR(incomplete_beta(x, 2.5, 7), 1 - incomplete_beta(1 - x, 7, 2.5), 1e-13);
  }
  EXPECT_EQ(incomplete_beta(0, 2, 3), 0);
  EXPECT_EQ(incomplete_beta(1, 2, 3), 1);
}

TEST(SpecialFunctions, IncompleteGammaEqualsPgamma) {
  EXPECT_PRINTED(incomplete_gamma_lower(2.5, 3), "0.6937810815867");
  EXPECT_PRINTED(incomplete_gamma_upper(100, 120), "0.0278637398905");
  EXPECT_NEAR(incomplete_gamma_lower(1, 2), 1 - std::exp(-2.0), 1e-15);
}

TEST(SpecialFunctions, TailsKeepTheirDigits) {
  EXPECT_NEAR(chi_squared_upper_p(30, 3) / 1.3800570312932547e-06, 1, 1e-12);
  EXPECT_NEAR(chi_squared_upper_p(900, 5) / 2.6614147330185115e-192, 1, 1e-10);
  EXPECT_NEAR(student_two_sided_p(-2.5, 7.3), 0.039650234665600456, 1e-14);
  EXPECT_NEAR(student_two_sided_p(-12, 5000) / 9.9666564263482603e-33, 1, 1e-9);
  EXPECT_NEAR(student_two_sided_p(1, 1), 0.5, 1e-14);
}

TEST(SpecialFunctions, NormalQuantileInvertsItsDistribution) {
  EXPECT_PRINTED(normal_quantile(0.975), "1.95996398454005");
  EXPECT_PRINTED(normal_quantile(1e-10), "-6.36134090240406");
  EXPECT_PRINTED(normal_cdf(-3), "0.0013498980316301");
  for (const double p : {1e-8, 0.01, 0.2, 0.5, 0.9, 0.99999}) {
    EXPECT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-14);
  }
  EXPECT_NEAR(normal_two_sided_p(1.9599639845400536), 0.05, 1e-15);
}

TEST(SpecialFunctions, NoncentralChiSquaredEqualsPchisq) {
  EXPECT_NEAR(noncentral_chi_squared_cdf(12, 4, 6), 0.68922657921053398, 1e-11);
  EXPECT_NEAR(noncentral_chi_squared_cdf(0.5, 2, 3), 0.058784949352640413, 1e-11);
  EXPECT_NEAR(noncentral_chi_squared_cdf(1100, 9, 1000), 0.92218911476924603, 1e-10);
  EXPECT_NEAR(noncentral_chi_squared_cdf(20000, 3, 20500), 0.038875927324188757, 1e-9);
  EXPECT_NEAR(noncentral_chi_squared_cdf(7, 3, 0), 1 - chi_squared_upper_p(7, 3), 1e-14);
}

TEST(SpecialFunctions, StayFiniteForHugeArguments) {
  for (const double x : {1e-300, 1e-5, 1.0, 1e5, 1e12}) {
    EXPECT_TRUE(std::isfinite(chi_squared_upper_p(x, 3)));
    EXPECT_TRUE(std::isfinite(student_two_sided_p(x, 1e6)));
    EXPECT_TRUE(std::isfinite(normal_two_sided_p(x)));
  }
}

}  // namespace
}  // namespace holdfast
