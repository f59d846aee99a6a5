// Source: balances, steps and referrals written out.
#include <fmt/format.h>

#include <cmath>

#include "analyses/value_test_support.hpp"

namespace holdfast::analyses {
namespace {

const char* const kStudy = R"(
[study]
name = "made"
time_zone = "UTC"
entity = "customer"

[table.customers]
role = "customer"
files = ["customers.csv"]
customer_key = "customer"

[table.customers.columns]
customer = { type = "text" }
referrer = { type = "text" }

[table.balances]
role = "event"
topic = "balance"
files = ["balances.csv"]
customer_key = "customer"
event_time = "day"
amount = "amount"

[table.balances.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
amount = { type = "money" }

[table.steps]
role = "event"
files = ["steps.csv"]
customer_key = "customer"
event_time = "day"
kind = "step"

[table.steps.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
step = { type = "text" }

[churn]
kind = "inactivity"
table = "steps"
inactive_days = 30

[cutoffs]
every_months = 1
)";

const char* const kGrowth = R"(
[growth]
table = "balances"
funnel = ["looked", "asked", "bought"]
referrer = "referrer"
)";

void write_tables(MadeStudy& made) {
  made.table("customers.csv", "customer,referrer\na,\nb,a\nc,a\nd,c\ne,nobody\n");
  // January: a and b hold 300. From February on more hold less: a 100, b 50, c 40, d 30.
  made.table("balances.csv",
             "customer,day,amount\na,2023-01-05,200\nb,2023-01-06,100\na,2023-02-10,100\n"
             "b,2023-02-11,50\nc,2023-02-12,40\nd,2023-02-13,30\n");
  made.table("steps.csv",
             "customer,day,step\na,2023-01-01,looked\na,2023-01-03,asked\na,2023-01-09,bought\n"
             "b,2023-01-02,looked\nb,2023-01-04,asked\nc,2023-01-05,looked\nd,2023-01-05,looked\n"
             "e,2023-02-05,bought\n");
}

TEST(Growth, SeesAssetsFallWhileCustomersGrow) {
  MadeStudy made;
  write_tables(made);
  const auto analysis = made.run("growth", std::string(kStudy) + kGrowth, day(2023, 3, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  expect_readable(*analysis);
  const auto* changes = block_of<Table>(*analysis, "asset_changes");
  ASSERT_NE(changes, nullptr);
  ASSERT_EQ(changes->rows.size(), 1U);  // From the start of February to that of March.
  const auto& row = changes->rows[0];
  EXPECT_DOUBLE_EQ(number_in(row[1]), 220);
  EXPECT_DOUBLE_EQ(number_in(row[2]), 4);
  EXPECT_DOUBLE_EQ(number_in(row[3]), -80);
  EXPECT_DOUBLE_EQ(number_in(row[4]), 205);   // Two more at the mean of 150 and 55.
  EXPECT_DOUBLE_EQ(number_in(row[5]), -285);  // 95 less for the mean of 2 and 4.
  EXPECT_DOUBLE_EQ(number_in(row[6]), 70);
  EXPECT_DOUBLE_EQ(number_in(row[9]), -150);
  EXPECT_EQ(std::get<Text>(row[10]).zh, "量减人增");
}

TEST(Growth, CountsTheFunnelAndReferrals) {
  MadeStudy made;
  write_tables(made);
  const auto analysis = made.run("growth", std::string(kStudy) + kGrowth, day(2023, 3, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  const auto* steps = block_of<Table>(*analysis, "funnel");
  ASSERT_NE(steps, nullptr);
  EXPECT_DOUBLE_EQ(number_in(steps->rows[0][1]), 4);
  EXPECT_DOUBLE_EQ(number_in(steps->rows[1][1]), 2);
  EXPECT_DOUBLE_EQ(number_in(steps->rows[2][1]), 1);
  EXPECT_DOUBLE_EQ(number_in(steps->rows[2][6]), 0.25);
  EXPECT_DOUBLE_EQ(number_in(steps->rows[1][7]), 2);  // Days; both took two.
  const auto* flow = block_of<FlowChart>(*analysis, "funnel_flow");
  double out = 0;
  for (const auto& link : flow->links) out += link.from == 0 ? link.value : 0;
  EXPECT_DOUBLE_EQ(out, 4);
  const auto* trees = block_of<Table>(*analysis, "referral_trees");
  ASSERT_NE(trees, nullptr);
  ASSERT_EQ(trees->rows.size(), 1U);
  EXPECT_DOUBLE_EQ(number_in(trees->rows[0][1]), 3);  // a brought b and c, c brought d.
  EXPECT_DOUBLE_EQ(number_in(trees->rows[0][2]), 2);
}

TEST(Growth, SaysWhichReturnsAreNotTakenFromSales) {
  std::string study = kStudy;
  study.replace(study.find("topic = \"balance\""), 17, "topic = \"purchase\"");
  MadeStudy made;
  write_tables(made);
  // b brings back 30 more than he buys in February, d all he bought in January.
  made.table("balances.csv",
             "customer,day,amount\na,2023-01-01,200\nb,2023-01-06,100\nd,2023-01-07,0.1\nd,2023-01-08,0.2\n"
             "d,2023-01-09,-0.3\na,2023-02-10,150\nb,2023-02-11,20\nb,2023-02-12,-50\n");
  const auto analysis = made.run("growth", study + "[growth]\ntable = \"balances\"\n", day(2023, 3, 1));
  ASSERT_TRUE(analysis.ok()) << message_of(analysis.error(), Language::En);
  const auto* changes = block_of<Table>(*analysis, "asset_changes");
  ASSERT_NE(changes, nullptr);
  EXPECT_DOUBLE_EQ(number_in(changes->rows[0][1]), 150);
  EXPECT_TRUE(std::ranges::any_of(analysis->notes, [](const Text& note) {
    return note.en.find("no buyers of it: these ") != std::string::npos && note.en.find("30") != std::string::npos;
  }));
  const auto* flows = block_of<BarChart>(*analysis, "asset_flows");
  ASSERT_NE(flows, nullptr);
  EXPECT_EQ(flows->bars[2].label.en, "buy more (0)");
}

TEST(Growth, SaysWhatIsMissing) {
  MadeStudy made;
  write_tables(made);
  const auto short_time =
      made.run("growth", std::string(kStudy) + "[growth]\ntable = \"balances\"\n", day(2023, 2, 1));
  ASSERT_FALSE(short_time.ok());
  EXPECT_EQ(short_time.error().kind->name, "analyses.nothing_there");
  const auto no_amount =
      made.run("growth", std::string(kStudy) + "[growth]\ntable = \"steps\"\n", day(2023, 3, 1));
  ASSERT_FALSE(no_amount.ok());
  EXPECT_EQ(no_amount.error().kind->name, "analyses.no_column_for");
  const auto no_step = made.run(
      "growth", std::string(kStudy) + "[growth]\nfunnel = [\"x\", \"y\"]\n", day(2023, 3, 1));
  ASSERT_FALSE(no_step.ok());
  EXPECT_EQ(no_step.error().kind->name, "value.no_customers");
  const auto no_column = made.run(
      "growth", std::string(kStudy) + "[growth]\nreferrer = \"nowhere\"\n", day(2023, 3, 1));
  ASSERT_FALSE(no_column.ok());
  EXPECT_EQ(no_column.error().kind->name, "analyses.no_table_for");
}

}  // namespace
}  // namespace holdfast::analyses
