// Reference: R survival 3.5.3 (tests/reference/survival/SOURCE.md).
#include <gtest/gtest.h>

#include <cmath>

#include "survival/cox.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

struct Case {
  std::string name;
  Spells spells;
  std::vector<double> x;
  std::size_t cols;

  MatrixView view() const { return {x.data(), spells.rows(), cols}; }
};

class CoxDiagnostics : public ::testing::Test {
 protected:
  ReferenceTable lung{"lung"}, veteran{"veteran"}, rossi{"rossi"}, heart{"heart"};
  std::vector<std::uint8_t> l = lung.events("event"), v = veteran.events("event"),
                            r = rossi.events("arrest"), h = heart.events("event");
  std::vector<Case> cases = {
      {"lung", {{}, lung["time"], l, {}, {}}, lung.matrix({"age", "sex", "ecog"}), 3},
      {"truncated",
       {lung["entry"], lung["time"], l, {}, {}},
       lung.matrix({"age", "sex", "ecog"}),
       3},
      {"veteran",
       {{}, veteran["time"], v, {}, {}},
       veteran.matrix({"trt", "karno", "diagtime", "age", "prior", "small", "adeno", "large"}),
       8},
      {"rossi",
       {{}, rossi["week"], r, {}, {}},
       rossi.matrix({"fin", "age", "race", "wexp", "mar", "paro", "prio"}),
       7},
      {"heart",
       {heart["start"], heart["stop"], h, {}, {}},
       heart.matrix({"age", "year", "surgery", "transplant"}),
       4}};
  std::vector<std::pair<std::string, Ties>> rules = {{"breslow", Ties::Breslow},
                                                     {"efron", Ties::Efron}};
};

TEST_F(CoxDiagnostics, ResidualsEqualR) {
  for (const auto& one : cases) {
    for (const auto& [ties, rule] : rules) {
      const auto name = "cox." + one.name + "." + ties;
      CoxOptions options;
      options.ties = rule;
      const auto fit = fit_cox(one.spells, one.view(), options);
      ASSERT_TRUE(fit.ok()) << name;
      const auto residuals = cox_residuals(one.spells, one.view(), *fit, options);
      ASSERT_TRUE(residuals.ok()) << name;
      expect_near(residuals->martingale, name + ".martingale");
      expect_near(residuals->deviance, name + ".deviance");
      expect_near(residuals->score, name + ".score_residuals");
      expect_near(residuals->dfbeta, name + ".dfbeta");
      expect_near(residuals->schoenfeld, name + ".schoenfeld");
    }
  }
}

TEST_F(CoxDiagnostics, TestsOverTimeEqualCoxZph) {
  const std::vector<std::pair<std::string, TimeScale>> scales = {{"km", TimeScale::KaplanMeier},
                                                                 {"identity", TimeScale::Identity},
                                                                 {"rank", TimeScale::Rank},
                                                                 {"log", TimeScale::Log}};
  for (const auto& one : cases) {
    for (const auto& [ties, rule] : rules) {
      CoxOptions options;
      options.ties = rule;
      const auto fit = fit_cox(one.spells, one.view(), options);
      for (const auto& [scale_name, scale] : scales) {
        const auto test = test_proportional(one.spells, one.view(), *fit, options, scale);
        ASSERT_TRUE(test.ok());
        std::vector<double> values;
        std::vector<double> p;
        for (const auto& column : test->columns) {
          values.push_back(column.value);
          p.push_back(column.p_value);
        }
        values.push_back(test->global.value);
        p.push_back(test->global.p_value);
        const auto name = "cox." + one.name + "." + ties + ".zph." + scale_name;
        expect_near(values, name + ".chisq");
        expect_near(p, name + ".p");
      }
    }
  }
}

TEST_F(CoxDiagnostics, PredictedCurvesEqualSurvfit) {
  const std::vector<std::pair<std::string, Interval>> kinds = {
      {"plain", Interval::Plain}, {"log", Interval::Log}, {"log-log", Interval::LogLog}};
  for (const auto& one : cases) {
    for (const auto& [ties, rule] : rules) {
      const auto name = "cox." + one.name + "." + ties + ".curve";
      CoxOptions options;
      options.ties = rule;
      const auto fit = fit_cox(one.spells, one.view(), options);
      const auto baseline = cox_baseline(one.spells, one.view(), *fit, options);
      ASSERT_TRUE(baseline.ok());
      for (const auto& [kind, interval] : kinds) {
        const auto curve =
            cox_curve(*fit, *baseline, reference(name + ".means"), 0, {0.95, interval});
        ASSERT_TRUE(curve.ok());
        // R has the censored times too: it is compared where somebody leaves.
        const auto& times = reference(name + ".time");
        std::size_t i = 0;
        for (std::size_t step = 0; step < curve->time.size(); ++step) {
          while (i < times.size() && times[i] < curve->time[step]) ++i;
          ASSERT_LT(i, times.size());
          ASSERT_EQ(times[i], curve->time[step]);
          ASSERT_NEAR(curve->hazard[step], reference(name + ".hazard")[i], 1e-8) << name;
          ASSERT_NEAR(curve->error[step], reference(name + ".error")[i], 1e-8) << name;
          ASSERT_NEAR(curve->lower[step], reference(name + "." + kind + ".lower")[i], 1e-8) << name;
          ASSERT_NEAR(curve->upper[step], reference(name + "." + kind + ".upper")[i], 1e-8) << name;
        }
      }
    }
  }
}

TEST_F(CoxDiagnostics, StrataHaveHazardsOfTheirOwn) {
  const auto cell = veteran.integers("cell");
  const Case one{
      "strata", {{}, veteran["time"], v, {}, cell}, veteran.matrix({"trt", "karno", "age"}), 3};
  for (const auto& [ties, rule] : rules) {
    CoxOptions options;
    options.ties = rule;
    const auto name = "cox.strata." + ties;
    const auto fit = fit_cox(one.spells, one.view(), options);
    const auto residuals = cox_residuals(one.spells, one.view(), *fit, options);
    ASSERT_TRUE(residuals.ok());
    expect_near(residuals->martingale, name + ".martingale");
    expect_near(residuals->score, name + ".scores");
    expect_near(residuals->schoenfeld, name + ".schoenfeld");
    const std::vector<std::pair<std::string, TimeScale>> scales = {
        {".zph", TimeScale::Identity}, {".zph_km", TimeScale::KaplanMeier}};
    for (const auto& [suffix, scale] : scales) {
      const auto test = test_proportional(one.spells, one.view(), *fit, options, scale);
      ASSERT_TRUE(test.ok());
      std::vector<double> values;
      for (const auto& column : test->columns) values.push_back(column.value);
      values.push_back(test->global.value);
      expect_near(values, name + suffix);
    }
  }
}

TEST_F(CoxDiagnostics, ExactTiesHaveNoResiduals) {
  CoxOptions options;
  options.ties = Ties::Exact;
  const auto fit = fit_cox(cases[0].spells, cases[0].view(), options);
  EXPECT_EQ(cox_residuals(cases[0].spells, cases[0].view(), *fit, options).error().kind,
            &errors::kBadOption);
  EXPECT_EQ(test_proportional(cases[0].spells, cases[0].view(), *fit, options).error().kind,
            &errors::kBadOption);
}

}  // namespace
}  // namespace holdfast::survival
