// Contractual churn on hand-built contracts: every expectation follows from the days written beside
// it. Grace 30, early 45 unless said otherwise.

#include "features/outcomes_test_support.hpp"

namespace holdfast::features::testing {
namespace {

using Stories = std::vector<std::string>;
using tables::ColumnType;

/// Policies looked at 60 days before their end.
World renewals() {
  World world;
  world.study.entity = study::Entity::Contract;
  world.study.cutoffs.before_end_days = {60};
  world.churn.table = "policy";
  auto& policy = world.table("policy", study::Role::Contract);
  policy.column("policy_id", ColumnType::Text)
      .column("end", ColumnType::Day)
      .column("cancelled", ColumnType::Day)
      .column("premium", ColumnType::Money)
      .column("reason", ColumnType::Text)
      .column("product", ColumnType::Text)
      .column("vehicle", ColumnType::Text);
  auto& spec = policy.spec;
  spec.contract_key = "policy_id";
  spec.start = "start";
  spec.end = "end";
  spec.cancelled = "cancelled";
  spec.amount = "premium";
  spec.product = "product";
  spec.vehicle = "vehicle";
  spec.complete_until = day("2023-12-31");
  return world;
}

void add(World& world, const std::string& customer, const std::string& key, std::string_view start,
         std::string_view end, std::string_view cancelled = "", const std::string& reason = "",
         const std::string& product = "motor", const std::string& vehicle = "V") {
  world.tables[0].row(customer, day(start),
                      {key, day(end), cancelled.empty() ? Cell() : Cell(day(cancelled)), 500.0,
                       reason.empty() ? Cell() : Cell(reason), product, vehicle});
}

TEST(ContractChurn, IsLapsedWhereNothingFollowsTheEnd) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 churned:lapsed"});
  const auto rows = world.plan("C-1");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].contract_row, 0U);
  EXPECT_EQ(rows[0].outcome_day, day("2021-01-01").number);
  EXPECT_EQ(rows[0].value_cents, 50'000);
}

TEST(ContractChurn, IsRenewedByASuccessorUpToTheLastDayOfGrace) {
  for (const auto& [start, outcome] : {std::pair{"2021-01-01", "stayed"},
                                       {"2021-01-31", "stayed"},           // 30 days after.
                                       {"2021-02-01", "churned:lapsed"},   // 31 days after.
                                       {"2020-11-17", "stayed"},           // 45 days before.
                                       {"2020-11-16", "churned:lapsed"}}) {  // 46 days before.
    auto world = renewals();
    add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
    add(world, "C-1", "P-2", start, "2022-01-01");
    const auto lines = story(world, "C-1");
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines[0], std::string("2020-11-02 ") + outcome) << "successor starts " << start;
  }
}

TEST(ContractChurn, IsNotReplacingOneProductByAnother) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
  add(world, "C-1", "P-2", "2021-01-01", "2022-01-01", "", "", "home");
  EXPECT_EQ(story(world, "C-1")[0], "2020-11-02 stayed");
  world.churn.successor_products = {"motor"};
  EXPECT_EQ(story(world, "C-1")[0], "2020-11-02 churned:lapsed");
  world.churn.successor_products = {"motor", "Home "};
  EXPECT_EQ(story(world, "C-1")[0], "2020-11-02 stayed");
}

TEST(ContractChurn, IsNotPreventedByTheRenewalOfAnotherContractBesideIt) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
  add(world, "C-1", "P-2", "2020-01-05", "2021-01-05");
  add(world, "C-1", "P-2", "2021-01-05", "2022-01-05");
  EXPECT_EQ(story(world, "C-1"),
            (Stories{"2020-11-02 churned:lapsed", "2020-11-06 stayed",
                     "2021-11-06 churned:lapsed"}));
}

TEST(ContractChurn, CountsAnEarlyCancellationUnlessItIsAReplacement) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2020-12-01");
  add(world, "C-2", "P-2", "2020-01-01", "2021-01-01", "2020-12-01");
  add(world, "C-2", "P-3", "2020-12-02", "2021-12-02");
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 churned:cancelled"});
  EXPECT_EQ(world.plan("C-1")[0].outcome_day, day("2020-12-01").number);
  EXPECT_EQ(story(world, "C-2")[0], "2020-11-02 stayed");
}

