// Reference: cmprsk 2.2-11, R survival 3.5.3 (tests/reference/survival/SOURCE.md).
#include "survival/fine_gray.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

TEST(FineGrayReference, EqualsCrr) {
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  const auto x = mgus.matrix({"age", "male", "hgb", "mspike"});
  const MatrixView view{x.data(), cause.size(), 4};
  const auto fit = fit_fine_gray({{}, mgus["time"], cause, {}, {}}, view, 1);
  ASSERT_TRUE(fit.ok());
  expect_near(fit->coefficients, "crr.mgus.coef");
  expect_near({fit->loglik}, "crr.mgus.loglik");
}

TEST(FineGrayReference, EqualsFinegrayWithItsErrors) {
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  const auto x = mgus.matrix({"age", "male", "hgb", "mspike"});
  FineGrayOptions options;
  options.ties = LossTies::After;
  const auto fit =
      fit_fine_gray({{}, mgus["time"], cause, {}, {}}, {x.data(), cause.size(), 4}, 1, options);
  ASSERT_TRUE(fit.ok());
  expect_near(fit->coefficients, "finegray.mgus.coef");
  expect_near(fit->variance, "finegray.mgus.variance");
}

TEST(FineGrayReference, EqualsTheFitOfItsRows) {
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  const auto x = mgus.matrix({"age", "male", "hgb", "mspike"});
  const auto rows = fine_gray_rows({{}, mgus["time"], cause, {}, {}}, 2);
  ASSERT_TRUE(rows.ok());
  std::vector<double> wide;
  for (const auto row : rows->row) {
    for (std::size_t c = 0; c < 4; ++c) wide.push_back(x[row * 4 + c]);
  }
  const std::vector<std::int32_t> cluster(rows->row.begin(), rows->row.end());
  CoxOptions by_row;
  by_row.ties = Ties::Breslow;
  by_row.cluster = cluster;
  const Spells pieces{rows->start, rows->stop, rows->event, rows->weight, {}};
  const MatrixView pieces_x{wide.data(), rows->row.size(), 4};
  const auto slow = fit_cox(pieces, pieces_x, by_row);
  ASSERT_TRUE(slow.ok());
  const auto fit =
      fit_fine_gray({{}, mgus["time"], cause, {}, {}}, {x.data(), cause.size(), 4}, 2);
  ASSERT_TRUE(fit.ok());
  const auto baseline = cox_baseline(pieces, pieces_x, *slow, by_row);
  ASSERT_TRUE(baseline.ok());
  double at_means = 0;  // The means of the rows and of their pieces differ.
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_NEAR(fit->coefficients[c], slow->coefficients[c], 1e-9);
    at_means += fit->coefficients[c] * (fit->means[c] - slow->means[c]);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_NEAR(fit->variance[c * 4 + k], slow->variance[c * 4 + k], 1e-9);
    }
  }
  EXPECT_NEAR(fit->loglik, slow->loglik, 1e-8);
  ASSERT_EQ(fit->time, baseline->time);
  for (std::size_t k = 0; k < fit->time.size(); ++k) {
    EXPECT_NEAR(fit->hazard[k], baseline->hazard[k] * std::exp(at_means), 1e-10);
  }
}

TEST(FineGray, RefusesWhatCannotBe) {
  const std::vector<double> exit = {1, 2, 3};
  const std::vector<std::uint8_t> two = {2, 0, 2};
  const std::vector<std::int32_t> stratum = {1, 1, 2};
  const std::vector<double> x = {1, 0, NAN};
  EXPECT_EQ(fit_fine_gray({{}, exit, two, {}, {}}, {nullptr, 3, 0}, 1).error().kind,
            &errors::kNoEvents);
  EXPECT_EQ(fit_fine_gray({{}, exit, two, {}, stratum}, {nullptr, 3, 0}, 2).error().kind,
            &errors::kBadOption);
  EXPECT_EQ(fit_fine_gray({{}, exit, two, {}, {}}, {x.data(), 3, 1}, 2).error().kind,
            &errors::kBadValue);
}

}  // namespace
}  // namespace holdfast::survival
