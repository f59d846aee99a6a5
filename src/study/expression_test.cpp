#include "study/expression.hpp"

#include <map>

#include <gtest/gtest.h>

#include "study/errors.hpp"
#include "study/scope.hpp"

namespace holdfast::study {
namespace {

using tables::ColumnType;

ColumnSpec column(std::string name, ColumnType type) {
  ColumnSpec spec;
  spec.format.name = std::move(name);
  spec.format.type = type;
  return spec;
}

Study shop() {
  Study study;
  TableSpec customers;
  customers.name = "customers";
  customers.role = Role::Customer;
  customers.columns = {
      column("age", ColumnType::Integer), column("tier", ColumnType::Text),
      column("保费", ColumnType::Money),  column("birth", ColumnType::Day),
      column("phone", ColumnType::Text),  column("is_member", ColumnType::Boolean)};
  TableSpec payments;
  payments.name = "payments";
  payments.topic = Topic::Payment;
  payments.amount = "amount";
  payments.columns = {column("amount", ColumnType::Money), column("mode", ColumnType::Text),
                      column("paid_on", ColumnType::Day)};
  TableSpec claims;
  claims.name = "claims";
  claims.columns = {column("loss", ColumnType::Money), column("开始 日", ColumnType::Day)};
  study.tables = {customers, payments, claims};
  return study;
}

Result<ExpressionPtr> parsed(std::string_view source) {
  return parse_expression(source, scope_of(shop()));
}

Value value(std::string_view source, const std::map<std::string, Value>& names = {}) {
  const auto expression = parsed(source);
  EXPECT_TRUE(expression.ok()) << source << ": "
                               << (expression.ok() ? ""
                                                   : message_of(expression.error(), Language::En));
  if (!expression.ok()) return {};
  return evaluate(**expression, [&](const Expression& leaf) -> Value {
    const auto& key = leaf.op == Operator::Name     ? leaf.text
                      : leaf.op == Operator::Column ? leaf.column
                                                    : "";
    const auto found = names.find(key);
    if (found != names.end()) return found->second;
    if (leaf.text == "cutoff") return *day_from_civil(2024, 3, 31);
    return {};
  });
}

const Value kNull;

TEST(Expression, ArithmeticBindsAsInSchool) {
  EXPECT_EQ(value("1 + 2 * 3 - 4 / 2"), Value(5.0));
  EXPECT_EQ(value("(1 + 2) * 3"), Value(9.0));
  EXPECT_EQ(value("10 - 3 - 2"), Value(5.0));
  EXPECT_EQ(value("-2 * -3"), Value(6.0));
  EXPECT_EQ(value("7 % 4"), Value(3.0));
  EXPECT_EQ(value("not 1 = 2 and 3 > 2 or false"), Value(true));
}

TEST(Expression, WhatHasNoFiniteValueIsNull) {
  for (const auto* source : {"1 / 0", "1 % 0", "ln(0)", "sqrt(-1)", "1e308 * 10", "exp(1000)"}) {
    EXPECT_EQ(value(source), kNull) << source;
  }
}

// SQL:1999 three-valued logic (ISO/IEC 9075-2, 8.13: truth tables of AND, OR and NOT).
TEST(Expression, LogicHasThreeValues) {
  const std::map<std::string, Value> names = {{"is_member", kNull}};
  EXPECT_EQ(value("is_member and true", names), kNull);
  EXPECT_EQ(value("is_member and false", names), Value(false));
  EXPECT_EQ(value("false and is_member", names), Value(false));
  EXPECT_EQ(value("is_member or true", names), Value(true));
  EXPECT_EQ(value("is_member or false", names), kNull);
  EXPECT_EQ(value("not is_member", names), kNull);
  EXPECT_EQ(value("is_member is null", names), Value(true));
  EXPECT_EQ(value("is_member is not null", names), Value(false));
}

TEST(Expression, NullPoisonsComparisonsAndLists) {
  EXPECT_EQ(value("age = 1"), kNull);
  EXPECT_EQ(value("age <> age"), kNull);
  EXPECT_EQ(value("age + 1"), kNull);
  EXPECT_EQ(value("age in (1, 2)"), kNull);
  EXPECT_EQ(value("1 in (1, null)"), Value(true));
  EXPECT_EQ(value("3 in (1, null)"), kNull);
  EXPECT_EQ(value("3 not in (1, null)"), kNull);
  EXPECT_EQ(value("3 not in (1, 2)"), Value(true));
  EXPECT_EQ(value("5 between 6 and null"), Value(false));
  EXPECT_EQ(value("5 between 4 and null"), kNull);
  EXPECT_EQ(value("tier like 'a%'"), kNull);
  EXPECT_EQ(value("case when age > 1 then 'a' else 'b' end"), Value(std::string("b")));
  EXPECT_EQ(value("if(age > 1, 1, 2)"), Value(2.0));
}

TEST(Expression, FunctionsDoWhatTheySay) {
  EXPECT_EQ(value("abs(-2) + floor(2.7) + ceil(2.1)"), Value(7.0));
  EXPECT_EQ(value("round(2.5)"), Value(3.0));
  EXPECT_EQ(value("round(-1234.567, 2)"), Value(-1234.57));
  EXPECT_EQ(value("least(3, age, 2)"), Value(2.0));
  EXPECT_EQ(value("greatest(3, 2)"), Value(3.0));
  EXPECT_EQ(value("coalesce(age, 7)"), Value(7.0));
  EXPECT_EQ(value("nullif(2, 2)"), kNull);
  EXPECT_EQ(value("upper(concat('a', tier, 'b'))"), Value(std::string("AB")));
  EXPECT_EQ(value("length('保费a')"), Value(3.0));
  EXPECT_EQ(value("substr('机动车保险', 2, 2)"), Value(std::string("动车")));
  EXPECT_EQ(value("contains('car insurance', 'ins') and starts_with('car', 'c')"), Value(true));
  EXPECT_EQ(value("'北京市' like '北_市' and 'abcab' like '%ab' and 'x' not like 'y%'"),
            Value(true));
  EXPECT_EQ(value("year(date '2024-02-29') * 100 + month(date '2024-02-29')"), Value(202402.0));
  EXPECT_EQ(value("weekday(date '1970-01-01')"), Value(4.0));  // A Thursday.
  EXPECT_EQ(value("age_years(date '2000-03-01', date '2024-02-29')"), Value(23.0));
  EXPECT_EQ(value("age_years('2000-03-01', cutoff())"), Value(24.0));
}

TEST(Expression, DaysAndDurationsAdd) {
  EXPECT_EQ(value("date '2024-01-31' + 1 month"), Value(*day_from_civil(2024, 2, 29)));
  EXPECT_EQ(value("date '2024-03-01' - 1 day"), Value(*day_from_civil(2024, 2, 29)));
  EXPECT_EQ(value("date '2024-03-01' - date '2024-02-01'"), Value(29.0));
  EXPECT_EQ(value("cutoff() - date '2024-01-01' > 80 days"), Value(true));
  EXPECT_EQ(value("birth >= '1990-01-01'", {{"birth", *day_from_civil(1990, 1, 1)}}), Value(true));
  EXPECT_EQ(value("date '9999-12-31' + 1 year"), kNull);
}

TEST(Expression, ChineseNamesAndPunctuationAreRead) {
  EXPECT_EQ(value("（保费＋50）≥150 and tier in （‘金’，'银'）",
                  {{"保费", 100.0}, {"tier", std::string("金")}}),
            Value(true));
}

TEST(Expression, AggregatesCarryTableColumnWindowAndFilter) {
  const auto sum = parsed("sum(payments.amount, 90 days where mode = 'cash')");
  ASSERT_TRUE(sum.ok());
  const auto& node = **sum;
  EXPECT_EQ(node.op, Operator::Aggregate);
  EXPECT_EQ(node.text, "sum");
  EXPECT_EQ(node.table, "payments");
  EXPECT_EQ(node.column, "amount");
  EXPECT_EQ(node.days, 90);
  ASSERT_NE(filter_of(node), nullptr);
  EXPECT_EQ(filter_of(node)->children[0]->op, Operator::Column);
  EXPECT_EQ(filter_of(node)->children[0]->table, "payments");

  const auto below = parsed("months_below(payments.amount, 100) >= 2");
  ASSERT_TRUE(below.ok());
  const auto& trend = *(*below)->children[0];
  EXPECT_EQ(filter_of(trend), nullptr);
  ASSERT_EQ(trend.children.size(), 2u);
  EXPECT_EQ(trend.children[1]->literal, (decltype(trend.literal)(100.0)));

  const auto sugar = parsed("claims.count(365 days) = 0");
  const auto plain = parsed("count(claims, 365 days) = 0");
  ASSERT_TRUE(sugar.ok() && plain.ok());
  EXPECT_TRUE(same(**sugar, **plain));
}

TEST(Expression, ABareSeriesIsTheAmountItMeans) {
  for (const auto* source : {"falling(revenue, 3 months)", "falling(payments, 3 months)",
                             "falling(payments.amount, 3 months)", "falling(amount, 3 months)"}) {
    const auto expression = parsed(source);
    ASSERT_TRUE(expression.ok()) << source;
    EXPECT_EQ((*expression)->table, "payments") << source;
    EXPECT_EQ((*expression)->column, "amount") << source;
    EXPECT_EQ((*expression)->type, Type::Boolean);
  }
}

TEST(Expression, PrintingReadsBackToTheSameTree) {
  for (const auto* source : {
           "age > 0.1 and claims.count(365 days) = 0",
           "falling(revenue, 3 months)",
           "months_below(payments.amount, -1.5) >= 2",
           "sum(payments.amount, 90 days where mode = 'cash') / nullif(sum(payments.amount, 1 "
           "year), 0)",
           "tier in ('gold', '金', 'it''s') or phone is null",
           "case when age < 25 then 'young' when age is not null then 'old' end",
           "not (age = 1 or age = 2) and not (is_member and is_member)",
           "1 - (2 - 3) - -4 * (5 + 6) % 7",
           "-(age + 1) + - -age",
           "(age > 1) = (age > 2)",
           "保费 between 1e-9 and 1e300 and tier not like '%_a'",
           "max(claims.\"开始 日\", 12 months where loss > 0 and \"开始 日\" < '2024-01-01')",
           "days_since_last(claims where loss > 0) + days_since_first(payments)",
           "change(payments, 30 days) < -0.5 and slope(payments.amount, 6 months) < 0",
           "if(age is null, cutoff() - 1 month, cutoff() + 3)",
           "distinct(payments.mode) = 1 and last(payments.mode) = first(payments.mode, 30 days)",
           "payments.paid_on > date '2024-01-01'",
           "age - -90 days > 1",
       }) {
    const auto first = parsed(source);
    ASSERT_TRUE(first.ok()) << source << ": " << message_of(first.error(), Language::En);
    const auto text = to_string(**first);
    const auto second = parsed(text);
    ASSERT_TRUE(second.ok()) << text << ": " << message_of(second.error(), Language::En);
    EXPECT_TRUE(same(**first, **second)) << source << " → " << text;
    EXPECT_EQ(to_string(**second), text);
  }
}

struct Wrong {
  const char* source;
  const ErrorKind* kind;
  int position;
};

TEST(Expression, ErrorsPointAtTheCharacter) {
  const Wrong cases[] = {
      {"age >", &errors::kExpressionSyntax, 6},
      {"", &errors::kExpressionSyntax, 1},
      {"(age", &errors::kExpressionSyntax, 5},
      {"age 5", &errors::kExpressionSyntax, 5},
      {"保费 > 'abc", &errors::kExpressionText, 6},
      {"age > 1 ; 2", &errors::kExpressionText, 9},
      {"age ! 2", &errors::kExpressionText, 5},
      {"1 < age < 3", &errors::kExpressionSyntax, 9},
      {"保费 > 10 and agee = 2", &errors::kUnknownName, 13},
      {"claims.los > 0", &errors::kUnknownTableColumn, 1},
      {"count(clams, 3 days)", &errors::kUnknownTableName, 1},
      {"sum(payments.amount where mod = 'a')", &errors::kUnknownTableColumn, 27},
      {"summ(payments.amount)", &errors::kUnknownFunction, 1},
      {"sum(payments.mode)", &errors::kTypesDiffer, 1},
      {"age = 'a'", &errors::kTypesDiffer, 7},
      {"not age", &errors::kTypesDiffer, 5},
      {"tier + 1", &errors::kTypesDiffer, 1},
      {"abs(1, 2)", &errors::kWrongArguments, 1},
      {"least()", &errors::kWrongArguments, 1},
      {"falling(payments.amount, 90 days)", &errors::kWrongArguments, 1},
      {"months_below(payments.amount)", &errors::kWrongArguments, 1},
      {"change(payments.amount)", &errors::kWrongArguments, 1},
      {"sum(payments.amount where count(claims) > 1)", &errors::kAggregateHere, 27},
      {"sum(claims)", &errors::kWrongArguments, 1},
      {"90 days", &errors::kTypesDiffer, 1},
      {"date '2023-02-29'", &errors::kExpressionSyntax, 6},
      {"0.5 days", &errors::kExpressionSyntax, 1},
      {"case when 1 then 2 end", &errors::kTypesDiffer, 11},
  };
  for (const auto& wrong : cases) {
    const auto result = parsed(wrong.source);
    ASSERT_FALSE(result.ok()) << wrong.source;
    EXPECT_EQ(result.error().kind->name, wrong.kind->name) << wrong.source;
    EXPECT_EQ(result.error().place.column, wrong.position) << wrong.source;
    for (const auto language : {Language::En, Language::Zh}) {
      EXPECT_EQ(message_of(result.error(), language).find('{'), std::string::npos) << wrong.source;
      EXPECT_EQ(hint_of(result.error(), language).find('{'), std::string::npos) << wrong.source;
    }
  }
}

TEST(Expression, AnUnknownNameIsToldWithTheNearest) {
  const auto result = parsed("tyer = 'gold'");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(hint_of(result.error(), Language::En), "nearest known: tier");
  EXPECT_EQ(hint_of(result.error(), Language::Zh), "最接近的已知名称: tier");
}

TEST(Expression, NestingAndSizeAreLimited) {
  const auto nested = std::string(5000, '(') + "1" + std::string(5000, ')');
  ASSERT_FALSE(parsed(nested).ok());
  EXPECT_EQ(parsed(nested).error().kind->name, errors::kExpressionTooDeep.name);
  std::string chain = "1";
  for (int i = 0; i < 5000; ++i) chain += "+1";
  EXPECT_EQ(parsed(chain).error().kind->name, errors::kExpressionTooDeep.name);
  std::string signs(20000, '-');
  EXPECT_EQ(value(signs + "1"), Value(1.0)) << "signs of a number fold";
  EXPECT_FALSE(parsed(std::string(2000, '-') + "age").ok());
  EXPECT_FALSE(parsed(std::string(70000, ' ') + "1").ok());
  EXPECT_FALSE(parsed("'\xff'").ok());
}

TEST(Expression, LikeTakesNoExponentialTime) {
  const std::string text(2000, 'a');
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "%a";
  EXPECT_EQ(value("'" + text + "' like '" + pattern + "b'"), Value(false));
}

TEST(Expression, SaysItselfInBothLanguages) {
  const auto words = [](std::string_view source) { return in_words(**parsed(source)); };
  EXPECT_EQ(words("sum(payments.amount, 90 days where mode = 'cash') > 100").en,
            "sum of payments.amount in the last 90 days where mode is “cash” is above 100");
  EXPECT_EQ(words("sum(payments.amount, 90 days where mode = 'cash') > 100").zh,
            "最近90天payments.amount合计(限mode为“cash”)大于100");
  EXPECT_EQ(words("months_below(payments.amount, 100) >= 2").zh,
            "payments.amount连续低于100的月数不少于2");
  EXPECT_EQ(words("falling(revenue, 3 months)").en,
            "payments.amount fell month after month in the last 3 months");
}

TEST(Expression, ListsAggregatesAndNamesOnce) {
  const auto expression = parsed(
      "count(claims, 90 days) > age and count(claims, 90 days) < 2 * age and sum(payments) > 保费");
  ASSERT_TRUE(expression.ok());
  EXPECT_EQ(aggregates_of(**expression).size(), 2u);
  EXPECT_EQ(names_of(**expression), (std::vector<std::string>{"age", "保费"}));
}

TEST(Expression, EveryFunctionIsDocumentedInBothLanguages) {
  for (const auto& function : functions()) {
    EXPECT_FALSE(function.signature.empty() || function.en.empty() || function.zh.empty())
        << function.name;
  }
  EXPECT_EQ(functions().size(), 42u);
}

}  // namespace
}  // namespace holdfast::study
