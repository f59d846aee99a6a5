// Reference: R 4.2.2 varimax and promax (tests/reference/varimax/SOURCE.md); relations that must hold
// for components and axes (Jolliffe 2002, ch. 2; Harman 1976, section 8).

#include "dataset/factor.hpp"

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace holdfast::dataset {
namespace {

Components given() {
  return {.columns = 6,
          .count = 2,
          .loadings = {0.83, -0.31, 0.81, -0.36, 0.76, -0.28, 0.55, 0.48, 0.42, 0.61, 0.35, 0.58},
          .rotation = {1, 0, 0, 1}};
}

void expect_rotation(const std::string& name, const Components& rotated) {
  std::ifstream file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/varimax/expected.csv");
  std::string line, cell;
  int compared = 0;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::getline(cells, cell, ',');
    if (cell != name) continue;
    std::getline(cells, cell, ',');
    const auto row = std::stoul(cell) - 1;
    std::getline(cells, cell, ',');
    const auto column = std::stoul(cell) - 1;
    std::getline(cells, cell, ',');
    EXPECT_NEAR(rotated.loadings[row * 2 + column], std::stod(cell), 1e-7) << line;
    ++compared;
  }
  EXPECT_EQ(compared, 12);
}

TEST(Varimax, AgreesWithR) { expect_rotation("varimax", varimax(given())); }
TEST(Promax, AgreesWithR) { expect_rotation("promax", promax(given())); }

/// Six columns of two factors, three each, with noise.
std::vector<double> two_factors(std::size_t rows) {
  Random random(2);
  std::vector<double> x;
  for (std::size_t r = 0; r < rows; ++r) {
    const double f[] = {random.normal(), random.normal()};
    for (std::size_t c = 0; c < 6; ++c) x.push_back(0.8 * f[c / 3] + 0.6 * random.normal());
  }
  return x;
}

TEST(Components, TakeTheFactorsAndGiveBackTheCorrelations) {
  const auto x = two_factors(20'000);
  const auto r = correlations({x.data(), 20'000, 6});
  const auto all = principal_components(r, 6, 6);
  for (std::size_t a = 0; a < 6; ++a) {
    for (std::size_t b = 0; b < 6; ++b) {
      double sum = 0;
      for (std::size_t k = 0; k < 6; ++k) sum += all.loadings[a * 6 + k] * all.loadings[b * 6 + k];
      EXPECT_NEAR(sum, r[a * 6 + b], 1e-10);
    }
  }
  EXPECT_EQ(principal_components(r, 6).count, 2u);  // Kaiser's rule.
}

TEST(PrincipalAxes, FindTheCommunalitiesTheDataWereMadeWith) {
  const auto x = two_factors(100'000);
  const auto axes = varimax(principal_axes(correlations({x.data(), 100'000, 6}), 6, 2));
  for (const double communality : axes.communality) EXPECT_NEAR(communality, 0.64, 0.02);
  for (std::size_t c = 0; c < 6; ++c) {
    const double own = std::max(std::abs(axes.loadings[c * 2]), std::abs(axes.loadings[c * 2 + 1]));
    EXPECT_NEAR(own, 0.8, 0.02);
  }
}

TEST(ClusterVariables, PutsColumnsOfOneFactorTogether) {
  const auto x = two_factors(20'000);
  const auto clusters = cluster_variables(correlations({x.data(), 20'000, 6}), 6, 0.2);
  ASSERT_EQ(clusters.size(), 2u);
  EXPECT_EQ(clusters[0].columns, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(clusters[1].columns, (std::vector<std::size_t>{3, 4, 5}));
}

TEST(Correlations, GiveAConstantColumnNothing) {
  const std::vector<double> x = {1, 2, 1, 3, 1, 5};
  const auto r = correlations({x.data(), 3, 2});
  EXPECT_EQ(r[1], 0);
  EXPECT_EQ(r[0], 1);
}

}  // namespace
}  // namespace holdfast::dataset
