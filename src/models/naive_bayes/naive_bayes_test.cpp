// Source: worked by hand from the definition (Domingos & Pazzani (1997), Machine Learning 29, 103–130, section 2),
// with the rule of Laplace.
#include <cmath>

#include <gtest/gtest.h>

#include "models/task.hpp"

namespace holdfast::naive_bayes {
extern const ModelDescriptor descriptor;
namespace {

// Six customers: area east, east, west stay; west, west, east leave.
struct Customers {
  std::vector<std::uint32_t> area = {0, 0, 1, 1, 1, 0};
  std::vector<double> age = {20, 30, 40, 50, 60, 70};
  std::vector<std::uint8_t> y = {0, 0, 0, 1, 1, 1};
  std::vector<std::uint8_t> valid = std::vector<std::uint8_t>(6, 1);
  std::vector<double> weight = std::vector<double>(6, 1.0);
  std::vector<std::string> areas = {"east", "west"};

  ClassifierTask task(bool with_age) const {
    ClassifierTask task{.y = y, .weight = weight};
    task.train.rows = 6;
    task.train.columns.push_back(
        {.name = "area", .codes = area, .categories = areas, .valid = valid});
    if (with_age) task.train.columns.push_back({.name = "age", .values = age, .valid = valid});
    return task;
  }
};

TEST(NaiveBayes, IsThePriorTimesTheSharesOfEachClass) {
  const Customers customers;
  const auto task = customers.task(false);
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict(*model, task.train);
  // East: (2 + 1)/(3 + 2) of those who stay, (1 + 1)/(3 + 2) of those who leave; the priors are even.
  EXPECT_NEAR(p[0], (2.0 / 5) / (2.0 / 5 + 3.0 / 5), 1e-12);
  EXPECT_NEAR(p[2], (3.0 / 5) / (3.0 / 5 + 2.0 / 5), 1e-12);
}

TEST(NaiveBayes, TakesNumbersAsNormalInEachClass) {
  const Customers customers;
  const auto task = customers.task(true);
  const auto model = descriptor.fit_classifier(task, {{"numeric", std::string("normal")}}, silent());
  ASSERT_TRUE(model.ok());
  // Means 30 and 60, variance 200/3 in both: the log ratio at x is ((x − 30)² − (x − 60)²) / (400/3).
  const double x = 50, variance = 200.0 / 3;
  const double ratio = ((x - 30) * (x - 30) - (x - 60) * (x - 60)) / (2 * variance);
  EXPECT_NEAR(raw_score(*model, task.train)[3], ratio + std::log((3.0 / 5) / (2.0 / 5)), 1e-9);
}

}  // namespace
}  // namespace holdfast::naive_bayes
