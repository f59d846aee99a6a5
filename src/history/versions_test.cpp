// Later imports: what counts once, what is a correction, what replaces what, and since when it was
// known.
#include <gmock/gmock.h>

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
using ::testing::IsEmpty;
using ::testing::SizeIs;

Day day(int year, int month, int number) { return *day_from_civil(year, month, number); }

const char* const kHeader = "customer,day,kind,amount\n";

study::TableSpec claims_with_ids() {
  auto spec = table("claims", study::Role::Event,
                    {column("customer", ColumnType::Text), column("claim", ColumnType::Text),
                     column("day", ColumnType::Day), column("amount", ColumnType::Money)});
  spec.customer_key = "customer";
  spec.event_time = "day";
  spec.event_id = "claim";
  return spec;
}

/// Amounts of a customer's rows that were known on the cutoff.
std::vector<std::int64_t> known_amounts(Project& project, Day cutoff) {
  const auto store = project.store();
  const auto bucket = store.read_customer("A", {{"claims", {"amount"}}});
  std::vector<std::int64_t> amounts;
  const HistoryView view(*bucket, 0, cutoff);
  const auto rows = view.happened(0);
  for (auto row = rows.first; row < rows.last; ++row) {
    if (view.is_known(0, row)) amounts.push_back(bucket->tables[0].columns[0].integers[row]);
  }
  return amounts;
}

TEST(LaterImport, AnImportRunTwiceCountsOnce) {
  Project project({payments()});
  project.write("payments.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  project.imported();
  const auto again = project.imported();
  EXPECT_TRUE(again.tables[0].was_up_to_date);
  EXPECT_EQ(again.tables[0].rows_stored, 1);
  EXPECT_EQ(again.manifest_number, 1);
}

TEST(LaterImport, TheSameContentUnderAnotherNameCountsOnce) {
  Project project({payments()});
  project.write("payments-1.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  project.write("payments-2.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_stored, 1);
  ASSERT_THAT(report.warnings, SizeIs(1));
  EXPECT_EQ(report.warnings[0].kind, &errors::kSameContent);
}

TEST(LaterImport, TwoIdenticalPurchasesAreTwo) {
  Project project({payments()});
  project.write("payments.csv",
                std::string(kHeader) + "A,2023-02-01,x,1\nA,2023-02-01,x,1\n");
  EXPECT_EQ(project.imported().tables[0].rows_stored, 2);
}

TEST(LaterImport, ANewFileAddsRowsThatAreKnownFromTheDayOfItsImport) {
  Project project({payments()});
  project.write("payments-1.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  project.imported();
  project.write("payments-2.csv", std::string(kHeader) + "A,2023-01-15,x,2\nB,2023-03-01,x,3\n");
  project.on(day(2023, 3, 5));
  const auto report = project.imported();
  EXPECT_EQ(report.manifest_number, 2);
  EXPECT_EQ(report.tables[0].rows_kept, 2);
  EXPECT_EQ(report.tables[0].rows_stored, 3);
  EXPECT_THAT(project.rows("payments", {"amount"}),
              ::testing::UnorderedElementsAre("A 2023-01-15 200 known 2023-03-05",
                                              "A 2023-02-01 100 known 2023-02-01",
                                              "B 2023-03-01 300 known 2023-03-05"));
  // The state before can still be opened.
  const auto before = Store::open(project.study, 1);
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(before->find("payments")->rows, 1);
}

TEST(LaterImport, AForcedImportReadsEverythingAgainAndCountsOnce) {
  Project project({payments()});
  project.write("payments.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  project.imported();
  project.options.is_forced = true;
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_read, 1);
  EXPECT_EQ(report.tables[0].rows_stored, 1);
}

TEST(LaterImport, ACorrectionIsSeenFromTheDayItCameAndTheOldValueUntilThen) {
  Project project({claims_with_ids()});
  project.write("claims-1.csv",
                "customer,claim,day,amount\nA,c1,2023-02-01,100\nA,c2,2023-02-03,50\n");
  project.imported();
  project.write("claims-2.csv",
                "customer,claim,day,amount\nA,c1,2023-02-01,180\nA,c2,2023-02-03,50\n");
  project.on(day(2023, 6, 1));
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_duplicate, 1);
  EXPECT_EQ(report.tables[0].rows_kept, 1);
  EXPECT_EQ(report.tables[0].rows_stored, 3);
  EXPECT_THAT(known_amounts(project, day(2023, 2, 1)), IsEmpty());
  EXPECT_THAT(known_amounts(project, day(2023, 2, 2)), ElementsAre(10000));
  EXPECT_THAT(known_amounts(project, day(2023, 6, 1)), ElementsAre(10000, 5000));
  EXPECT_THAT(known_amounts(project, day(2023, 6, 2)), ElementsAre(18000, 5000));
}

TEST(LaterImport, WithinOneLoadTheLastRowOfAnIdCounts) {
  Project project({claims_with_ids()});
  project.write("claims.csv",
                "customer,claim,day,amount\nA,c1,2023-02-01,100\nA,c1,2023-02-01,100\n"
                "A,c1,2023-02-01,180\nA,,2023-02-05,7\nA,,2023-02-05,7\n");
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_read, 5);
  EXPECT_EQ(report.tables[0].rows_duplicate, 2);
  EXPECT_THAT(known_amounts(project, day(2024, 1, 1)), ElementsAre(18000, 700, 700));
}

