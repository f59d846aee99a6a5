// Every classifier of the shelf, written and run in each format, gives the model's own numbers. The
// public engines that must agree too are asked in tests/end_to_end/portable_test.py.

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "exchange/portable/errors.hpp"
#include "exchange/portable/export.hpp"
#include "exchange/portable/tree_steps.hpp"
#include "models/calibration.hpp"
#include "models/task.hpp"

namespace holdfast::exchange {
namespace {

/// Customers with numbers, categories and missing values; names and values that need quoting.
struct Customers {
  std::vector<double> age, premium;
  std::vector<std::uint32_t> area;
  std::vector<std::string> areas = {"it's \"east\"", "north & <south>", "西部", "x"};
  std::vector<std::uint8_t> all, premium_known, area_known, y;
  std::vector<double> weight;

  Customers(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      age.push_back(std::round(20 + 50 * random.uniform()));
      premium.push_back(1000 * random.exponential(1));
      area.push_back(static_cast<std::uint32_t>(random.below(4)));
      all.push_back(1);
      premium_known.push_back(random.chance(0.1) ? 0 : 1);
      area_known.push_back(random.chance(0.05) ? 0 : 1);
      const double eta = -1.5 + (age[i] < 35 ? 1 : 0) + (area[i] == 2 ? 1.2 : 0) +
                         premium[i] / 4000;
      y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    columns.columns.push_back({.name = "age of \"driver\"", .values = age, .valid = all});
    columns.columns.push_back({.name = "premium", .values = premium, .valid = premium_known});
    columns.columns.push_back(
        {.name = "地区", .codes = area, .categories = areas, .valid = area_known});
    return columns;
  }
};

class EveryClassifier : public ::testing::TestWithParam<const ModelDescriptor*> {};

void expect_same(const FittedModel& model, const Customers& customers, const std::string& what) {
  for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
    const auto exported = export_model(model, customers.view(), {.format = format});
    const auto name = what + " format " + std::to_string(static_cast<int>(format));
    ASSERT_TRUE(exported.ok()) << name << ": " << render(exported.error(), Language::En);
    EXPECT_LE(exported->largest_difference, 1e-6) << name;
    EXPECT_FALSE(exported->content.empty());
  }
}

TEST_P(EveryClassifier, SaysTheSameInEveryFormatAndCalibration) {
  const Customers train(1500, 1), tuning(800, 2), later(400, 3);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  const auto fitted = GetParam()->fit_classifier(task, {}, silent());
  ASSERT_TRUE(fitted.ok());
  const auto formula = formula_of(*fitted);
  if (!formula.ok()) {
    EXPECT_EQ(formula.error().kind, &errors::kNoFormula);
    return;
  }
  const auto own = evaluate(*formula, *fitted, later.view());
  const auto p = predict(*fitted, later.view());
  for (std::size_t r = 0; r < p.size(); ++r) EXPECT_NEAR(own[r], p[r], 1e-6);
  for (const std::string kind : {"none", "platt", "isotonic", "beta"}) {
    auto model = *fitted;
    models::calibrate(model, tuning.view(), tuning.y, tuning.weight, kind);
    expect_same(model, later, std::string(GetParam()->id) + " " + kind);
  }
}

std::vector<const ModelDescriptor*> classifiers() {
  std::vector<const ModelDescriptor*> result;
  for (const auto* model : all_models()) {
    if (model->fit_classifier != nullptr) result.push_back(model);
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Portable, EveryClassifier, ::testing::ValuesIn(classifiers()),
                         [](const auto& one) { return std::string(one.param->id); });

// The threshold in double must part every double as the comparison in float does: tried at the
// threshold's neighbours, where rounding decides.
TEST(SplitInDouble, PartsValuesAsFloatComparisonDoes) {
  Random random(4);
  for (int i = 0; i < 20'000; ++i) {
    const auto threshold = static_cast<float>(random.normal() * std::pow(10, random.normal() * 3));
    const double at = split_in_double(threshold);
    double value = at;
    for (int step = 0; step < 3; ++step) value = std::nextafter(value, -1e300);
    for (int step = 0; step < 7; ++step) {
      EXPECT_EQ(static_cast<float>(value) < threshold, value < at) << threshold;
      value = std::nextafter(value, 1e300);
    }
  }
}

TEST(Export, SaysSoOfMoreThanTwoClasses) {
  Customers train(600, 6);
  for (std::size_t r = 0; r < train.y.size(); r += 3) train.y[r] = 2;
  ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  task.classes = {"stay", "price", "service"};
  const auto model = (*find_model("multinomial"))->fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
    const auto exported = export_model(*model, train.view(), {.format = format});
    ASSERT_FALSE(exported.ok());
    EXPECT_EQ(exported.error().kind, &errors::kNotBinary);
    EXPECT_NE(render(exported.error(), Language::En).find("3 classes"), std::string::npos);
  }
}

TEST(Sql, SaysTheSameInOtherDialectsAsFarAsTextCanShow) {
  const Customers train(600, 5);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  const auto model = (*find_model("logistic"))->fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto postgres = export_model(*model, train.view(),
                                     {.format = Format::Sql, .dialect = Dialect::Postgresql});
  const auto spark =
      export_model(*model, train.view(), {.format = Format::Sql, .dialect = Dialect::Spark});
  ASSERT_TRUE(postgres.ok() && spark.ok());
  EXPECT_NE(postgres->content.find("\"age of \"\"driver\"\"\""), std::string::npos);
  EXPECT_NE(spark->content.find("`age of \"driver\"`"), std::string::npos);
  EXPECT_EQ(spark->content.find("MATERIALIZED"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::exchange
