// Made customers whose moves are known. Reference: the chances behind the data.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "analyses/made_study.hpp"
#include "analyses/movement_bands.hpp"
#include "core/random.hpp"

namespace holdfast::analyses {

extern const Descriptor kMovement;

namespace {

using testing::find_block;
using testing::MadeStudy;
using testing::number_in;
using testing::row_of;

constexpr const char* kBank = R"(
[study]
name = "Bank"
time_zone = "UTC"
[table.balances]
role = "event"
topic = "balance"
files = ["balances.csv"]
customer_key = "customer"
event_time = "day"
amount = "balance"
[table.balances.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
balance = { type = "money" }
branch = { type = "text" }
[table.calls]
role = "event"
topic = "contact"
files = ["calls.csv"]
customer_key = "customer"
event_time = "day"
kind = "reason"
[table.calls.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
reason = { type = "text" }
[table.payments]
role = "event"
topic = "payment"
files = ["payments.csv"]
customer_key = "customer"
event_time = "day"
amount = "amount"
[table.payments.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
amount = { type = "money" }
goes_to = { type = "text" }
[churn]
kind = "inactivity"
table = "balances"
inactive_days = 90
[cutoffs]
every_months = 1
[movement]
bands = [100.0]
by = "branch"
destination = "goes_to"
)";

// Balances on the 20th: 200 falls to 50 with the chance 0.1, after a complaint with 0.6; 50 rises to
// 200 with 0.3.
std::vector<std::pair<std::string, std::string>> bank_files() {
  Random random(11);
  std::string balances = "customer,day,balance,branch\n", calls = "customer,day,reason\n";
  std::string payments = "customer,day,amount,goes_to\n";
  for (int c = 0; c < 400; ++c) {
    bool is_high = random.chance(0.5);
    for (int month = 1; month <= 12; ++month) {
      const bool complains = random.chance(0.2);
      calls += fmt::format("c{},2023-{:02}-25,{}\n", c, month, complains ? "complaint" : "price");
      balances += fmt::format("c{},2023-{:02}-20,{},{}\n", c, month, is_high ? 200 : 50,
                              c % 2 == 0 ? "north" : "south");
      const double chance = is_high ? (complains ? 0.6 : 0.1) : 0.3;
      if (!random.chance(chance)) continue;
      if (is_high) {
        payments += fmt::format("c{},2023-{:02}-28,-150,{}\n", c, month,
                                random.chance(0.7) ? "other bank" : "cash");
      }
      is_high = !is_high;
    }
  }
  return {{"balances.csv", balances}, {"calls.csv", calls}, {"payments.csv", payments}};
}

TEST(Movement, FindsTheChancesBehindTheData) {
  const MadeStudy made(kBank, bank_files());
  const auto inputs = made.inputs(*parse_iso_day("2024-01-05"));
  const auto analysis = kMovement.run(inputs, silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  testing::expect_well_formed(*analysis);
  // The 20th of December is in the last complete month only where balances reach its end.
  const auto* shares = find_block<HeatMap>(*analysis, "shares");
  ASSERT_NE(shares, nullptr);
  ASSERT_EQ(shares->rows.size(), 3);
  // From 100 and more to below: 0.8 × 0.1 + 0.2 × 0.6.
  EXPECT_NEAR(shares->values[2][1], 0.2, 0.035);
  EXPECT_NEAR(shares->values[1][2], 0.3, 0.035);
  // Long run of low: 0.2 / (0.2 + 0.3).
  const auto* long_run = find_block<Table>(*analysis, "long_run");
  EXPECT_NEAR(number_in(*long_run, 1, "long_run"), 0.4, 0.04);
  EXPECT_EQ(analysis->models.size(), 1);
  EXPECT_EQ(analysis->customers.customer_keys.size(), 400);
}

TEST(Movement, FindsTheStepAfterWhichBalancesFall) {
  const MadeStudy made(kBank, bank_files());
  const auto analysis = kMovement.run(made.inputs(*parse_iso_day("2024-01-05")), silent());
  ASSERT_TRUE(analysis.ok());
  const auto* paths = find_block<Table>(*analysis, "paths");
  ASSERT_NE(paths, nullptr);
  const auto complaint = row_of(*paths, "calls: complaint");
  // Of high balances 0.6 against 0.1; the other half cannot fall.
  EXPECT_GT(number_in(*paths, complaint, "difference"), 0.15);
  EXPECT_LT(number_in(*paths, complaint, "p"), 1e-6);
  const auto price = row_of(*paths, "calls: price");
  EXPECT_LT(number_in(*paths, price, "difference"), 0);
  const bool is_said = std::ranges::any_of(analysis->findings, [](const Text& finding) {
    return finding.en.find("complaint") != std::string::npos;
  });
  EXPECT_TRUE(is_said);
}

TEST(Movement, TellsWhereTheMoneyWent) {
  const MadeStudy made(kBank, bank_files());
  const auto analysis = kMovement.run(made.inputs(*parse_iso_day("2024-01-05")), silent());
  const auto* lost = find_block<Table>(*analysis, "destinations");
  ASSERT_NE(lost, nullptr);
  const auto bank = row_of(*lost, "other bank");
  EXPECT_EQ(bank, 0);
  EXPECT_LT(number_in(*lost, bank, "lower"), 0.7);
  EXPECT_GT(number_in(*lost, bank, "upper"), 0.7);
}

TEST(Movement, SaysWhatItNeeds) {
  auto files = bank_files();
  files[0].second = "customer,day,balance,branch\nc1,2023-01-20,5,north\n";
  const MadeStudy made(kBank, files);
  const auto analysis = kMovement.run(made.inputs(*parse_iso_day("2024-01-05")), silent());
  ASSERT_FALSE(analysis.ok());
  EXPECT_EQ(analysis.error().kind, &errors::kNothingThere);
}

TEST(Movement, MakesBandsOfAmounts) {
  const std::vector<double> limits{100};
  const auto given = movement::bands_of(limits, {}, {"none", "零"});
  EXPECT_EQ(given.of(-3), 0);
  EXPECT_EQ(given.of(0), 0);
  EXPECT_EQ(given.of(99.9), 1);
  EXPECT_EQ(given.of(100), 2);
  const double cents = 0.1 + 0.7;  // A rounding below 0.8.
  EXPECT_LT(cents, 0.8);
  EXPECT_EQ(movement::bands_of(std::vector<double>{0.8}, {}, {"none", "零"}).of(cents), 2);
  const auto nothing = movement::bands_of({}, {0, 0, -1}, {"none", "零"});
  EXPECT_EQ(nothing.names.size(), 2);
  const auto same = movement::bands_of({}, {5, 5, 5, 5}, {"none", "零"});
  EXPECT_EQ(same.names.size(), 2);  // One amount: no bands to tell apart.
  std::vector<double> amounts;
  for (int i = 1; i <= 100; ++i) amounts.push_back(i * 10);
  EXPECT_EQ(movement::bands_of({}, amounts, {"none", "零"}).limits, (std::vector<double>{260, 510, 760}));
}

}  // namespace
}  // namespace holdfast::analyses