TEST(LaterImport, AKnownAtColumnOrdersVersionsWithinOneLoad) {
  auto spec = claims_with_ids();
  spec.columns.push_back(column("recorded", ColumnType::Day));
  spec.known_at = "recorded";
  Project project({spec});
  project.write("claims.csv",
                "customer,claim,day,amount,recorded\nA,c1,2023-02-01,100,2023-02-03\n"
                "A,c1,2023-02-01,180,2023-04-01\n");
  EXPECT_EQ(project.imported().tables[0].rows_stored, 2);
  EXPECT_THAT(known_amounts(project, day(2023, 2, 3)), IsEmpty());
  EXPECT_THAT(known_amounts(project, day(2023, 4, 1)), ElementsAre(10000));
  EXPECT_THAT(known_amounts(project, day(2023, 4, 2)), ElementsAre(18000));
}

TEST(LaterImport, AnExtractReplacesTheDaysItCovers) {
  auto spec = payments();
  spec.replaces_range = true;
  Project project({spec});
  project.write("payments-1.csv", std::string(kHeader) +
                                      "A,2023-01-10,x,1\nA,2023-02-10,x,2\nB,2023-02-11,x,9\n"
                                      "A,2023-02-20,x,3\n");
  project.imported();
  project.write("payments-2.csv", std::string(kHeader) + "A,2023-02-10,x,2\nA,2023-02-20,x,4\n");
  project.on(day(2023, 3, 1));
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_duplicate, 1);
  EXPECT_EQ(report.tables[0].rows_kept, 1);
  EXPECT_THAT(project.rows("payments", {"amount"}),
              ::testing::UnorderedElementsAre(
                  "A 2023-01-10 100 known 2023-01-10", "A 2023-02-10 200 known 2023-02-10",
                  "A 2023-02-20 300 known 2023-02-20 until 2023-03-01",
                  "A 2023-02-20 400 known 2023-03-01",
                  "B 2023-02-11 900 known 2023-02-11 until 2023-03-01"));
}

TEST(LaterImport, OverlappingExtractsOfOneLoadCountOnce) {
  auto spec = payments();
  spec.replaces_range = true;
  Project project({spec});
  project.write("payments-1.csv",
                std::string(kHeader) + "A,2023-01-10,x,1\nA,2023-02-10,x,2\n");
  project.write("payments-2.csv",
                std::string(kHeader) + "A,2023-02-10,x,2\nA,2023-03-10,x,3\n");
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_read, 4);
  EXPECT_EQ(report.tables[0].rows_duplicate, 1);
  EXPECT_THAT(project.rows("payments", {"amount"}),
              ElementsAre("A 2023-01-10 100", "A 2023-02-10 200", "A 2023-03-10 300"));
}

