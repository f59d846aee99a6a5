// Reference: the models' own predictions. Every activation of a neural network, every depth of it and
// every kernel of a support vector machine, beyond the defaults that portable_test.cpp asks.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "exchange/portable/export.hpp"
#include "exchange/portable/formula.hpp"
#include "models/task.hpp"

namespace holdfast::exchange {
namespace {

/// Customers with missing numbers and categories, and an outcome that no straight line tells apart.
struct Customers {
  std::vector<double> premium, claims;
  std::vector<std::uint32_t> area;
  std::vector<std::string> areas = {"east", "it's \"west\"", "北方"};
  std::vector<std::uint8_t> premium_known, all, area_known, y;
  std::vector<double> weight;

  Customers(std::size_t n, std::uint64_t seed) : all(n, 1), weight(n, 1) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      premium.push_back(500 + 100 * random.normal());
      claims.push_back(static_cast<double>(random.poisson(1.2)));
      area.push_back(static_cast<std::uint32_t>(random.below(3)));
      premium_known.push_back(random.chance(0.1) ? 0 : 1);
      area_known.push_back(random.chance(0.1) ? 0 : 1);
      const double distance = (premium[i] - 500) / 100;
      const double eta = -1.5 + distance * distance + 1.5 * distance + (area[i] == 2 ? 1 : 0) - 0.5 * claims[i];
      y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
    }
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    columns.columns.push_back({.name = "premium", .values = premium, .valid = premium_known});
    columns.columns.push_back({.name = "claims", .values = claims, .valid = all});
    columns.columns.push_back(
        {.name = "area", .codes = area, .categories = areas, .valid = area_known});
    return columns;
  }
};

/// Fits a model and holds its formula to 1e-10 and what each format says to 1e-6.
void expect_same(const std::string& id, const Parameters& parameters, const std::string& what) {
  const Customers train(300, 1);
  auto later = Customers(200, 2);
  later.areas[1] = "never seen";
  for (std::size_t i = 0; i < 10; ++i) later.premium[i] = 1e9 * (i % 2 == 0 ? 1 : -1);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  const auto model = (*find_model(id))->fit_classifier(task, parameters, silent());
  ASSERT_TRUE(model.ok()) << what << render(model.error(), Language::En);
  const auto formula = formula_of(*model);
  ASSERT_TRUE(formula.ok()) << what;
  const auto own = evaluate(*formula, *model, later.view());
  const auto p = predict(*model, later.view());
  for (std::size_t r = 0; r < p.size(); ++r) ASSERT_NEAR(own[r], p[r], 1e-10) << what << " row " << r;
  // A constant would agree whatever was written.
  const auto scores = raw_score(*model, later.view());
  EXPECT_GT(std::ranges::max(scores), std::ranges::min(scores)) << what;
  for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
    const auto exported = export_model(*model, later.view(), {.format = format});
    ASSERT_TRUE(exported.ok()) << what << render(exported.error(), Language::En);
    EXPECT_LE(exported->largest_difference, 1e-6) << what << static_cast<int>(format);
    EXPECT_EQ(exported->rows_checked, later.y.size());
  }
}

TEST(PortableNetwork, EveryActivationAndDepthSaysTheSame) {
  const std::vector<std::vector<double>> depths = {{}, {3}, {5, 4}, {3, 3, 3}};
  for (const std::string activation : {"tanh", "sigmoid", "relu"}) {
    for (const auto& hidden : depths) {
      expect_same("network",
                  {{"activation", activation}, {"hidden", hidden}, {"kpi_share", 1.0},
                   {"epochs_max", std::int64_t{30}}, {"learning_rate", 0.02}},
                  activation + " of " + std::to_string(hidden.size()) + " hidden layers ");
    }
  }
}

TEST(PortableNetwork, LeavesOutTheInputsThatAreNoKpis) {
  expect_same("network", {{"kpi_share", 0.5}, {"epochs_max", std::int64_t{30}}}, "KPIs ");
}

TEST(PortableMachine, EveryKernelSaysTheSame) {
  for (const std::string kernel : {"rbf", "linear", "polynomial", "sigmoid"}) {
    for (const double gamma : {0.0, 0.3}) {
      expect_same("svm",
                  {{"method", std::string("kernel")}, {"kernel", kernel},
                   {"gamma", std::vector<double>{gamma}}, {"constant", 1.0}},
                  kernel + " ");
    }
  }
}

TEST(PortableMachine, LiblinearsSaysTheSame) {
  expect_same("svm", {{"method", std::string("linear")}}, "linear ");
}

}  // namespace
}  // namespace holdfast::exchange
