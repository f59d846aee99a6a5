// Dependence, interaction, contrast and comparison on linear predictors whose answers follow from
// the formula; no published values are needed where algebra gives them (Friedman & Popescu 2008:
// H = 0 for a sum of functions of one column each).

#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "explanation/contrast.hpp"
#include "explanation/dependence.hpp"

namespace holdfast::explanation {
namespace {

/// logit = −1 + 2 a + b, c does nothing.
FittedModel linear() {
  FittedModel model;
  model.column_names = {"a", "b", "c"};
  model.categories.resize(3);
  model.reference.assign(3, {.value = 0, .is_missing = false});
  for (const auto& name : model.column_names) {
    dataset::Term term;
    term.column = name;
    term.name = name;
    model.preparation.terms.push_back(term);
  }
  model.form = forms::LinearPredictor{
      .intercepts = {-1}, .coefficients = {2, 1, 0}, .term_means = {0, 0, 0}};
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  return model;
}

/// A tree whose answer needs both a > 0 and b > 0.
FittedModel both_needed() {
  auto model = linear();
  model.preparation = {};
  const auto split = [](std::int32_t column, std::vector<std::int32_t> children) {
    forms::TreeNode node;
    node.column = column;
    node.children = std::move(children);
    node.missing = forms::MissingRule::Default;
    node.cover = 1;
    return node;
  };
  const auto leaf = [](double value) {
    forms::TreeNode node;
    node.value = value;
    node.cover = 1;
    return node;
  };
  forms::TreeEnsemble form{.is_probability = true};
  form.trees.push_back({{split(0, {1, 2}), leaf(0.1), split(1, {3, 4}), leaf(0.1), leaf(0.9)}});
  model.form = std::move(form);
  model.calibration.kind = forms::Calibration::Kind::Identity;
  return model;
}

struct Rows {
  std::vector<std::vector<double>> values = std::vector<std::vector<double>>(3);
  std::vector<std::uint8_t> valid;
  std::size_t count = 0;

  void add(double a, double b, double c) {
    values[0].push_back(a), values[1].push_back(b), values[2].push_back(c);
    valid.push_back(1);
    ++count;
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = count};
    const char* names[] = {"a", "b", "c"};
    for (std::size_t c = 0; c < 3; ++c) {
      columns.columns.push_back({.name = names[c], .values = values[c], .valid = valid});
    }
    return columns;
  }
};

Rows population() {
  Random random(5);
  Rows rows;
  for (int i = 0; i < 500; ++i) rows.add(random.normal(), random.normal(), random.normal());
  return rows;
}

TEST(Dependence, RisesWithTheColumnAndIsFlatForOneThatDoesNothing) {
  const auto model = linear();
  const auto rows = population();
  const auto curves = dependence_of(model, rows.view(), {"a", "c"}, 10);
  ASSERT_EQ(curves.size(), 2u);
  for (std::size_t i = 1; i < curves[0].points.size(); ++i) {
    EXPECT_GT(curves[0].points[i].value, curves[0].points[i - 1].value);
    EXPECT_GT(curves[0].points[i].mean, curves[0].points[i - 1].mean);
    EXPECT_LE(curves[0].points[i].lower, curves[0].points[i].mean);
  }
  EXPECT_NEAR(curves[1].range, 0, 1e-12);
}

TEST(Dependence, IsTheMeanAnswerWithTheColumnSet) {
  const auto model = linear();
  const auto rows = population();
  const auto curve = dependence_of(model, rows.view(), {"a"}, 5, rows.count)[0];
  for (const auto& point : curve.points) {
    double sum = 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      sum += 1 / (1 + std::exp(1 - 2 * point.value - rows.values[1][r]));
    }
    EXPECT_NEAR(point.mean, sum / static_cast<double>(rows.count), 1e-12);
  }
}

TEST(Interaction, IsNoneInASumAndStrongWhereBothAreNeeded) {
  const auto rows = population();
  for (const auto& pair : interactions_of(linear(), rows.view(), {"a", "b", "c"})) {
    EXPECT_NEAR(pair.size, 0, 1e-9) << pair.a << " " << pair.b;
  }
  const auto pairs = interactions_of(both_needed(), rows.view(), {"a", "b", "c"});
  EXPECT_EQ(pairs[0].a, "a");
  EXPECT_EQ(pairs[0].b, "b");
  EXPECT_GT(pairs[0].strength, 0.2);
  EXPECT_NEAR(pairs[1].size, 0, 1e-9);
}

TEST(Contrast, FindsTheNearestSingleChange) {
  const auto model = linear();
  const auto rows = population();
  Rows customer;
  customer.add(1, 0, 0);  // logit 1
  const auto found = contrasts_of(model, {}, customer.view(), rows.view(), {.target = 0.5});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].changes.size(), 1u);
  EXPECT_EQ(found[0].changes[0].feature, "a");  // Falling to 0.5 is nearer than b to −1.
  for (const auto& contrast : found) EXPECT_LE(contrast.probability, 0.5);
}

TEST(Contrast, ChangesOnlyWhatMayChangeAndSeveralTogetherWhereOneIsNotEnough) {
  const auto model = linear();
  const auto rows = population();
  Rows customer;
  customer.add(2, 3, 0);  // logit 6
  const auto only_b = contrasts_of(model, {}, customer.view(), rows.view(),
                                   {.target = 0.3, .changeable = {"b"}});
  EXPECT_TRUE(only_b.empty());  // b alone would have to fall to −5.
  Rows further;
  further.add(4, 3, 0);  // logit 10: a alone to its least value leaves 3 − 1 − 2 × 2.9 or so.
  const auto found = contrasts_of(model, {}, further.view(), rows.view(), {.target = 0.001});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].changes.size(), 2u);
}

TEST(Compare, AddsUpToTheDifferenceOfTheScores) {
  const auto model = linear();
  Rows a, b;
  a.add(1, 2, 3), b.add(-1, 0.5, 9);
  const auto a_parts = contributions(model, a.view());
  const auto b_parts = contributions(model, b.view());
  const auto differences = compare_customers({}, a.view(), b.view(), a_parts, b_parts);
  double sum = 0;
  for (const auto& one : differences) sum += one.contribution;
  EXPECT_NEAR(sum, raw_score(model, a.view())[0] - raw_score(model, b.view())[0], 1e-12);
  EXPECT_EQ(differences[0].feature, "a");
}

}  // namespace
}  // namespace holdfast::explanation
