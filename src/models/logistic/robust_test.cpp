// Reference: R `sandwich` 3.0-2 and `car::vif` 3.1-1; tests/reference/robust/SOURCE.md.

#include "models/logistic/robust.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "models/logistic/inflation.hpp"
#include "models/logistic/reference_data.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::logistic {
namespace {

using reference::csv;
using reference::Design;
using reference::design;
using reference::expect_near;

void expect_as_in_sandwich(const Design& data, std::span<const std::uint32_t> group,
                           const std::string& name) {
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  const auto rows = csv(reference::path("robust/" + name));
  ASSERT_GT(rows.size(), 2U);
  for (std::size_t c = 1; c < rows[0].size(); ++c) {
    std::string kind = rows[0][c];
    std::ranges::transform(kind, kind.begin(), [](char ch) { return static_cast<char>(std::tolower(ch)); });
    Fit robust = *fitted;
    set_covariance(robust_covariance(data.view(), data.y, data.weight, group, *fitted,
                                     variance_of(kind)), robust);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const auto found = std::ranges::find(data.names, rows[i][0]);
      const auto j = found == data.names.end()
                         ? std::size_t{0}
                         : static_cast<std::size_t>(found - data.names.begin()) + 1;
      const double expected = std::stod(rows[i][c]);
      EXPECT_LE(std::abs(robust.errors[j] / expected - 1), 1e-7) << kind << " " << rows[i][0];
    }
  }
}

TEST(Robust, AgreesWithSandwichOnWeightedRows) {
  auto data = design(csv(reference::path("glm/made_data.csv")), "y", {"total"}, "weight");
  // The reference's groups count the rows of weight only.
  Design kept{.names = data.names};
  const std::size_t p = data.names.size();
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    if (!(data.weight[r] > 0)) continue;
    kept.x.insert(kept.x.end(), &data.x[r * p], &data.x[r * p] + p);
    kept.y.push_back(data.y[r]);
    kept.weight.push_back(data.weight[r]);
  }
  std::vector<std::uint32_t> group;
  for (std::uint32_t r = 0; r < kept.y.size(); ++r) group.push_back(1000 - r / 4);
  expect_as_in_sandwich(kept, group, "made.csv");
}

TEST(Robust, AgreesWithSandwichAndVifOnChurnModelling) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: churn_modelling";
  const Design data = design(csv(*path), "Exited", {"CustomerId", "Surname"});
  std::vector<std::uint32_t> group;
  for (std::uint32_t r = 0; r < data.y.size(); ++r) group.push_back(5000 - r / 7);
  expect_as_in_sandwich(data, group, "churn_modelling.csv");

  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  const auto rows = csv(reference::path("robust/churn_modelling_vif.csv"));
  ASSERT_EQ(rows.size(), 11U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::vector<std::size_t> set;
    for (std::size_t j = 0; j < data.names.size(); ++j) {
      if (data.names[j].starts_with(rows[i][0])) set.push_back(j);
    }
    const auto found = inflations(*fitted, {set}).front();
    expect_near(found.factor, rows[i][1], rows[i][0]);
    EXPECT_EQ(found.df, std::stoi(rows[i][2]));
    expect_near(found.adjusted, rows[i][3], rows[i][0] + " adjusted");
  }
}

TEST(Robust, EachRowItsOwnClusterIsHc0ButForItsFactor) {
  const Design data = design(csv(reference::path("glm/made_data.csv")), "y", {}, "weight");
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  const auto hc0 =
      robust_covariance(data.view(), data.y, data.weight, {}, *fitted, Variance::Hc0);
  const auto own =
      robust_covariance(data.view(), data.y, data.weight, {}, *fitted, Variance::Clustered);
  const auto n = static_cast<double>(fitted->rows_count);
  for (std::size_t i = 0; i < hc0.size(); ++i) {
    EXPECT_NEAR(own[i], hc0[i] * n / (n - 1), 1e-12 * std::abs(hc0[i]));
  }
  // The aliased column has none.
  const std::size_t k = data.names.size() + 1;
  EXPECT_EQ(hc0[(fitted->aliased[0] + 1) * k + fitted->aliased[0] + 1], 0);
}

TEST(Robust, GivesTheSameBitsForAnyThreadCount) {
  const Design data = design(csv(reference::path("glm/made_data.csv")), "y", {"total"}, "weight");
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  std::vector<std::uint32_t> group;
  for (std::uint32_t r = 0; r < data.y.size(); ++r) group.push_back(r % 60);
  const auto run = [&] {
    return robust_covariance(data.view(), data.y, data.weight, group, *fitted,
                             Variance::Clustered);
  };
  set_threads(1);
  const auto one = run();
  set_threads(2);
  EXPECT_EQ(run(), one);
  set_threads(0);
}

}  // namespace
}  // namespace holdfast::logistic
