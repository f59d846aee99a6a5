// Scores, values at risk and their roll-up, on a linear model small enough to do by hand.
#include <cmath>

#include <gtest/gtest.h>

#include "scoring/errors.hpp"
#include "scoring/row_values.hpp"
#include "scoring/scores.hpp"

namespace holdfast::scoring {
namespace {

/// Two customers, the first with two contracts; one numeric feature, one category.
features::FeatureMatrix example_matrix() {
  features::FeatureMatrix matrix;
  matrix.rows = 3;
  matrix.features.resize(2);
  matrix.features[0].name = "claims";
  matrix.features[1].name = "mode";
  matrix.features[1].is_category = true;
  matrix.columns.resize(2);
  matrix.columns[0].values = {0, 2, 4};
  matrix.columns[0].valid = {1, 1, 1};
  matrix.columns[1].codes = {0, 1, 0};
  matrix.columns[1].categories = {"card", "cash"};
  matrix.columns[1].valid = {1, 1, 0};
  matrix.customer_keys = {"C-1", "C-2", "C-unseen"};
  matrix.contract_keys = {"P-1", "P-2", "P-3"};
  matrix.customer = {0, 0, 1};
  matrix.contract = {0, 1, 2};
  matrix.cutoff_day = {17'000, 17'000, 17'000};
  matrix.value_cents = {10'000, 20'000, 40'000};
  return matrix;
}

/// logit = −1 + 0.5 × claims.
FittedModel example_model() {
  FittedModel model;
  model.model_id = "logistic";
  model.column_names = {"claims"};
  model.categories = {{}};
  dataset::Term term;
  term.column = term.name = "claims";
  model.preparation.terms = {term};
  model.form = forms::LinearPredictor{
      .intercepts = {-1}, .coefficients = {0.5}, .term_means = {2}};
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  return model;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Score, IsTheModelsProbabilityAndItsContributionsAddUp) {
  const auto scores = score(example_model(), example_matrix());
  ASSERT_TRUE(scores.ok());
  for (std::size_t row = 0; row < 3; ++row) {
    const double logit = -1 + 0.5 * 2 * static_cast<double>(row);
    EXPECT_NEAR(scores->probability[row], logistic(logit), 1e-12);
    EXPECT_NEAR(scores->contributions[2 * row] + scores->contributions[2 * row + 1], logit, 1e-12);
  }
  EXPECT_EQ(scores->expected_loss_cents[1], 10'000);  // Logit 0: half of 200.
}

TEST(Score, RefusesFeaturesTheModelWasNotMadeFor) {
  auto model = example_model();
  model.column_names = {"other"};
  EXPECT_FALSE(score(model, example_matrix()).ok());
}

TEST(Score, SaysWhenNobodyIsActive) {
  const auto scores = score(example_model(), {});
  ASSERT_FALSE(scores.ok());
  EXPECT_EQ(scores.error().kind, &errors::kNothingToScore);
}

TEST(RollUp, TakesTheLargestContractAndAddsTheMoney) {
  const Scores scores{.probability = {0.2, 0.5, 0.1}, .raw = {}, .contributions = {},
                      .expected_loss_cents = {2'000, 10'000, 4'000}};
  const auto customers = roll_up(example_matrix(), scores);
  ASSERT_EQ(customers.size(), 2U);  // The third key has no row.
  EXPECT_DOUBLE_EQ(customers[0].probability, 0.5);
  EXPECT_EQ(customers[0].value_cents, 30'000);
  EXPECT_EQ(customers[0].expected_loss_cents, 12'000);
  EXPECT_EQ(customers[0].contracts_count, 2);
  EXPECT_EQ(customers[1].contracts_count, 1);
}

TEST(ValuesAtRisk, FollowTheStudysExpression) {
  study::Study study;
  study.profit.value = "claims * 100 - 100";
  const auto values = values_at_risk(study, example_matrix());
  ASSERT_TRUE(values.ok()) << render(values.error(), Language::En);
  EXPECT_EQ(*values, (std::vector<std::int64_t>{0, 10'000, 30'000}));
}

TEST(ValuesAtRisk, FallBackToTheStudysCustomerValueOnlyWhereNobodyHasOne) {
  study::Study study;
  study.profit.customer_value = 250;
  auto matrix = example_matrix();
  matrix.value_cents = {0, 5, 0};
  EXPECT_EQ(*values_at_risk(study, matrix), (std::vector<std::int64_t>{0, 5, 0}));
  matrix.value_cents = {0, 0, 0};
  EXPECT_EQ(*values_at_risk(study, matrix), (std::vector<std::int64_t>{25'000, 25'000, 25'000}));
}

TEST(ValuesAtRisk, NothingIsAValueWhereAColumnSaysIt) {
  study::Study study;
  study.profit.customer_value = 250;
  study.tables.push_back({.name = "purchases", .role = study::Role::Event, .amount = "paid"});
  auto matrix = example_matrix();
  matrix.value_cents = {0, 0, 0};
  EXPECT_EQ(*values_at_risk(study, matrix), (std::vector<std::int64_t>{0, 0, 0}));
  // A definition may name the column instead.
  study.tables[0].amount.clear();
  study.churn = {.kind = study::ChurnKind::Partial, .table = "purchases", .column = "paid"};
  EXPECT_EQ(*values_at_risk(study, matrix), (std::vector<std::int64_t>{0, 0, 0}));
  // Claims cost, they are not what a customer is worth.
  study.churn.reset();
  study.tables[0].amount = "paid";
  study.tables[0].topic = study::Topic::Claim;
  EXPECT_EQ(*values_at_risk(study, matrix), (std::vector<std::int64_t>{25'000, 25'000, 25'000}));
}

TEST(RowExpression, ReadsCategoriesNumbersAndNulls) {
  const study::Study study;
  const auto matrix = example_matrix();
  const auto rule = RowExpression::bind("mode = 'cash' and claims >= 2", study, matrix);
  ASSERT_TRUE(rule.ok()) << render(rule.error(), Language::En);
  EXPECT_EQ(rule->at(0), study::Value(false));
  EXPECT_EQ(rule->at(1), study::Value(true));
  EXPECT_EQ(rule->at(2), study::Value());  // No mode on record: unknown.
}

TEST(RowExpression, KnowsComputedColumns) {
  study::Study study;
  study.tables = {{.name = "purchases"}};
  study.tables[0].computed = {{"amount", "quantity * price", tables::ColumnType::Money, {}}};
  auto matrix = example_matrix();
  matrix.helpers.push_back({.name = "sum(purchases.amount, 180 days)"});
  matrix.helper_columns.push_back({.values = {1, 2, 3}, .valid = {1, 1, 1}});
  const auto value = RowExpression::bind("sum(purchases.amount, 180 days)", study, matrix);
  ASSERT_TRUE(value.ok()) << render(value.error(), Language::En);
  EXPECT_EQ(value->at(2), study::Value(3.0));
}

TEST(RowExpression, NamesTheNearestFeature) {
  const auto rule = RowExpression::bind("claim > 1", {}, example_matrix());
  ASSERT_FALSE(rule.ok());
  EXPECT_NE(render(rule.error(), Language::En).find("claims"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::scoring