TEST(ContractChurn, HasNoRowWhereTheContractWasCancelledBeforeTheCutoff) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2020-11-01");  // Day before the cutoff.
  add(world, "C-2", "P-2", "2020-01-01", "2021-01-01", "2020-11-02");  // On the cutoff: after it.
  EXPECT_EQ(story(world, "C-1"), Stories{});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-11-02 churned:cancelled"});
}

TEST(ContractChurn, ReadsACancellationRepeatedOnAllTermsAsTheLatestTermsOwn) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2019-01-01", "2020-01-01", "2021-11-15");
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2021-11-15");
  add(world, "C-1", "P-1", "2021-01-01", "2022-01-01", "2021-11-15");
  EXPECT_EQ(story(world, "C-1"), (Stories{"2019-11-02 stayed", "2020-11-02 stayed",
                                          "2021-11-02 churned:cancelled"}));
}

TEST(ContractChurn, DoesNotTakeATermCancelledOnItsFirstDayForARenewal) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2021-01-01");
  add(world, "C-1", "P-1", "2021-01-01", "2022-01-01", "2021-01-01");
  // The second term was never in force: no row of its own.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 churned:lapsed"});
}

TEST(ContractChurn, DoesNotTakeATermCancelledWithinItsGraceForARenewal) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
  add(world, "C-1", "P-1", "2021-01-01", "2022-01-01", "2021-01-31");  // 30 days: not taken up.
  add(world, "C-2", "P-2", "2020-01-01", "2021-01-01");
  add(world, "C-2", "P-2", "2021-01-01", "2022-01-01", "2021-02-01");  // 31 days: begun, then left.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 churned:lapsed"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-11-02 stayed"});
}

TEST(ContractChurn, TellsCompetingExitsFromChurnByTheReason) {
  auto world = renewals();
  world.tables[0].spec.exit_reason = "reason";
  world.churn.exits = {{.name = "to_competitor", .values = {"price"}, .label = {}},
                       {.name = "sold", .values = {"sold", "scrapped"}, .is_voluntary = false,
                        .is_churn = false, .label = {}}};
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "", "Sold");
  add(world, "C-2", "P-2", "2020-01-01", "2021-01-01", "", "price");
  add(world, "C-3", "P-3", "2020-01-01", "2021-01-01", "", "who knows");
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 competing:sold"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-11-02 churned:to_competitor"});
  EXPECT_EQ(story(world, "C-3"), Stories{"2020-11-02 churned:lapsed"});
}

TEST(ContractChurn, IsImmatureUntilTheGraceDaysAreOver) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2023-01-01", "2023-12-01");  // + 30 = 12-31: not before it.
  add(world, "C-2", "P-2", "2023-01-01", "2023-11-30");  // + 30 = 12-30: before it.
  EXPECT_EQ(story(world, "C-1"), Stories{"2023-10-02 immature"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2023-10-01 churned:lapsed"});
}

TEST(ContractChurn, LeavesOutWhoLeavesInTheGap) {
  auto world = renewals();
  world.study.cutoffs.gap_days = 14;
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2020-11-15");  // Cutoff + 13.
  add(world, "C-2", "P-2", "2020-01-01", "2021-01-01", "2020-11-16");  // Cutoff + 14.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 unknown"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-11-02 churned:cancelled"});
}

TEST(ContractChurn, GivesOneRowPerOffsetInOrderOfCutoff) {
  auto world = renewals();
  world.study.cutoffs.before_end_days = {30, 90, 60};
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2020-11-20");
  EXPECT_EQ(story(world, "C-1"),
            (Stories{"2020-10-03 churned:cancelled", "2020-11-02 churned:cancelled"}));
}

TEST(ContractChurn, HasNoRowBeforeTheContractIsKnown) {
  auto world = renewals();
  world.study.cutoffs.before_end_days = {90, 60};
  add(world, "C-1", "P-1", "2020-10-01", "2021-01-01");
  world.tables[0].known(day("2020-10-10"));
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 churned:lapsed"});
}

TEST(ContractChurn, ListsWhoWasBelievedToStayThoughTheCancellationCameInLate) {
  auto world = renewals();
  world.tables[0].column("recorded", ColumnType::Day);
  world.tables[0].column_spec("cancelled").known_at = "recorded";
  world.tables[0].row("C-1", day("2020-01-01"),
                      {"P-1", day("2021-01-01"), day("2020-10-01"), 500.0, Cell(), "motor", "V",
                       day("2020-12-01")});
  // Cancelled a month before the cutoff, but nobody knew: listed, and no outcome to learn from.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 unknown"});
  EXPECT_EQ(world.score("C-1", day("2020-11-02")).size(), 1U);
  EXPECT_EQ(world.score("C-1", day("2020-12-02")).size(), 0U);
}

TEST(ContractChurn, FindsASuccessorOfTheSameVehicleWithAnotherCustomer) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "", "", "motor", "V-7");
  add(world, "C-2", "P-2", "2021-01-10", "2022-01-10", "", "", "motor", "v-7");
  add(world, "C-3", "P-3", "2021-01-10", "2022-01-10", "", "", "motor", "V-8");
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 churned:lapsed"});
  world.churn.successor_by_vehicle = true;
  world.tables[0].rows[1].cells[6] = "V-7";
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-11-02 stayed"});
  EXPECT_EQ(story(world, "C-3"), Stories{"2021-11-11 churned:lapsed"});
}

