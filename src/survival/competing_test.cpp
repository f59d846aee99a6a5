// Reference: R survival 3.5.3, cmprsk 2.2-11 (tests/reference/survival/SOURCE.md).
#include "survival/competing.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "survival/cox.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

TEST(CompetingReference, AalenJohansenEqualsSurvfit) {
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  const auto curves = competing_curves({{}, mgus["time"], cause, {}, {}});
  ASSERT_TRUE(curves.ok());
  expect_near(curves->time, "aj.mgus.time");
  expect_near(curves->staying, "aj.mgus.stay", 1e-12);
  expect_near(curves->exits[0].probability, "aj.mgus.one", 1e-12);
  expect_near(curves->exits[1].probability, "aj.mgus.two", 1e-12);
  expect_near(curves->exits[0].error, "aj.mgus.error_one", 1e-10);
  expect_near(curves->exits[1].error, "aj.mgus.error_two", 1e-10);
}

TEST(CompetingReference, ProbabilitiesEqualCmprsk) {
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  const auto curves = competing_curves({{}, mgus["time"], cause, {}, {}});
  std::vector<double> found;
  for (const std::size_t exit : {0, 1}) {
    for (const double when : reference("cuminc.mgus.at")) {
      found.push_back(curves->probability_at(exit, when));
    }
  }
  // R writes the transpose: times × causes.
  expect_near(found, "cuminc.mgus.estimate", 1e-12);
}

TEST(CompetingReference, FineGrayEqualsFinegrayAndCrr) {
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  const std::vector<std::string> names = {"age", "male", "hgb", "mspike"};
  const auto x = mgus.matrix(names);
  for (const auto ties : {LossTies::After, LossTies::Together}) {
    const auto rows = fine_gray_rows({{}, mgus["time"], cause, {}, {}}, 1, ties);
    ASSERT_TRUE(rows.ok());
    std::vector<double> wide;
    for (const auto row : rows->row) {
      for (std::size_t c = 0; c < 4; ++c) wide.push_back(x[row * 4 + c]);
    }
    const std::vector<std::int32_t> cluster(rows->row.begin(), rows->row.end());
    CoxOptions options;
    options.ties = Ties::Breslow;
    options.cluster = cluster;
    const auto fit = fit_cox({rows->start, rows->stop, rows->event, rows->weight, {}},
                             {wide.data(), rows->row.size(), 4}, options);
    ASSERT_TRUE(fit.ok());
    if (ties == LossTies::Together) {
      expect_near(fit->coefficients, "crr.mgus.coef");
      expect_near({fit->loglik}, "crr.mgus.loglik");
    } else {
      expect_near(fit->coefficients, "finegray.mgus.coef");
      expect_near(fit->variance, "finegray.mgus.variance");
    }
  }
}

TEST(CompetingReference, GroupsCompareAsInCmprsk) {
  // Its variance takes values before or after a time differently: alike where groups hardly differ.
  const ReferenceTable mgus("mgus");
  const auto cause = mgus.events("cause");
  std::vector<std::int32_t> age;
  for (const double years : mgus["age"]) age.push_back((years > 60 ? 1 : 0) + (years > 75 ? 1 : 0));
  const auto male = mgus.integers("male");
  std::size_t at = 0;
  for (const auto& group : {male, age}) {
    for (const double rho : {0., 1.}) {
      for (const std::uint8_t exit : {std::uint8_t{1}, std::uint8_t{2}}) {
        const auto test = compare_incidence({{}, mgus["time"], cause, {}, {}}, exit, group, rho);
        ASSERT_TRUE(test.ok());
        const double wanted = reference("gray.mgus.chisq").at(at++);
        const double bound = wanted > 100 ? 0.2 : 0.01;  // Beyond any doubt: nobody asks how far.
        EXPECT_NEAR(test->chi_squared, wanted, bound * wanted) << rho << " " << int{exit};
        double sum = 0;
        for (std::size_t g = 0; g < test->groups.size(); ++g) sum += test->observed[g] - test->expected[g];
        EXPECT_NEAR(sum, 0, 1e-9);
      }
    }
  }
}

TEST(Competing, ProbabilitiesAddUpToOneAndOneExitIsKaplanMeier) {
  const std::vector<double> exit = {1, 2, 2, 3, 5, 8};
  const std::vector<std::uint8_t> event = {1, 2, 0, 3, 1, 2};
  const auto curves = competing_curves({{}, exit, event, {}, {}});
  ASSERT_TRUE(curves.ok());
  for (std::size_t i = 0; i < curves->time.size(); ++i) {
    double sum = curves->staying[i];
    for (const auto& one : curves->exits) {
      sum += one.probability[i];
      EXPECT_LE(one.lower[i], one.probability[i]);
      EXPECT_GE(one.upper[i], one.probability[i]);
    }
    EXPECT_NEAR(sum, 1, 1e-15);
  }
  const std::vector<std::uint8_t> one = {1, 1, 0, 1, 1, 0};
  const auto single = competing_curves({{}, exit, one, {}, {}});
  const auto curve = survival_curve({{}, exit, one, {}, {}});
  for (std::size_t i = 0; i < curve->time.size(); ++i) {
    EXPECT_NEAR(single->exits[0].probability[i], 1 - curve->survival[i], 1e-15);
    EXPECT_NEAR(single->exits[0].error[i], curve->standard_error[i], 1e-12);
  }
}

TEST(Competing, RefuseWhatCannotBe) {
  const std::vector<double> exit = {1, 2};
  const std::vector<double> entry = {0, 0};
  const std::vector<std::uint8_t> none = {0, 0};
  const std::vector<std::uint8_t> two = {2, 0};
  EXPECT_EQ(competing_curves({{}, exit, none, {}, {}}).error().kind, &errors::kNoEvents);
  EXPECT_EQ(fine_gray_rows({{}, exit, two, {}, {}}, 1).error().kind, &errors::kNoEvents);
  const std::vector<std::int32_t> same = {7, 7}, apart = {1, 2};
  EXPECT_EQ(compare_incidence({{}, exit, two, {}, {}}, 2, same).error().kind, &errors::kOneGroup);
  EXPECT_EQ(compare_incidence({{}, exit, two, {}, {}}, 1, apart).error().kind, &errors::kNoEvents);
  EXPECT_EQ(fine_gray_rows({entry, exit, two, {}, {}}, 2).error().kind, &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::survival
