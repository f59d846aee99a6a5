// Reference: the example of R `logistf` (Heinze & Schemper 2002), as its summary prints it, and
// firthmodels 0.8.2 to more digits; tests/reference/firth/SOURCE.md.

#include "models/logistic/firth.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/logistic/logistic.hpp"
#include "models/logistic/reference_data.hpp"
#include "testing/printed.hpp"

namespace holdfast::logistic {
namespace {

using reference::csv;
using reference::Design;
using reference::design;

/// Compares what firthmodels says; where its own iteration gave up, the cell is empty.
void expect_as_in_firthmodels(const FirthFit& fit, const Design& data, const std::string& name) {
  const auto rows = csv(reference::path("firth/" + name));
  ASSERT_GT(rows.size(), 2U);
  for (const auto& row : rows) {
    if (row[0] == "term") continue;
    const auto near = [&](double ours, const std::string& theirs, const char* what) {
      if (theirs.empty()) return;
      EXPECT_NEAR(ours, std::stod(theirs), 2e-7 * std::max(1.0, std::abs(std::stod(theirs))))
          << row[0] << " " << what;
    };
    if (row[0] == ".loglik") {
      near(fit.log_likelihood, row[1], "log likelihood");
      continue;
    }
    const auto found = std::ranges::find(data.names, row[0]);
    const auto j = found == data.names.end()
                       ? std::size_t{0}
                       : static_cast<std::size_t>(found - data.names.begin()) + 1;
    near(fit.beta[j], row[1], "coefficient");
    near(fit.errors[j], row[2], "error");
    near(fit.low[j], row[3], "low");
    near(fit.high[j], row[4], "high");
    near(fit.p[j], row[5], "p");
  }
}

Design sex2() { return design(csv(reference::path("firth/sex2_data.csv")), "case", {}, "count"); }

TEST(Firth, AgreesWithThePublishedExampleOfLogistf) {
  const Design data = sex2();
  const auto fit = fit_firth(data.view(), data.y, data.weight);
  ASSERT_TRUE(fit.ok());
  // summary(logistf(case ~ age + oc + vic + vicl + vis + dia, data = sex2)): coefficients, standard
  // errors, chi-squared and p; logistf stops at 1e-5, which the last digits of `dia` show.
  struct Printed {
    const char* term;
    double beta, error, chi_squared, p;
  };
  const Printed printed[] = {{"age", -1.10598131, 0.4149021, 7.50773092, 6.143472e-03},
                             {"oc", -0.06881673, 0.4344026, 0.02467044, 8.751911e-01},
                             {"vic", 2.26887464, 0.5384872, 22.93139022, 1.678877e-06},
                             {"vicl", -2.11140817, 0.5320395, 19.10407252, 1.237805e-05},
                             {"vis", -0.78831694, 0.4089620, 3.69740975, 5.449701e-02},
                             {"dia", 3.09601166, 1.5052197, 7.89693139, 4.951873e-03}};
  EXPECT_NEAR(fit->beta[0], 0.12025405, 2e-8);
  EXPECT_NEAR(fit->chi_squared[0], 0.06286298, 1e-7);
  for (const auto& row : printed) {
    const auto j = static_cast<std::size_t>(
                       std::ranges::find(data.names, row.term) - data.names.begin()) + 1;
    EXPECT_NEAR(fit->beta[j], row.beta, 4e-7) << row.term;
    EXPECT_NEAR(fit->errors[j], row.error, 2e-6) << row.term;
    EXPECT_NEAR(fit->chi_squared[j], row.chi_squared, 1e-6) << row.term;
    EXPECT_NEAR(fit->p[j] / row.p, 1, 1e-6) << row.term;
  }
}

TEST(Firth, AgreesWithFirthmodels) {
  const Design data = sex2();
  const auto fit = fit_firth(data.view(), data.y, data.weight);
  ASSERT_TRUE(fit.ok());
  expect_as_in_firthmodels(*fit, data, "sex2.csv");
  auto rows = csv(reference::path("glm/made_data.csv"));
  rows.resize(201);
  const Design made = design(rows, "y", {"premium", "total", "weight"});
  const auto other = fit_firth(made.view(), made.y, made.weight);
  ASSERT_TRUE(other.ok());
  expect_as_in_firthmodels(*other, made, "made.csv");
}

TEST(Firth, ClosedFormOfATwoByTwoTable) {
  // A saturated table: the estimates are those of the table with half a row added to each cell
  // (Heinze & Schemper 2002, section 2). 5 of 5 leave with x = 1, 2 of 8 with x = 0.
  const std::vector<double> x = {1, 0, 0};
  const std::vector<std::uint8_t> y = {1, 1, 0};
  const std::vector<double> weight = {5, 2, 6};
  const auto fit = fit_firth({x.data(), 3, 1}, y, weight);
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->beta[1], std::log(5.5 * 6.5 / (0.5 * 2.5)), 1e-9);
  EXPECT_NEAR(fit->beta[0], std::log(2.5 / 6.5), 1e-9);
}

TEST(Firth, IntervalsHoldWhatTheLikelihoodSays) {
  const Design data = sex2();
  const auto fit = fit_firth(data.view(), data.y, data.weight);
  ASSERT_TRUE(fit.ok());
  for (std::size_t j = 0; j < fit->beta.size(); ++j) {
    EXPECT_LT(fit->low[j], fit->beta[j]);
    EXPECT_GT(fit->high[j], fit->beta[j]);
    // An interval holds zero exactly where the test does not reject it.
    EXPECT_EQ(fit->low[j] < 0 && fit->high[j] > 0, fit->p[j] > 0.05) << j;
  }
}

TEST(Firth, LeavesOutAliasedColumnsAndIgnoresRowsOfNoWeight) {
  Design data = sex2();
  const auto expected = fit_firth(data.view(), data.y, data.weight, {.has_profiles = false});
  const std::size_t p = data.names.size();
  std::vector<double> wider;
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    wider.insert(wider.end(), &data.x[r * p], &data.x[r * p] + p);
    wider.push_back(data.x[r * p] + data.x[r * p + 1]);
  }
  wider.insert(wider.end(), p + 1, 7.0);
  data.y.push_back(1);
  data.weight.push_back(0);
  const auto fit = fit_firth({wider.data(), data.y.size(), p + 1}, data.y, data.weight,
                             {.has_profiles = false});
  ASSERT_TRUE(fit.ok() && expected.ok());
  EXPECT_EQ(fit->aliased, std::vector<std::size_t>{p});
  for (std::size_t j = 0; j <= p; ++j) EXPECT_NEAR(fit->beta[j], expected->beta[j], 1e-7);
}

