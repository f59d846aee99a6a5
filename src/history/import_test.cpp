// What an import keeps, refuses and counts.
#include <filesystem>

#include <gmock/gmock.h>

#include "core/hash.hpp"
#include "core/parallel.hpp"
#include "history/errors.hpp"
#include "history/import_testing.hpp"

namespace holdfast::history {
namespace {

using testing::column;
using testing::ColumnType;
using testing::payments;
using testing::Project;
using testing::table;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Day day(int year, int month, int number) { return *day_from_civil(year, month, number); }

TEST(Import, RowsComeBackByCustomerAndDayAsTheyStoodInTheFile) {
  Project project({payments()});
  project.write("payments.csv",
                "customer,day,kind,amount\n"
                "B,2023-02-01,cash,10.50\n"
                "A,2023-03-01,card,-2.25\n"
                "B,2023-01-01,card,3\n"
                "B,2023-02-01,,7\n");
  const auto report = project.imported();
  EXPECT_EQ(report.manifest_number, 1);
  EXPECT_EQ(report.tables[0].rows_read, 4);
  EXPECT_EQ(report.tables[0].rows_kept, 4);
  EXPECT_EQ(report.tables[0].rows_stored, 4);
  EXPECT_TRUE(report.quarantine.empty());
  const auto rows = project.rows("payments", {"day", "kind", "amount", "customer"});
  EXPECT_THAT(rows, UnorderedElementsAre("B 2023-01-01 2023-01-01 card 300 B",
                                         "B 2023-02-01 2023-02-01 cash 1050 B",
                                         "B 2023-02-01 2023-02-01 - 700 B",
                                         "A 2023-03-01 2023-03-01 card -225 A"));
  const auto b_first = std::ranges::find_if(rows, [](auto& row) { return row[0] == 'B'; });
  EXPECT_THAT(*(b_first + 1), HasSubstr("cash"));
  const auto store = project.store();
  const auto* info = store.find("payments");
  EXPECT_EQ(info->first_day, day(2023, 1, 1));
  EXPECT_EQ(info->last_day, day(2023, 3, 1));
  EXPECT_EQ(info->complete_until, day(2023, 3, 1));
  EXPECT_THAT(info->categories[2], ElementsAre("card", "cash"));
}

TEST(Import, KeysThatDifferOnlyInWidthOrSpacesAreOneCustomer) {
  Project project({payments()});
  project.write("payments.csv",
                "customer,day,kind,amount\n"
                "客户01,2023-02-01,x,1\n"
                " 客户０１,2023-02-02,x,2\n"
                "客户1,2023-02-03,x,3\n");
  project.imported();
  const auto found = project.store().read_customer("客户０１", {{"payments", {"amount"}}});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->keys, ElementsAre("客户01"));
  EXPECT_THAT(found->tables[0].columns[0].integers, ElementsAre(100, 200));
  EXPECT_TRUE(project.store().read_customer("nobody", {{"payments", {}}})->keys.empty());
}

TEST(Import, CustomersOfABucketStandInOrderOfHashAndLieInTheirBucket) {
  Project project({payments()});
  std::string csv = "customer,day,kind,amount\n";
  for (int i = 0; i < 500; ++i) csv += "C" + std::to_string(i % 200) + ",2023-01-05,k,1\n";
  project.write("payments.csv", csv);
  project.options.bucket_count_min = 4;
  project.imported();
  const auto store = project.store();
  EXPECT_EQ(store.bucket_count(), 4);
  std::size_t customers = 0;
  for (int b = 0; b < 4; ++b) {
    const auto bucket = store.read_bucket(b, {{"payments", {}}});
    ASSERT_TRUE(bucket.ok());
    customers += bucket->keys.size();
    for (std::size_t i = 0; i < bucket->keys.size(); ++i) {
      EXPECT_EQ(bucket_of(bucket->keys[i], 4), b);
      if (i == 0) continue;
      EXPECT_LT(hash64(bucket->keys[i - 1]), hash64(bucket->keys[i]));
    }
  }
  EXPECT_EQ(customers, 200U);
}

TEST(Import, EveryCustomerOfAnyTableIsInTheBucketWhateverIsAskedFor) {
  auto people = table("people", study::Role::Customer,
                      {column("id", ColumnType::Text), column("city", ColumnType::Text)});
  people.customer_key = "id";
  Project project({payments(), people});
  project.write("payments.csv", "customer,day,kind,amount\nA,2023-02-01,x,1\n");
  project.write("people.csv", "id,city\nB,Lyon\n");
  project.imported();
  const auto bucket = project.store().read_bucket(0, {{"payments", {"kind"}}});
  ASSERT_TRUE(bucket.ok());
  EXPECT_THAT(bucket->keys, UnorderedElementsAre("A", "B"));
  EXPECT_EQ(bucket->tables[0].begin.back(), 1U);
  // Undated, and not declared constant: known from the latest day of the data.
  EXPECT_THAT(project.rows("people", {"city"}), ElementsAre("B 2023-02-01 Lyon"));
}

TEST(Import, AKeyPathLeadsThroughSeveralTablesAndOrphansAreQuarantined) {
  auto policies = table("policies", study::Role::Contract,
                        {column("policy", ColumnType::Integer), column("owner", ColumnType::Text),
                         column("start", ColumnType::Day), column("end", ColumnType::Day)});
  policies.customer_key = "owner";
  policies.start = "start";
  policies.end = "end";
  auto claims = table("claims", study::Role::Event,
                      {column("claim", ColumnType::Text), column("policy", ColumnType::Integer),
                       column("day", ColumnType::Day)});
  claims.via = study::Reference{"policy", "policies", "policy"};
  claims.event_time = "day";
  auto letters = table("letters", study::Role::Event,
                       {column("claim", ColumnType::Text), column("day", ColumnType::Day)});
  letters.via = study::Reference{"claim", "claims", "claim"};
  letters.event_time = "day";
  Project project({letters, claims, policies});
  project.study.bad_rows_max_share = 0.5;
  project.write("policies.csv",
                "policy,owner,start,end\n7,Ann,2023-01-01,2023-12-31\n8,Bob,2023-01-01,\n"
                "9,Eve,2023-05-01,2023-04-30\n");
  project.write("claims.csv", "claim,policy,day\nc1,7,2023-02-01\nc2,99,2023-02-02\n");
  project.write("letters.csv", "claim,day\nc1,2023-03-01\nc1,2023-03-02\nc2,2023-03-03\n");
  const auto report = project.imported();
  EXPECT_THAT(project.rows("letters", {"claim"}),
              ElementsAre("Ann 2023-03-01 c1", "Ann 2023-03-02 c1"));
  EXPECT_EQ(report.tables[0].orphans_count, 1);
  EXPECT_EQ(report.tables[1].orphans_count, 1);
  for (const auto& counts : report.tables) {
    EXPECT_EQ(counts.rows_read,
              counts.rows_kept + counts.rows_quarantined + counts.rows_duplicate);
  }
  const auto quarantine = *read_file(report.quarantine);
  EXPECT_THAT(quarantine, HasSubstr("claims.csv,3,policy,99,"));
  EXPECT_THAT(quarantine, HasSubstr("policies.csv,4,end,2023-04-30,"));
  EXPECT_THAT(quarantine, HasSubstr("before it starts"));
}

TEST(Import, OrphansFindTheirCustomerOnceHeIsThere) {
  auto policies = table("policies", study::Role::Contract,
                        {column("policy", ColumnType::Text), column("owner", ColumnType::Text),
                         column("start", ColumnType::Day)});
  policies.customer_key = "owner";
  policies.start = "start";
  auto claims = table("claims", study::Role::Event,
                      {column("policy", ColumnType::Text), column("day", ColumnType::Day)});
  claims.via = study::Reference{"policy", "policies", "policy"};
  claims.event_time = "day";
  Project project({policies, claims});
  project.study.bad_rows_max_share = 0.5;
  project.write("policies-1.csv", "policy,owner,start\np1,Ann,2023-01-01\n");
  project.write("claims.csv", "policy,day\np1,2023-02-01\np2,2023-02-02\n");
  project.imported();
  project.write("policies-2.csv", "policy,owner,start\np2,Bob,2023-01-01\n");
  project.imported();
  EXPECT_THAT(project.rows("claims", {"policy"}),
              UnorderedElementsAre("Ann 2023-02-01 p1", "Bob 2023-02-02 p2"));
  // A claim of a policy that stood in the store before this import.
  project.write("claims-2.csv", "policy,day\np1,2023-12-24\n");
  project.on(day(2024, 1, 1));
  project.imported();
  EXPECT_THAT(project.rows("claims", {"policy"}),
              ::testing::Contains("Ann 2023-12-24 p1 known 2024-01-01"));
}

TEST(Import, TooManyBadRowsStopItAndSayWhereTheyAre) {
  Project project({payments()});
  project.write("payments.csv",
                "customer,day,kind,amount\nA,2023-02-01,x,1\n,2023-02-01,x,1\nB,,x,1\n");
  const auto report = project.import();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().kind, &errors::kTooManyBadRows);
  EXPECT_EQ(report.error().kind->exit_code, 2);
  EXPECT_THAT(hint_of(report.error(), Language::En), HasSubstr("quarantine/import-000001.csv"));
  EXPECT_EQ(Store::open(project.study).error().kind, &errors::kNoStore);
}

