// Reference: R survival 3.5.3 (tests/reference/survival/SOURCE.md).
#include "survival/curves.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/distributions.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

void expect_curve(const Spells& spells, const std::string& name) {
  const std::vector<std::pair<std::string, Interval>> kinds = {
      {"plain", Interval::Plain}, {"log", Interval::Log}, {"log-log", Interval::LogLog}};
  for (const auto& [kind, interval] : kinds) {
    const auto curve = survival_curve(spells, {0.95, interval});
    ASSERT_TRUE(curve.ok());
    expect_near(curve->time, name + ".time");
    expect_near(curve->at_risk, name + ".at_risk", 1e-12);
    expect_near(curve->events, name + ".events", 1e-12);
    expect_near(curve->survival, name + ".survival", 1e-12);
    expect_near(curve->cumulative_hazard, name + ".hazard", 1e-12);
    expect_near(curve->hazard_error, name + ".hazard_error", 1e-12);
    std::vector<double> error;  // R's is of the logarithm.
    for (std::size_t i = 0; i < curve->time.size(); ++i) {
      error.push_back(curve->standard_error[i] / curve->survival[i]);
    }
    expect_near(error, name + ".error", 1e-12);
    const auto& r_lower = reference(name + "." + kind + ".lower");
    const auto& r_upper = reference(name + "." + kind + ".upper");
    for (std::size_t i = 0; i < r_lower.size(); ++i) {
      // R has no interval on the log scales where the curve is 0 or, for log-log, 1.
      if (curve->survival[i] == 0 || r_lower[i] != r_lower[i]) continue;
      ASSERT_NEAR(curve->lower[i], r_lower[i], 1e-12) << name << kind << i;
      ASSERT_NEAR(curve->upper[i], r_upper[i], 1e-12) << name << kind << i;
    }
  }
}

TEST(CurvesReference, KaplanMeierAndNelsonAalenEqualSurvfit) {
  const ReferenceTable lung("lung");
  const auto event = lung.events("event");
  expect_curve({{}, lung["time"], event, {}, {}}, "km.lung");
  expect_curve({{}, lung["time"], event, lung["count"], {}}, "km.count");
  // Entering late, and all leaving before others enter.
  expect_curve({lung["entry"], lung["time"], event, {}, {}}, "km.truncated");
}

void expect_test(const Spells& spells, const std::vector<std::int32_t>& group, double rho,
                 const std::string& name) {
  const auto test = compare_groups(spells, group, rho);
  ASSERT_TRUE(test.ok());
  expect_near(test->observed, name + ".observed", 1e-11);
  expect_near(test->expected, name + ".expected", 1e-11);
  expect_near(test->variance, name + ".variance", 1e-11);
  expect_near({test->chi_squared}, name + ".chisq", 1e-11);
}

TEST(CurvesReference, LogRankFamilyEqualsSurvdiff) {
  const ReferenceTable lung("lung");
  const ReferenceTable veteran("veteran");
  const auto event = lung.events("event");
  const auto died = veteran.events("event");
  const auto ecog = lung.integers("ecog");
  const Spells all{{}, lung["time"], event, {}, {}};
  const Spells strata{{}, lung["time"], event, {}, ecog};
  const Spells cells{{}, veteran["time"], died, {}, {}};
  expect_test(all, lung.integers("sex"), 0, "logrank.lung");
  expect_test(all, lung.integers("sex"), 1, "peto.lung");
  expect_test(cells, veteran.integers("cell"), 0, "logrank.veteran");
  expect_test(cells, veteran.integers("cell"), 0.5, "half.veteran");
  expect_test(strata, lung.integers("sex"), 0, "logrank.strata");
  expect_test(strata, lung.integers("sex"), 1, "peto.strata");
}

TEST(Curves, RefuseWhatIsNoDuration) {
  const std::vector<double> exit = {3, -1};
  const std::vector<double> entry = {3, 0};
  const std::vector<double> good = {3, 4};
  const std::vector<double> weight = {0, 0};
  const std::vector<std::uint8_t> event = {1, 1};
  EXPECT_EQ(survival_curve({{}, exit, event, {}, {}}).error().kind, &errors::kBadDuration);
  EXPECT_EQ(survival_curve({entry, good, event, {}, {}}).error().kind, &errors::kBadEntry);
  EXPECT_EQ(survival_curve({{}, good, event, weight, {}}).error().kind, &errors::kNoRows);
  EXPECT_EQ(survival_curve({{}, {}, {}, {}, {}}).error().kind, &errors::kNoRows);
  EXPECT_EQ(survival_curve({{}, good, {}, {}, {}}).error().kind, &errors::kShape);
  const std::vector<std::int32_t> group = {1, 1};
  EXPECT_EQ(compare_groups({{}, good, event, {}, {}}, group).error().kind, &errors::kOneGroup);
}

TEST(Curves, NobodyLeavingStaysAtOne) {
  const std::vector<double> exit = {3, 4};
  const std::vector<std::uint8_t> event = {0, 0};
  const auto curve = survival_curve({{}, exit, event, {}, {}});
  EXPECT_EQ(curve->survival.back(), 1);
  EXPECT_EQ(curve->lower.back(), 1);
  EXPECT_EQ(curve->survival_at(99), 1);
}

TEST(Errors, AllHaveTextsInBothLanguages) {
  for (const auto* kind : errors::survival_kinds()) {
    EXPECT_FALSE(kind->en.empty()) << kind->name;
    EXPECT_FALSE(kind->zh.empty()) << kind->name;
    EXPECT_EQ(kind->hint_en.empty(), kind->hint_zh.empty()) << kind->name;
  }
}

// Printed: Abramowitz & Stegun, tables 26.1 and 26.8.
TEST(Distributions, HaveThePrintedValues) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_cdf(1.0), 0.841344746068543, 1e-14);
  EXPECT_NEAR(chi_squared_upper_p(3.841458820694124, 1), 0.05, 1e-14);
  EXPECT_NEAR(chi_squared_upper_p(18.307038053275146, 10), 0.05, 1e-14);
}

}  // namespace
}  // namespace holdfast::survival