TEST(Firth, GivesTheSameBitsForAnyThreadCount) {
  Random random(5);
  std::vector<double> x(3000 * 4);
  for (auto& value : x) value = random.normal();
  std::vector<std::uint8_t> y(3000);
  for (std::size_t r = 0; r < 3000; ++r) y[r] = random.chance(x[4 * r] > 1 ? 0.2 : 0.02) ? 1 : 0;
  const std::vector<double> weight(3000, 1.0);
  set_threads(1);
  const auto one = fit_firth({x.data(), 3000, 4}, y, weight);
  set_threads(2);
  const auto two = fit_firth({x.data(), 3000, 4}, y, weight);
  set_threads(0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->beta, two->beta);
  EXPECT_EQ(one->high, two->high);
}

TEST(Firth, ChiSquaredTailInClosedForm) {
  // R: pchisq(x, df, lower.tail = FALSE).
  EXPECT_NEAR(chi_squared_p(3.841458820694124, 1), 0.05, 1e-15);
  EXPECT_NEAR(chi_squared_p(5.991464547107979, 2), 0.05, 1e-15);
  EXPECT_NEAR(chi_squared_p(30, 3) / 1.3800570312932547e-06, 1, 1e-12);
  EXPECT_NEAR(chi_squared_p(900, 5) / 2.6614147330185115e-192, 1, 1e-10);
  EXPECT_NEAR(chi_squared_p(0, 4), 1, 0);
}

}  // namespace
}  // namespace holdfast::logistic
