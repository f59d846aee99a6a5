// Who is warned of, how loudly and why.
#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/expression.hpp"
#include "warning/errors.hpp"
#include "warning/watch_list.hpp"

namespace holdfast::warning {
namespace {

using study::Level;
using ::testing::ElementsAre;

features::FeatureMatrix example_matrix() {
  features::FeatureMatrix matrix;
  matrix.rows = 4;
  matrix.features.resize(1);
  matrix.features[0].name = "claims";
  matrix.columns.resize(1);
  matrix.columns[0].values = {0, 5, 1, 0};
  matrix.columns[0].valid = {1, 1, 1, 0};
  matrix.customer_keys = {"A", "B", "C", "D"};
  matrix.contract_keys = {""};
  matrix.customer = {0, 1, 2, 3};
  matrix.contract = {0, 0, 0, 0};
  matrix.cutoff_day = {17'000, 17'000, 17'000, 17'000};
  matrix.value_cents = {100'000, 10'000, 100'000, 20'000};
  return matrix;
}

scoring::Scores example_scores() {
  return {.probability = {0.6, 0.1, 0.3, 0.05}, .raw = {}, .contributions = {},
          .expected_loss_cents = {60'000, 1'000, 30'000, 1'000}};
}

constexpr Limits kLimits{.red = 0.5, .orange = 0.25, .yellow = 0.2};

WatchList raise(const study::Study& study) {
  auto list = raise_warnings(study, example_matrix(), example_scores(), kLimits, {}, Day{17'000});
  EXPECT_TRUE(list.ok());
  return *list;
}

std::vector<std::string> keys_of(const WatchList& list) {
  std::vector<std::string> keys;
  for (const auto& warning : list.warnings) keys.push_back(warning.customer_key);
  return keys;
}

study::Study with_rule(std::string when, Level level = Level::Red) {
  study::Study study;
  study.warning.rules.push_back({.name = "many_claims", .when = std::move(when), .level = level,
                                 .label = {"many claims", "理赔多"}, .line = 12});
  return study;
}

TEST(Warnings, FollowTheScoreLimitsAndRankByExpectedLoss) {
  const auto list = raise({});
  EXPECT_THAT(keys_of(list), ElementsAre("A", "C"));
  EXPECT_EQ(list.warnings[0].level, Level::Red);
  EXPECT_EQ(list.warnings[1].level, Level::Orange);
  EXPECT_EQ(list.warnings[0].rank, 1);
  EXPECT_EQ(list.scored_count, 4);
  EXPECT_EQ(list.warnings[0].raised_by_text[0].en, "churn probability 60.0 %, red limit 50.0 %");
  EXPECT_EQ(list.warnings[0].raised_by_text[0].zh, "流失概率60.0%，达到红色线50.0%");
}

TEST(Warnings, SayWhichRuleRaisedThemAndTakeTheHigherLevel) {
  const auto list = raise(with_rule("claims >= 1"));
  EXPECT_THAT(keys_of(list), ElementsAre("A", "C", "B"));
  EXPECT_EQ(list.warnings[1].level, Level::Red);  // Orange by score, red by rule.
  EXPECT_THAT(list.warnings[1].raised_by, ElementsAre("score", "many_claims"));
  EXPECT_THAT(list.warnings[2].raised_by, ElementsAre("many_claims"));
  EXPECT_EQ(list.warnings[2].raised_by_text[0], (Text{"many claims", "理赔多"}));
}

TEST(Warnings, SeeProbabilityValueAndExpectedLossInRules) {
  const auto list = raise(with_rule("probability < 0.07 and value = 200 and expected_loss = 10"));
  EXPECT_THAT(keys_of(list), ElementsAre("A", "C", "D"));
}

TEST(Warnings, LeaveOutARuleThatCannotBeUsedAndSayWhere) {
  const auto list = raise(with_rule("no_such_feature > 1"));
  EXPECT_THAT(keys_of(list), ElementsAre("A", "C"));
  ASSERT_EQ(list.rule_errors.size(), 1U);
  EXPECT_EQ(list.rule_errors[0].kind, &errors::kRuleUnusable);
  EXPECT_EQ(list.rule_errors[0].place.line, 12);
}

TEST(Warnings, RefuseARuleThatIsNoCondition) {
  const auto list = raise(with_rule("claims + 1"));
  ASSERT_EQ(list.rule_errors.size(), 1U);
}

TEST(Warnings, OfTheSameDayAreTheSame) {
  const auto once = raise(with_rule("claims >= 1")), twice = raise(with_rule("claims >= 1"));
  EXPECT_EQ(keys_of(once), keys_of(twice));
}

TEST(Warnings, StopAtTheListsLimit) {
  auto study = with_rule("claims >= 1");
  study.warning.watch_list_max = 2;
  EXPECT_THAT(keys_of(raise(study)), ElementsAre("A", "C"));
}

TEST(Rank, BreaksTiesByProbabilityThenKey) {
  std::vector<Warning> warnings(3);
  warnings[0].customer_key = "Z", warnings[0].churn_probability = 0.2;
  warnings[1].customer_key = "B", warnings[1].churn_probability = 0.1;
  warnings[2].customer_key = "A", warnings[2].churn_probability = 0.1;
  rank(warnings);
  EXPECT_EQ(warnings[0].customer_key, "Z");
  EXPECT_EQ(warnings[1].customer_key, "A");
}

TEST(ReadyMadeRules, ReadRevenueTablesOnlyAndParse) {
  study::Study study;
  study::TableSpec payments{.name = "payments", .role = study::Role::Event,
                            .topic = study::Topic::Payment, .amount = "amount"};
  payments.columns.resize(1);
  payments.columns[0].format.name = "amount";
  payments.columns[0].format.type = tables::ColumnType::Money;
  auto claims = payments;
  claims.name = "claims";
  claims.topic = study::Topic::Claim;
  study.tables = {payments, claims};
  study.churn = study::ChurnDefinition{.kind = study::ChurnKind::RevenueRule, .below_months = 2, .below = 100};
  const auto rules = ready_made_rules(study);
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].name, "revenue_falling_payments");
  EXPECT_EQ(rules[2].level, Level::Red);
  study::Scope scope;
  scope.name = [](std::string_view) { return std::nullopt; };
  scope.column = [](std::string_view table, std::string_view column) -> std::optional<study::Type> {
    if (table != "payments") return std::nullopt;
    return column.empty() ? study::Type::Unknown : study::Type::Number;
  };
  for (const auto& rule : rules) {
    const auto parsed = study::parse_expression(rule.when, scope);
    EXPECT_TRUE(parsed.ok()) << rule.when << ": " << render(parsed.error(), Language::En);
  }
}

TEST(ReadyMadeRules, QuoteNamesThatTheLanguageWouldReadOtherwise) {
  study::Study study;
  study.tables = {{.name = "per quarter", .role = study::Role::Event, .topic = study::Topic::Payment,
                   .amount = "face.amount"}};
  study::Scope scope;
  scope.name = [](std::string_view) { return std::nullopt; };
  scope.column = [](std::string_view table, std::string_view column) -> std::optional<study::Type> {
    if (table != "per quarter" || (!column.empty() && column != "face.amount")) return std::nullopt;
    return column.empty() ? study::Type::Unknown : study::Type::Number;
  };
  const auto rules = ready_made_rules(study);
  ASSERT_EQ(rules.size(), 2U);
  for (const auto& rule : rules) {
    const auto parsed = study::parse_expression(rule.when, scope);
    EXPECT_TRUE(parsed.ok()) << rule.when << ": " << render(parsed.error(), Language::En);
  }
}

TEST(ReadyMadeRules, FireFromTheMatrixsHelpers) {
  study::Study study;
  study::TableSpec payments{.name = "payments", .role = study::Role::Event,
                            .topic = study::Topic::Payment, .amount = "amount"};
  payments.columns.resize(1);
  payments.columns[0].format.name = "amount";
  payments.columns[0].format.type = tables::ColumnType::Money;
  study.tables = {payments};
  auto matrix = example_matrix();
  study::Scope scope;
  scope.name = [](std::string_view) { return std::nullopt; };
  scope.column = [](std::string_view, std::string_view column) -> std::optional<study::Type> {
    return column.empty() ? study::Type::Unknown : study::Type::Number;
  };
  const auto falling = study::parse_expression("falling(payments.amount, 3 months)", scope);
  ASSERT_TRUE(falling.ok()) << render(falling.error(), Language::En);
  const auto aggregates = study::aggregates_of(**falling);
  ASSERT_EQ(aggregates.size(), 1U);
  features::FeatureInfo helper;
  helper.name = study::to_string(*aggregates[0]);
  matrix.helpers = {helper};
  matrix.helper_columns.resize(1);
  matrix.helper_columns[0].values = {0, 0, 0, 1};
  matrix.helper_columns[0].valid = {1, 1, 1, 1};
  const auto list = raise_warnings(study, matrix, example_scores(), kLimits, {}, Day{17'000});
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->warnings.size(), 3U);
  EXPECT_THAT(list->warnings[2].raised_by, ElementsAre("revenue_falling_payments"));
  EXPECT_TRUE(list->rule_errors.empty());  // The other ready-made rule has no helper, and is no error.
}

TEST(Limits, AreTheStudysWhereItHasThem) {
  study::Study study;
  study.warning.red = 0.8;
  const auto limits = limits_of(study, 0.1, 0.2);
  EXPECT_DOUBLE_EQ(limits.red, 0.8);
  EXPECT_DOUBLE_EQ(limits.yellow, 0);
  EXPECT_FALSE(limits.is_by_profit);
}

TEST(Limits, ByProfitRiseFromYellowToRed) {
  const auto limits = limits_of(study::Study{}, 0.12, 0.09);
  EXPECT_DOUBLE_EQ(limits.yellow, 0.09);
  EXPECT_DOUBLE_EQ(limits.orange, 0.12);
  // Value 100, offer 10, contact 1, acceptance 0.3: 11 / (0.3 × 90 + 10).
  EXPECT_DOUBLE_EQ(limits.red, 11.0 / 37.0);
  EXPECT_TRUE(limits.is_by_profit);
}

TEST(Limits, KeepTheListWorkableWhereContactsAreCheap) {
  std::vector<double> probability;
  for (int i = 0; i < 100; ++i) probability.push_back(0.5 + 0.004 * i);
  const auto limits = limits_of(study::Study{}, 0.01, 0.01, probability, {});
  const auto reached = [&](double limit) {
    return std::ranges::count_if(probability, [&](double p) { return p >= limit; });
  };
  EXPECT_EQ(reached(limits.red), 5);
  EXPECT_EQ(reached(limits.orange), 15);
  EXPECT_EQ(reached(limits.yellow), 35);
  EXPECT_TRUE(limits.is_capped);
}

TEST(Limits, KeepSomebodyOnTheListWhereAllScoreTheSame) {
  const std::vector<double> same(50, 0.4);
  EXPECT_DOUBLE_EQ(limits_of(study::Study{}, 0.01, 0.01, same, {}).red, 0.4);
}

}  // namespace
}  // namespace holdfast::warning
