// Reference: R 4.2.2, glm(family = binomial), 17 digits; tests/reference/glm/SOURCE.md. Agreement
// is asked to 1e-8, as the README promises.

#include "models/logistic/logistic.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/logistic/reference_data.hpp"
#include "models/task.hpp"
#include "testing/printed.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::logistic {

extern const ModelDescriptor descriptor;

namespace {

using reference::Csv;
using reference::csv;
using reference::Design;
using reference::design;
using reference::expect_near;

void expect_as_in_r(const Fit& fit, const Design& data, const std::string& name) {
  std::size_t terms = 0;
  for (const auto& row : csv(reference::path("glm/" + name))) {
    if (row[0] == "term") continue;
    if (row[0] == ".null_deviance") expect_near(fit.null_deviance, row[1], row[0]);
    else if (row[0] == ".deviance") expect_near(fit.deviance, row[1], row[0]);
    else if (row[0] == ".aic") expect_near(fit.aic, row[1], row[0]);
    else {
      const auto found = std::ranges::find(data.names, row[0]);
      ASSERT_TRUE(found != data.names.end() || row[0] == "(Intercept)") << row[0];
      const auto j = row[0] == "(Intercept)"
                         ? std::size_t{0}
                         : static_cast<std::size_t>(found - data.names.begin()) + 1;
      expect_near(fit.beta[j], row[1], row[0]);
      expect_near(fit.errors[j], row[2], row[0] + " error");
      expect_near(fit.beta[j] / fit.errors[j], row[3], row[0] + " z");
      expect_near(p_value(fit.beta[j] / fit.errors[j]), row[4], row[0] + " p");
      ++terms;
    }
  }
  EXPECT_EQ(terms, static_cast<std::size_t>(fit.rank));
  EXPECT_EQ(fit.aliased.size(), data.names.size() + 1 - terms);
}

TEST(Logistic, AgreesWithRWithWeightsZerosAndAnAliasedColumn) {
  const Design data = design(csv(reference::path("glm/made_data.csv")), "y", {}, "weight");
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  expect_as_in_r(*fitted, data, "made.csv");
  ASSERT_EQ(fitted->aliased.size(), 1U);
  EXPECT_EQ(data.names[fitted->aliased[0]], "total");
  EXPECT_EQ(fitted->ridge, 0);
}

TEST(Logistic, AgreesWithROnTelco) {
  const auto path = testing::shared_data("telco_ibm/Telco-Customer-Churn.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: telco_ibm";
  const Design data = design(csv(*path), "Churn", {"customerID"});
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  expect_as_in_r(*fitted, data, "telco.csv");
}

TEST(Logistic, AgreesWithROnChurnModelling) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: churn_modelling";
  const Design data = design(csv(*path), "Exited", {"CustomerId", "Surname"});
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  expect_as_in_r(*fitted, data, "churn_modelling.csv");
}

/// Rows drawn from a known model.
Design drawn(std::size_t n, std::size_t p, std::uint64_t seed) {
  Random random(seed);
  Design data;
  for (std::size_t j = 0; j < p; ++j) data.names.push_back("x" + std::to_string(j));
  for (std::size_t r = 0; r < n; ++r) {
    double eta = -1;
    for (std::size_t j = 0; j < p; ++j) {
      data.x.push_back(random.normal());
      eta += data.x.back() * (j % 2 == 0 ? 0.3 : -0.2);
    }
    data.y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
    data.weight.push_back(1);
  }
  return data;
}

TEST(Logistic, ClosedFormOfATwoByTwoTable) {
  // ln odds ratio ln(ad/bc), error sqrt(1/a+1/b+1/c+1/d): Agresti, Categorical Data Analysis (3rd
  // ed. 2013), (3.1). 10 of 30 leave with x = 1, 5 of 45 with x = 0.
  const std::vector<double> x = {1, 1, 0, 0};
  const std::vector<std::uint8_t> y = {1, 0, 1, 0};
  const std::vector<double> weight = {10, 20, 5, 40};
  const auto fitted = fit({x.data(), 4, 1}, y, weight);
  ASSERT_TRUE(fitted.ok());
  EXPECT_NEAR(fitted->beta[1], std::log(10.0 * 40 / (20 * 5)), 1e-12);
  EXPECT_NEAR(fitted->beta[0], std::log(5.0 / 40), 1e-12);
  EXPECT_NEAR(fitted->errors[1], std::sqrt(1.0 / 10 + 1.0 / 20 + 1.0 / 5 + 1.0 / 40), 1e-9);
  EXPECT_PRINTED(p_value(1.959964), "0.0500");
}

TEST(Logistic, StartFromASampleDoesNotChangeTheAnswer) {
  const Design data = drawn(120'000, 6, 7);
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  // The gradient at the answer is zero: Σ (y − p) x = 0 for every column.
  std::vector<double> gradient(7, 0.0);
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    double eta = fitted->beta[0];
    for (std::size_t j = 0; j < 6; ++j) eta += fitted->beta[j + 1] * data.x[r * 6 + j];
    const double residual = data.y[r] - 1 / (1 + std::exp(-eta));
    gradient[0] += residual;
    for (std::size_t j = 0; j < 6; ++j) gradient[j + 1] += residual * data.x[r * 6 + j];
  }
  for (const double g : gradient) EXPECT_NEAR(g, 0, 1e-6);
}

TEST(Logistic, CoefficientsAreTheSameWithoutErrors) {
  for (const std::size_t rows : {400U, 20'000U, 120'000U}) {
    const Design data = drawn(rows, 6, 29);
    const auto whole = fit(data.view(), data.y, data.weight);
    const auto bare = fit(data.view(), data.y, data.weight, {.has_errors = false});
    ASSERT_TRUE(whole.ok() && bare.ok());
    EXPECT_TRUE(bare->has_converged);
    for (std::size_t j = 0; j < 7; ++j) {
      EXPECT_NEAR(bare->beta[j], whole->beta[j], 1e-7 * whole->errors[j]);
    }
    EXPECT_NEAR(bare->deviance, whole->deviance, 1e-9 * whole->deviance);
  }
}

TEST(Logistic, GivesTheSameBitsForAnyThreadCount) {
  const Design data = drawn(20'000, 13, 11);
  set_threads(1);
  const auto one = fit(data.view(), data.y, data.weight);
  set_threads(2);
  const auto two = fit(data.view(), data.y, data.weight);
  set_threads(0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->beta, two->beta);
  EXPECT_EQ(one->errors, two->errors);
}

TEST(Logistic, WeightTwoIsTheRowTwice) {
  const Design data = drawn(300, 3, 13);
  Design twice = data;
  twice.x.insert(twice.x.end(), data.x.begin(), data.x.end());
  twice.y.insert(twice.y.end(), data.y.begin(), data.y.end());
  twice.weight.assign(600, 1);
  const std::vector<double> two(300, 2.0);
  const auto a = fit(data.view(), data.y, two);
  const auto b = fit(twice.view(), twice.y, twice.weight);
  ASSERT_TRUE(a.ok() && b.ok());
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(a->beta[j], b->beta[j], 1e-10);
    EXPECT_NEAR(a->errors[j], b->errors[j], 1e-10);
  }
}

TEST(Logistic, NamesTheColumnThatSeparatesAndStaysFinite) {
  Design data = drawn(500, 2, 17);
  for (std::size_t r = 0; r < 500; ++r) {  // A group in which everybody left.
    data.x[r * 2 + 1] = r < 40 ? 1 : 0;
    if (r < 40) data.y[r] = 1;
  }
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  EXPECT_EQ(fitted->separated, std::vector<std::size_t>{1});
  EXPECT_GT(fitted->ridge, 0);
  EXPECT_TRUE(fitted->has_converged);
  for (const double b : fitted->beta) EXPECT_TRUE(std::isfinite(b));
}

TEST(Logistic, MoreColumnsThanRowsGivesAFiniteFit) {
  const Design data = drawn(20, 500, 19);
  const auto fitted = fit(data.view(), data.y, data.weight);
  ASSERT_TRUE(fitted.ok());
  EXPECT_GT(fitted->ridge, 0);
  for (const double b : fitted->beta) EXPECT_TRUE(std::isfinite(b));
  for (const double e : fitted->errors) EXPECT_TRUE(std::isfinite(e));
}

TEST(Logistic, OneOutcomeAndNoWeightAreErrors) {
  const Design data = drawn(10, 1, 23);
  const std::vector<std::uint8_t> all(10, 1);
  const std::vector<double> none(10, 0.0);
  const auto one_class = fit(data.view(), all, data.weight);
  ASSERT_FALSE(one_class.ok());
  EXPECT_EQ(one_class.error().kind, &models::errors::kOneClass);
  const auto no_rows = fit(data.view(), data.y, none);
  ASSERT_FALSE(no_rows.ok());
  EXPECT_EQ(no_rows.error().kind, &models::errors::kNoRows);
}

TEST(Logistic, DescriptorReportsOriginalScaleAsInR) {
  const Csv rows = csv(reference::path("glm/made_data.csv"));
  const Design data = design(rows, "y", {"total"}, "weight");
  const std::size_t p = data.names.size();
  std::vector<std::vector<double>> columns(p);
  const std::vector<std::uint8_t> valid(data.y.size(), 1);
  ClassifierTask task;
  task.train.rows = data.y.size();
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t r = 0; r < data.y.size(); ++r) columns[j].push_back(data.x[r * p + j]);
  }
  for (std::size_t j = 0; j < p; ++j) {
    task.train.columns.push_back({.name = data.names[j], .values = columns[j], .valid = valid});
  }
  task.y = data.y;
  task.weight = data.weight;
  const auto model = descriptor.fit_classifier(task, {{"outlier_quantile", 0.0}}, silent());
  ASSERT_TRUE(model.ok());
  const auto& table = model->tables[0];
  for (const auto& row : csv(reference::path("glm/made.csv"))) {
    for (const auto& ours : table.rows) {
      const auto& term = std::get<std::string>(ours[0]);
      if (term != row[0] && !(term == "(intercept)" && row[0] == "(Intercept)")) continue;
      expect_near(std::get<double>(ours[1]), row[1], term);
      expect_near(std::get<double>(ours[2]), row[2], term + " error");
    }
  }
  EXPECT_EQ(table.rows.size(), p + 1);
}

}  // namespace
}  // namespace holdfast::logistic
