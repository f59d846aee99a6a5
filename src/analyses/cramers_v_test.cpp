// Source: Bergsma's (2013) formulas written out for tables small enough to add up by hand.

#include "analyses/cramers_v.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace holdfast::analyses {
namespace {

TEST(CramersV, OfIndependentSidesIsNothing) {
  EXPECT_EQ(cramers_v(std::vector<double>{30, 60, 10, 20}, 2), 0);
}

TEST(CramersV, OfSidesThatSayTheSameIsOne) {
  EXPECT_NEAR(cramers_v(std::vector<double>{40, 0, 0, 60}, 2), 1, 1e-12);
}

TEST(CramersV, TakesOffWhatChanceGives) {
  // χ²/n = 1/9 at n = 36; φ = 1/9 − 1/35; both sides 2 − 1/35.
  const double phi = 1.0 / 9 - 1.0 / 35, states = 2 - 1.0 / 35;
  EXPECT_NEAR(cramers_v(std::vector<double>{12, 6, 6, 12}, 2), std::sqrt(phi / (states - 1)), 1e-12);
}

TEST(CramersV, OfWhatDoesNotVaryIsNothing) {
  EXPECT_EQ(cramers_v(std::vector<double>{5, 7, 0, 0}, 2), 0);
  EXPECT_EQ(cramers_v(std::vector<double>{5, 0, 7, 0}, 2), 0);
}

TEST(CramersV, OfRowsThatAreEachAStateOfTheirOwnIsNothing) {
  EXPECT_EQ(cramers_v(std::vector<double>{1, 0, 0, 1, 1, 0}, 2), 0);
}

}  // namespace
}  // namespace holdfast::analyses