TEST(ContractChurn, FollowsACorrectionToTheTermAsItIsKnownInTheEnd) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
  world.tables[0].known(day("2020-01-02"), day("2020-11-20").number);
  add(world, "C-1", "P-1", "2020-01-01", "2021-03-01");  // The end was wrong by two months.
  world.tables[0].known(day("2020-11-20"));
  add(world, "C-1", "P-1", "2021-03-01", "2022-03-01");
  world.tables[0].known(day("2021-03-01"));
  // 2020-11-02 reads the first version, and the corrected one decides; the corrected one has its
  // own cutoff.
  EXPECT_EQ(story(world, "C-1"), (Stories{"2020-11-02 stayed", "2020-12-31 stayed",
                                          "2021-12-31 churned:lapsed"}));
}

World customers() {
  auto world = renewals();
  world.study.entity = study::Entity::Customer;
  world.study.cutoffs.before_end_days.clear();
  world.study.cutoffs.days = {day("2020-07-01")};
  world.study.cutoffs.outcome_days = 90;  // 2020-07-01 … 2020-09-28.
  return world;
}

TEST(CustomerChurn, IsHavingNoContractInForceAnyMore) {
  auto world = customers();
  add(world, "C-1", "P-1", "2019-08-01", "2020-08-01");
  add(world, "C-2", "P-2", "2019-08-01", "2020-08-01");
  add(world, "C-2", "P-3", "2019-12-01", "2020-12-01");  // Another one runs on.
  add(world, "C-3", "P-4", "2019-08-01", "2020-08-01");
  add(world, "C-3", "P-4", "2020-08-15", "2021-08-15");  // Renewed within grace.
  add(world, "C-4", "P-5", "2019-08-01", "2020-09-28");  // The last day of the window.
  add(world, "C-5", "P-6", "2019-08-01", "2020-09-29");  // The day after.
  add(world, "C-6", "P-7", "2019-06-01", "2020-06-01");  // Gone before the cutoff.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:lapsed"});
  EXPECT_EQ(world.plan("C-1")[0].contract_row, kNoRow);
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(world.plan("C-2")[0].value_cents, 100'000);
  EXPECT_EQ(story(world, "C-3"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-4"), Stories{"2020-07-01 churned:lapsed"});
  EXPECT_EQ(story(world, "C-5"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-6"), Stories{});
}

TEST(CustomerChurn, FollowsAChainOfShortContracts) {
  auto world = customers();
  for (const auto& [start, end] : {std::pair{"2020-06-15", "2020-07-15"},
                                   {"2020-07-15", "2020-08-15"},
                                   {"2020-08-20", "2020-09-10"}}) {
    add(world, "C-1", std::string("P-") + start, start, end);
  }
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:lapsed"});
  EXPECT_EQ(world.plan("C-1")[0].outcome_day, day("2020-09-10").number);
}

TEST(CustomerChurn, LeavesOutTheGapAndSaysWhatIsImmature) {
  auto world = customers();
  world.study.cutoffs.gap_days = 30;  // Window 2020-07-31 … 2020-10-28.
  world.study.cutoffs.days = {day("2020-07-01"), day("2023-08-03"), day("2023-08-04")};
  add(world, "C-1", "P-1", "2019-08-01", "2020-07-30");
  add(world, "C-2", "P-2", "2019-08-01", "2020-07-31");
  add(world, "C-3", "P-3", "2023-01-01", "2024-01-01");
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 unknown"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 churned:lapsed"});
  // 2023-08-02 + 30 + 90 + 30 = 2023-12-30 would be before 2023-12-31; these two are not.
  EXPECT_EQ(story(world, "C-3"), (Stories{"2023-08-03 immature", "2023-08-04 immature"}));
}

TEST(CustomerChurn, HandlesOpenEndedContracts) {
  auto world = customers();
  world.tables[0].row("C-1", day("2019-01-01"),
                      {"S-1", Cell(), day("2020-08-01"), 20.0, Cell(), "phone", "V"});
  world.tables[0].row("C-2", day("2019-01-01"),
                      {"S-2", Cell(), Cell(), 20.0, Cell(), "phone", "V"});
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:cancelled"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
}

TEST(ContractScoring, ListsWhatFallsDueUpToThirtyDaysBeyondTheLargestOffset) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2023-01-15", "2024-01-15");
  add(world, "C-2", "P-2", "2023-03-31", "2024-03-31");  // as_of + 91.
  add(world, "C-3", "P-3", "2023-03-30", "2024-03-30");  // as_of + 90.
  add(world, "C-4", "P-4", "2023-02-01", "2024-02-01", "2023-12-01");
  const auto as_of = day("2023-12-31");
  EXPECT_EQ(world.score("C-1", as_of).size(), 1U);
  EXPECT_EQ(world.score("C-1", as_of)[0].outcome, OutcomeState::Unknown);
  EXPECT_EQ(world.score("C-2", as_of).size(), 0U);
  EXPECT_EQ(world.score("C-3", as_of).size(), 1U);
  EXPECT_EQ(world.score("C-4", as_of).size(), 0U);  // Known to be cancelled.
}

TEST(ContractScoring, ListsAllInForceWhereNoneFallsDue) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2023-06-01", "2026-06-01");
  EXPECT_EQ(world.score("C-1", day("2023-12-31")).size(), 1U);
}

TEST(ContractScoring, ListsTheSameAsTrainingWouldAtThatDay) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01", "2020-12-01");
  const auto trained = world.plan("C-1");
  const auto scored = world.score("C-1", Day{trained[0].cutoff_day});
  ASSERT_EQ(scored.size(), 1U);
  EXPECT_EQ(scored[0].contract_row, trained[0].contract_row);
  EXPECT_EQ(scored[0].value_cents, trained[0].value_cents);
}

TEST(ContractChurn, KnowsWhoComesBack) {
  auto world = renewals();
  add(world, "C-1", "P-1", "2020-01-01", "2021-01-01");
  add(world, "C-1", "P-2", "2021-06-01", "2022-06-01");
  add(world, "C-2", "P-3", "2020-01-01", "2021-01-01");
  const auto program = world.compile();
  ASSERT_TRUE(program.ok());
  const auto bucket = world.bucket();
  EXPECT_TRUE(program->came_back(bucket, 0, world.plan("C-1")[0]));
  EXPECT_FALSE(program->came_back(bucket, 1, world.plan("C-2")[0]));
}

TEST(ContractChurn, SaysWhatIsMissing) {
  auto world = renewals();
  world.churn.table = "polices";
  const auto program = world.compile();
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().kind->name, "features.churn_table");
  world.churn.table = "policy";
  world.tables[0].spec.cancelled = "canceled";
  EXPECT_EQ(world.compile().error().kind->name, "features.churn_column");
}

}  // namespace
}  // namespace holdfast::features::testing