TEST(LaterImport, AFileThatGrewKeepsWhatWasKnownBefore) {
  Project project({payments()});
  project.write("payments.csv", std::string(kHeader) + "A,2023-02-01,x,1\nA,2023-02-01,x,1\n");
  project.imported();
  project.write("payments.csv", std::string(kHeader) +
                                    "A,2023-02-01,x,1\nA,2023-02-01,x,1\nA,2023-02-09,x,5\n");
  project.on(day(2023, 2, 20));
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_duplicate, 2);
  EXPECT_THAT(project.rows("payments", {"amount"}),
              ElementsAre("A 2023-02-01 100 known 2023-02-01", "A 2023-02-01 100 known 2023-02-01",
                          "A 2023-02-09 500 known 2023-02-20"));
}

TEST(LaterImport, ANewListOfCustomersGivesNewVersions) {
  auto people = table("people", study::Role::Customer,
                      {column("id", ColumnType::Text), column("city", ColumnType::Text)});
  people.customer_key = "id";
  people.extract_day = day(2023, 1, 1);
  Project project({payments(), people});
  project.write("payments.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  project.write("people-1.csv", "id,city\nA,Lyon\nB,Nice\n");
  project.imported();
  project.write("people-2.csv", "id,city\nA,Paris\nB,Nice\n");
  project.on(day(2023, 7, 1));
  const auto report = project.imported();
  EXPECT_EQ(report.tables[1].rows_duplicate, 1);
  EXPECT_THAT(project.rows("people", {"city"}),
              ::testing::UnorderedElementsAre(
                  "A 2023-01-01 Lyon known 2023-01-01 until 2023-07-01",
                  "A 2023-01-01 Paris known 2023-07-01", "B 2023-01-01 Nice known 2023-01-01"));
}

TEST(LaterImport, AChangedStudyReadsTheTableAnew) {
  Project project({payments()});
  project.write("payments.csv", std::string(kHeader) + "A,2023-02-01,x,1\n");
  project.imported();
  project.study.tables[0].columns[2].is_ignored = true;
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_read, 1);
  EXPECT_EQ(report.tables[0].rows_stored, 1);
  EXPECT_THAT(project.store().tables()[0].columns, ElementsAre("customer", "day", "amount"));
}

TEST(LaterImport, GrowingIntoMoreBucketsGivesTheSameRowsAsOneLoad) {
  std::string first = kHeader;
  std::string second = kHeader;
  for (int i = 0; i < 3000; ++i) {
    const auto row = "C" + std::to_string(i * 7919 % 400) + ",2023-0" + std::to_string(i % 9 + 1) +
                     "-05,k" + std::to_string(i % 5) + "," + std::to_string(i) + "\n";
    (i < 1000 ? first : second) += row;
  }
  Project grown({payments()});
  grown.options.now = start_of_utc_day(day(2000, 1, 1));  // Nothing is late.
  grown.write("payments-1.csv", first);
  grown.imported();
  EXPECT_EQ(grown.store().bucket_count(), 1);
  grown.write("payments-2.csv", second);
  grown.options.bucket_count_min = 8;
  grown.imported();
  EXPECT_EQ(grown.store().bucket_count(), 8);
  Project whole({payments()});
  whole.options.bucket_count_min = 8;
  whole.write("payments-1.csv", first);
  whole.write("payments-2.csv", second);
  whole.imported();
  EXPECT_EQ(grown.rows("payments", {"kind", "amount"}), whole.rows("payments", {"kind", "amount"}));
}

}  // namespace
}  // namespace holdfast::history