TEST(Import, ATableWithoutRowsAndASecondRowOfACustomerAreToldApart) {
  auto people = table("people", study::Role::Customer,
                      {column("id", ColumnType::Text), column("city", ColumnType::Text)});
  people.customer_key = "id";
  Project project({people});
  project.write("people.csv", "id,city\n");
  EXPECT_EQ(project.import().error().kind, &errors::kEmptyTable);
  project.write("people.csv", "id,city\nA,Lyon\nA,Nice\n");
  EXPECT_EQ(project.import().error().kind, &errors::kTooManyBadRows);
  project.study.bad_rows_max_share = 0.5;
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_quarantined, 1);
  EXPECT_THAT(*read_file(report.quarantine), HasSubstr("a second row of the same customer: A"));
  // No table of the study has a time: what is known holds always.
  EXPECT_THAT(project.rows("people", {"city"}), ElementsAre("A Lyon"));
}

TEST(Import, ASingleTableWithoutKeyNumbersItsRows) {
  auto sheet = table("sheet", study::Role::Customer, {column("age", ColumnType::Integer)});
  Project project({sheet});
  project.write("sheet.csv", "age\n31\n44\n");
  project.imported();
  EXPECT_THAT(project.rows("sheet", {"age"}), UnorderedElementsAre("row-1 31", "row-2 44"));
}

