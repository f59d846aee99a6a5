// Source: made customers whose rates, spend and tenures are known; sums written out.
#include <fmt/format.h>

#include <cmath>

#include "analyses/value_test_support.hpp"
#include "core/random.hpp"
#include "models/forms/value_model.hpp"

namespace holdfast::analyses {
namespace {

const char* const kPurchases = R"(
[study]
name = "made"
time_zone = "UTC"
entity = "customer"

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
amount = { type = "money" }

[churn]
kind = "inactivity"
table = "purchases"
inactive_days = 90

[cutoffs]
every_months = 1
)";

const Day kBegin = day(2023, 1, 1);
const Day kAsOf = day(2024, 7, 1);

// Purchases from a BG/NBD: rates Gamma(0.8, 8 weeks), leaving Beta(0.8, 2.5), spend about 40.
std::string made_purchases(int customers) {
  Random random(20240331);
  std::string csv = "customer,day,amount\n";
  const double end = kAsOf - kBegin;
  for (int i = 0; i < customers; ++i) {
    const double rate = random.gamma(0.8) / (7 * 8) + 1e-9;
    const double one = random.gamma(0.8), other = random.gamma(2.5);
    const double leaves = one / (one + other), scale = random.gamma(4) / 20;
    double at = std::floor(180 * random.uniform());
    for (bool is_first = true; at < end; is_first = false) {
      csv += fmt::format("c{},{},{:.2f}\n", i, to_string(kBegin + static_cast<std::int32_t>(at)),
                         random.gamma(6) / scale + 0.01);
      if (!is_first && random.chance(leaves)) break;
      at += std::max(1.0, random.exponential(rate));
    }
  }
  return csv;
}

TEST(Value, OfPurchasesForetellsWhatItHasNotSeen) {
  MadeStudy made;
  made.table("purchases.csv", made_purchases(1500));
  const auto analysis = made.run("value", kPurchases, kAsOf);
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  EXPECT_GE(analysis->findings.size(), 5U);
  const auto* checks = block_of<Table>(*analysis, "holdout");
  ASSERT_NE(checks, nullptr);
  const double expected = number_in(checks->rows[0][1]), came = number_in(checks->rows[0][2]);
  EXPECT_GT(came, 500);
  EXPECT_NEAR(expected / came, 1, 0.08);
  ASSERT_EQ(analysis->models.size(), 2U);
  const auto& form = std::get<forms::ValueModel>(analysis->models[0].form);
  EXPECT_NEAR(form.parameters[0], 0.8, 0.25);
  for (const auto& model : analysis->models) EXPECT_TRUE(from_json(to_json(model, {})).ok());

  const auto* alive = column_of(*analysis, "alive");
  const auto* value = column_of(*analysis, "value");
  ASSERT_TRUE(alive != nullptr && value != nullptr);
  ASSERT_EQ(alive->values.size(), analysis->customers.customer_keys.size());
  for (std::size_t i = 0; i < alive->values.size(); ++i) {
    EXPECT_TRUE(alive->values[i] >= 0 && alive->values[i] <= 1);
    EXPECT_TRUE(value->values[i] >= 0 && std::isfinite(value->values[i]));
  }
}

TEST(Value, OfPurchasesAddsUpToWhatWasSold) {
  MadeStudy made;
  // Two good customers, one who costs more than he brings, one who returned all.
  made.table(
      "purchases.csv",
      "customer,day,amount\na,2023-01-10,100\na,2023-03-10,100\na,2023-05-10,120\n"
      "b,2023-02-01,80\nb,2023-04-01,60\nc,2023-02-10,30\nc,2023-02-20,-50\nd,2023-03-05,10\n"
      "d,2023-03-05,-10\n");
  const auto analysis = made.run("value", kPurchases, day(2023, 7, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  const auto* whale = block_of<Table>(*analysis, "whale_figures");
  ASSERT_NE(whale, nullptr);
  EXPECT_DOUBLE_EQ(number_in(whale->rows[1][3]), 460);  // Who brings a profit: a 320, b 140.
  EXPECT_DOUBLE_EQ(number_in(whale->rows[2][3]), -20);
  EXPECT_DOUBLE_EQ(number_in(whale->rows[3][3]), 440);
  // d never bought more than he returned: no customer of the models.
  EXPECT_EQ(analysis->customers.customer_keys.size(), 3U);
  // Three customers do not settle a model, and that is said.
  EXPECT_TRUE(analysis->models.empty());
  EXPECT_FALSE(analysis->notes.empty());
  EXPECT_DOUBLE_EQ(of_customer(*analysis, "own_interval_days", "b"), 59);  // February 1 to April 1.
  EXPECT_TRUE(std::isnan(of_customer(*analysis, "own_interval_days", "c")));
}

TEST(Value, LeavesOutWhatIsTheSameOfEverybody) {
  // Each buys at a rate of his own to the end: nothing points to anybody leaving.
  Random random(5);
  std::string csv = "customer,day,amount\n";
  for (int i = 0; i < 400; ++i) {
    const double rate = 0.01 + random.gamma(1) / 40;
    for (double at = 60 * random.uniform(); at < kAsOf - kBegin; at += std::max(1.0, random.exponential(rate)))
      csv += fmt::format("c{},{},20\n", i, to_string(kBegin + static_cast<std::int32_t>(at)));
  }
  const auto has_alive = [](const Analysis& analysis) {
    const auto* tenths = block_of<Table>(analysis, "value_tenths");
    EXPECT_NE(tenths, nullptr);
    return tenths != nullptr && std::ranges::any_of(tenths->columns, [](const auto& column) {
             return column.id == "alive";
           });
  };
  MadeStudy stays, leaves;
  stays.table("purchases.csv", csv);
  leaves.table("purchases.csv", made_purchases(800));
  const auto of_stayers = stays.run("value", kPurchases, kAsOf);
  const auto of_leavers = leaves.run("value", kPurchases, kAsOf);
  ASSERT_TRUE(of_stayers.ok() && of_leavers.ok());
  expect_readable(*of_stayers);
  EXPECT_FALSE(has_alive(*of_stayers));
  EXPECT_TRUE(has_alive(*of_leavers));
}

TEST(Value, TakesADayThatCancelsInCentsForNoPurchase) {
  MadeStudy made;
  // In binary 0.1 + 0.2 - 0.3 leaves 5.6e-17. Customer e only returns what he bought before.
  made.table("purchases.csv",
             "customer,day,amount\na,2023-01-10,100\na,2023-03-10,100\na,2023-05-10,120\n"
             "b,2023-02-01,80\nb,2023-04-01,60\nd,2023-03-05,0.1\nd,2023-03-05,0.2\n"
             "d,2023-03-05,-0.3\ne,2023-04-05,-25\n");
  const auto analysis = made.run("value", kPurchases, day(2023, 7, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  EXPECT_EQ(analysis->customers.customer_keys.size(), 2U);  // Who bought: a and b.
  const auto* whale = block_of<Table>(*analysis, "whale_figures");
  ASSERT_NE(whale, nullptr);
  EXPECT_DOUBLE_EQ(number_in(whale->rows[1][1]), 2);  // d brings nothing.
  EXPECT_DOUBLE_EQ(number_in(whale->rows[2][1]), 1);  // e costs.
  EXPECT_DOUBLE_EQ(number_in(whale->rows[2][3]), -25);
  EXPECT_DOUBLE_EQ(number_in(whale->rows[3][1]), 4);
}

TEST(Value, ScoresByTheStudysOwnRfm) {
  MadeStudy made;
  std::string csv = "customer,day,amount\n";
  // Customer i buys i + 1 times, last in month i + 1, for more the larger i is; f and g alike.
  for (int i = 0; i < 10; ++i) {
    for (int k = 0; k <= i; ++k)
      csv += fmt::format("{},{},{}\n", static_cast<char>('a' + i), to_string(day(2023, 1 + i, 1 + k)), 10 + i);
  }
  made.table("purchases.csv", csv);
  const auto analysis = made.run("value",
                                 std::string(kPurchases) +
                                     "[value]\n[value.rfm]\nbins = 3\nties = \"high\"\nweights = [9.0, 3.0, 1.0]\n",
                                 day(2023, 12, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  for (int i = 0; i < 10; ++i) {
    // ⌊rank · 3 / 11⌋ + 1.
    const double score = std::floor((i + 1) * 3 / 11.0) + 1;
    const std::string key(1, static_cast<char>('a' + i));
    EXPECT_EQ(of_customer(*analysis, "rfm_recency", key), score);
    EXPECT_EQ(of_customer(*analysis, "rfm_frequency", key), score);
    EXPECT_EQ(of_customer(*analysis, "rfm", key), 13 * score);
  }
  const auto* groups = block_of<Table>(*analysis, "rfm_groups");
  ASSERT_NE(groups, nullptr);
  EXPECT_EQ(groups->rows.size(), 8U);
  EXPECT_EQ(number_in(groups->rows[0][1]), 3);  // Scores 1 1 1 2 2 2 2 3 3 3: above their mean of 2.
  const auto wrong = made.run(
      "value", std::string(kPurchases) + "[value]\n[value.rfm]\nties = \"middle\"\n", day(2023, 12, 1));
  ASSERT_FALSE(wrong.ok());
}

TEST(Value, SaysWhatIsMissing) {
  MadeStudy made;
  made.table("purchases.csv", "customer,day,amount\na,2023-01-10,100\n");
  const auto one = made.run("value", kPurchases, day(2023, 1, 11));
  ASSERT_FALSE(one.ok());
  EXPECT_EQ(one.error().kind->name, "analyses.nothing_there");
  const auto early = made.run("value", kPurchases, day(2022, 1, 1));
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().kind->name, "analyses.nothing_there");
  const auto other = made.run(
      "value", std::string(kPurchases) + "[value]\nmodels = [\"logistic\"]\n", day(2023, 7, 1));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind->name, "analyses.model_of_other_kind");
}

TEST(Value, OfOneCustomerStillTells) {
  MadeStudy made;
  made.table("purchases.csv", "customer,day,amount\na,2023-01-10,100\na,2023-03-10,50\n");
  const auto analysis = made.run("value", kPurchases, day(2023, 7, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  EXPECT_EQ(analysis->customers.customer_keys.size(), 1U);
}

const char* const kContracts = R"(
[study]
name = "made"
time_zone = "UTC"
entity = "contract"

[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "policy"
contract_key = "policy"
start = "start"
end = "end"
amount = "premium"

[table.policies.columns]
policy = { type = "text" }
start = { type = "day", date_format = "yyyy-MM-dd" }
end = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money" }
claims = { type = "real" }

[churn]
kind = "contractual"
table = "policies"

[cutoffs]
before_end_days = [60]

[value]
cost = "claims"
acquisition_cost = 250
horizon_days = 3650
)";

// Yearly policies of 100 with claims of 30, begun over three years, each ending with a chance of
// its own, Beta(1, 3): a fourth after the first year.
std::string made_policies(int policies) {
  Random random(20240331);
  std::string csv = "policy,start,end,premium,claims\n";
  for (int i = 0; i < policies; ++i) {
    const double one = random.gamma(1), other = random.gamma(3);
    const double ends = one / (one + other);
    Day start = day(2015, 1, 1) + static_cast<std::int32_t>(3 * 365 * random.uniform());
    for (; start < day(2024, 1, 1);) {
      const Day end = add_months(start, 12);
      csv += fmt::format("p{},{},{},100,30\n", i, to_string(start), to_string(end));
      if (random.chance(ends)) break;
      start = end;
    }
  }
  return csv;
}

TEST(Value, OfContractsFindsRetentionAndPayback) {
  MadeStudy made;
  made.table("policies.csv", made_policies(3000));
  const auto analysis = made.run("value", kContracts, day(2024, 1, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  ASSERT_FALSE(analysis->models.empty());
  const auto& form = std::get<forms::ValueModel>(analysis->models[0].form);
  for (double t = 1; t <= 6; t += 1) {
    // Of Beta(1, 3): B(1, 3 + t)/B(1, 3) = 3/(3 + t).
    EXPECT_NEAR(forms::survival(form, t), 3 / (3 + t), 0.03) << t;
  }
  // A policy leaves 70 a year: one that stays pays after 250/70 years; leavers make it longer:
  // 70 (1 + 3/4 + 3/5 + 3/6 + 3/7 + 3/8) = 255.7.
  const auto* payback = block_of<Table>(*analysis, "payback");
  ASSERT_NE(payback, nullptr);
  EXPECT_EQ(std::get<Text>(payback->rows[0][4]).en, "3.6 years");
  const auto years = std::get<Text>(payback->rows[0][2]).en;
  EXPECT_NEAR(std::stod(years), 5.8, 0.35) << years;
  const auto* renews = column_of(*analysis, "renews");
  const auto* runs = column_of(*analysis, "is_running");
  for (std::size_t i = 0; i < renews->values.size(); ++i) {
    EXPECT_EQ(std::isnan(renews->values[i]), runs->values[i] == 0);
  }
  EXPECT_EQ(block_of<Table>(*analysis, "whale_figures")->rows[2].size(), 5U);
}

TEST(Value, OfContractsAllAlikeTakesOneChanceForAll) {
  // Nothing tells contracts apart: each ends with a chance of a fourth.
  Random random(7);
  std::string csv = "policy,start,end,premium,claims\n";
  for (int i = 0; i < 2000; ++i) {
    for (Day start = day(2018, 1 + i % 12, 5); start < day(2024, 1, 1);
         start = add_months(start, 12)) {
      csv +=
          fmt::format("p{},{},{},100,0\n", i, to_string(start), to_string(add_months(start, 12)));
      if (random.chance(0.25)) break;
    }
  }
  MadeStudy made;
  made.table("policies.csv", csv);
  const auto analysis = made.run("value", kContracts, day(2024, 1, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  for (const double renews : column_of(*analysis, "renews")->values) {
    if (std::isnan(renews)) continue;
    EXPECT_NEAR(renews, 0.75, 0.05);
  }
}

TEST(Value, OfContractsThatNeverEndSaysSo) {
  MadeStudy made;
  made.table(
      "policies.csv",
      "policy,start,end,premium,claims\na,2021-01-01,2022-01-01,100,0\na,2022-01-01,2023-01-01,100,"
      "\nb,2022-06-01,2023-06-01,100,500\n");
  const auto analysis = made.run("value", kContracts, day(2022, 12, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  EXPECT_TRUE(analysis->models.empty());
  // The second term of a runs on, and what it costs is not known yet.
  EXPECT_DOUBLE_EQ(of_customer(*analysis, "profit", "a"), 100);
  EXPECT_DOUBLE_EQ(of_customer(*analysis, "profit", "b"), -400);
}

}  // namespace
}  // namespace holdfast::analyses
