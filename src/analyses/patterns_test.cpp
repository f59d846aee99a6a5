// Made purchases whose rule is known. Reference: the counts written into the file.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "analyses/made_study.hpp"

namespace holdfast::analyses {

extern const Descriptor kPatterns;

namespace {

using testing::find_block;
using testing::MadeStudy;
using testing::number_in;
using testing::row_of;

constexpr const char* kShop = R"(
[study]
name = "Shop"
time_zone = "UTC"
[table.purchases]
role = "event"
topic = "purchase"
files = ["purchases.csv"]
customer_key = "customer"
event_time = "day"
amount = "amount"
[table.purchases.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
invoice = { type = "text" }
article = { type = "text" }
amount = { type = "money" }
[churn]
kind = "inactivity"
table = "purchases"
inactive_days = 90
[cutoffs]
every_months = 1
)";

// 120 customers: 80 buy bread and butter on one day, 20 bread alone, 20 milk; a month later the
// first 60 buy jam. One brings butter back.
std::string purchases() {
  std::string text = "customer,day,invoice,article,amount\n";
  const auto add = [&](int c, const char* day, int invoice, const char* article, int amount) {
    text += fmt::format("c{},{},i{},{},{}\n", c, day, invoice, article, amount);
  };
  for (int c = 0; c < 120; ++c) {
    if (c < 100) add(c, "2023-01-05", c, "bread", 3);
    if (c < 80) add(c, "2023-01-05", c, "butter", 2);
    if (c >= 100) add(c, "2023-01-05", c, "milk", 1);
    if (c < 60) add(c, "2023-02-05", 1000 + c, "jam", 4);
  }
  add(110, "2023-01-09", 5000, "butter", -2);
  return text;
}

TEST(Patterns, FindTheRuleAndOfferByIt) {
  const MadeStudy made(kShop, {{"purchases.csv", purchases()}});
  const auto analysis = kPatterns.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  testing::expect_well_formed(*analysis);
  const auto* rules = find_block<Table>(*analysis, "rules");
  ASSERT_EQ(rules->rows.size(), 1);  // Invoices are no items: each belongs to one customer.
  const auto row = row_of(*rules, "butter");  // Who buys it buys bread always; the other way 80 of 100.
  EXPECT_EQ(number_in(*rules, row, "confidence"), 1);
  EXPECT_NEAR(number_in(*rules, row, "reverse"), 0.8, 1e-12);
  EXPECT_EQ(number_in(*rules, row, "baskets"), 80);
  // 180 baskets; of those with bread 80 of 100 hold butter, whose share of all is 80 of 180.
  EXPECT_NEAR(number_in(*rules, 0, "lift"), 1.8, 1e-12);
  // The twenty with bread alone are offered butter.
  std::size_t offered = 0;
  for (std::size_t c = 0; c < analysis->customers.customer_keys.size(); ++c) {
    if (analysis->customers.columns[0].texts[c].en != "butter") continue;
    ++offered;
    EXPECT_NEAR(analysis->customers.columns[1].values[c], 0.8, 1e-12);
    EXPECT_FALSE(analysis->customers.columns[2].texts[c].zh.empty());
  }
  EXPECT_EQ(offered, 20);
  EXPECT_EQ(analysis->models.size(), 2);
}

TEST(Patterns, FindWhatComesAfterWhat) {
  const MadeStudy made(kShop, {{"purchases.csv", purchases()}});
  const auto analysis = kPatterns.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_TRUE(analysis.ok());
  const auto* sequences = find_block<Table>(*analysis, "sequences");
  const auto row = row_of(*sequences, "butter → jam");
  EXPECT_EQ(number_in(*sequences, row, "customers"), 60);
  EXPECT_NEAR(number_in(*sequences, row, "confidence"), 0.75, 1e-12);
  EXPECT_NEAR(number_in(*sequences, row, "lift"), 1.5, 1e-12);  // Half of all come to jam.
}

TEST(Patterns, SayThatBasketsOfOneItemHoldNoRules) {
  std::string text = "customer,day,invoice,article,amount\n";
  for (int c = 0; c < 60; ++c) {
    text += fmt::format("c{},2023-01-05,i{},{},3\n", c, c, c % 2 == 0 ? "bread" : "milk");
  }
  const MadeStudy made(kShop, {{"purchases.csv", text}});
  const auto analysis = kPatterns.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  testing::expect_well_formed(*analysis);
  EXPECT_TRUE(analysis->findings.front().en.starts_with("None of 60 baskets holds two different items"));
  EXPECT_TRUE(analysis->customers.empty());
}

TEST(Patterns, SayWhereThereIsNothing) {
  const MadeStudy made(kShop, {{"purchases.csv", "customer,day,invoice,article,amount\nc1,2023-01-05,i1,bread,3\n"
                                                  "c2,2023-01-05,i2,milk,3\n"}});
  const auto analysis = kPatterns.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_FALSE(analysis.ok());  // No text that customers share: nothing to be an item.
  EXPECT_EQ(analysis.error().kind, &errors::kNoColumnFor);
}

}  // namespace
}  // namespace holdfast::analyses