TEST(Import, InstantsFallOnTheLocalDay) {
  auto calls = table("calls", study::Role::Event,
                     {column("customer", ColumnType::Text), column("at", ColumnType::Instant)});
  calls.customer_key = "customer";
  calls.event_time = "at";
  Project project({calls});
  project.study.time_zone = "Asia/Shanghai";
  // Sources are in UTC here: 17:00 on the first is the second in Shanghai.
  project.write("calls.csv",
                "customer,at\nA,2023-05-01 17:00:00\nA,2023-05-01 15:59:59\nA,2023-05-01 16:00:00\n");
  project.imported();
  const auto rows = project.rows("calls", {});
  EXPECT_THAT(rows, ElementsAre("A 2023-05-01", "A 2023-05-02", "A 2023-05-02"));
  project.study.time_zone = "Mars/Olympus";
  EXPECT_EQ(project.import().error().kind, &errors::kUnknownTimeZone);
}

TEST(Import, AContextTableIsSortedByWhatItIsJoinedOn) {
  auto offers = table("offers", study::Role::Context,
                      {column("region", ColumnType::Text), column("day", ColumnType::Day),
                       column("discount", ColumnType::Real)});
  offers.event_time = "day";
  offers.join_on = {"region"};
  Project project({payments(), offers});
  project.write("payments.csv", "customer,day,kind,amount\nA,2023-02-01,x,1\n");
  project.write("offers.csv",
                "region,day,discount\nsouth,2023-01-02,0.1\nnorth,2023-01-09,0.2\n"
                "north,2023-01-03,0.3\n");
  project.imported();
  const auto data = project.store().read_context("offers", {"region", "discount", "day"});
  ASSERT_TRUE(data.ok());
  EXPECT_EQ(data->rows, 3U);
  EXPECT_EQ(testing::cell(data->columns[0], 0), "north");
  EXPECT_THAT(data->columns[1].reals, ElementsAre(0.3, 0.2, 0.1));
  EXPECT_EQ(testing::cell(data->columns[2], 2), "2023-01-02");
}

TEST(Import, AComputedColumnIsMadeFromTheRow) {
  auto spec = table("orders", study::Role::Event,
                    {column("customer", ColumnType::Text), column("day", ColumnType::Day),
                     column("quantity", ColumnType::Integer), column("price", ColumnType::Real)});
  spec.customer_key = "customer";
  spec.event_time = "day";
  spec.computed = {{"amount", "quantity * price", ColumnType::Money, {}},
                   {"is_return", "quantity < 0", ColumnType::Boolean, {}}};
  Project project({spec});
  project.write("orders.csv",
                "customer,day,quantity,price\nA,2023-02-01,3,1.25\nA,2023-02-02,-2,4\n"
                "A,2023-02-03,,4\n");
  project.imported();
  EXPECT_THAT(project.rows("orders", {"amount", "is_return"}),
              ElementsAre("A 2023-02-01 375 0", "A 2023-02-02 -800 1", "A 2023-02-03 - -"));
}

TEST(Import, ManyColumnTypesSurviveWithTheirGaps) {
  auto spec = table("facts", study::Role::Event,
                    {column("customer", ColumnType::Integer), column("day", ColumnType::Day),
                     column("paid", ColumnType::Boolean), column("rate", ColumnType::Real),
                     column("due", ColumnType::Day), column("note", ColumnType::Text)});
  spec.customer_key = "customer";
  spec.event_time = "day";
  Project project({spec});
  project.write("facts.csv",
                "customer,day,paid,rate,due,note\n"
                "17,2023-02-01,true,0.5,2023-03-01,ok\n"
                "17,2023-02-02,,,,\n"
                "17,2023-02-03,false,1.5,2023-03-03,好\n");
  project.imported();
  EXPECT_THAT(project.rows("facts", {"paid", "rate", "due", "note", "customer"}),
              ElementsAre("17 2023-02-01 1 0.500000 2023-03-01 ok 17", "17 2023-02-02 - - - - 17",
                          "17 2023-02-03 0 1.500000 2023-03-03 好 17"));
}

}  // namespace
}  // namespace holdfast::history
