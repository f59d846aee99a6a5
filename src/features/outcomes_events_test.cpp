// Churn by inactivity, spend, balance and rules on hand-built events; expectations follow from the
// days and amounts written beside them.

#include <tuple>

#include "core/random.hpp"
#include "features/outcomes_test_support.hpp"

namespace holdfast::features::testing {
namespace {

using Stories = std::vector<std::string>;
using study::ChurnKind;
using tables::ColumnType;

World purchases(ChurnKind kind) {
  World world;
  world.study.cutoffs.days = {day("2020-07-01")};
  world.study.cutoffs.outcome_days = 90;  // 2020-07-01 … 2020-09-28.
  world.churn.kind = kind;
  world.churn.table = "purchase";
  auto& table = world.table("purchase", study::Role::Event);
  table.column("amount", ColumnType::Money);
  table.spec.event_time = "day";
  table.spec.amount = "amount";
  table.spec.complete_until = day("2021-12-31");
  return world;
}

void buy(World& world, const std::string& customer, std::string_view when, double amount = 10) {
  world.tables[0].row(customer, day(when), {amount});
}

TEST(Inactivity, IsNoPurchaseInTheWholeWindow) {
  auto world = purchases(ChurnKind::Inactivity);
  world.churn.inactive_days = {{"", 90}};
  buy(world, "C-1", "2020-06-01");
  for (const auto* when : {"2020-06-01", "2020-09-28"}) buy(world, "C-2", when);  // Last day.
  for (const auto* when : {"2020-06-01", "2020-09-29"}) buy(world, "C-3", when);  // Day after.
  for (const auto* when : {"2020-06-01", "2020-07-01"}) buy(world, "C-4", when);  // First day.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:inactive"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-3"), Stories{"2020-07-01 churned:inactive"});
  EXPECT_EQ(story(world, "C-4"), Stories{"2020-07-01 stayed"});
}

TEST(Inactivity, CountsOnlyWhoIsNotSilentForLongerThanTheLimit) {
  auto world = purchases(ChurnKind::Inactivity);
  world.churn.inactive_days = {{"", 90}};
  buy(world, "C-1", "2020-04-02");  // 90 days before.
  buy(world, "C-2", "2020-04-01");  // 91 days before.
  buy(world, "C-3", "2020-07-01");  // Not before the cutoff.
  EXPECT_EQ(story(world, "C-1").size(), 1U);
  EXPECT_EQ(story(world, "C-2").size(), 0U);
  EXPECT_EQ(story(world, "C-3").size(), 0U);
  EXPECT_EQ(world.score("C-2", day("2020-06-30")).size(), 1U);
}

TEST(Inactivity, DoesNotTakeReturnsForActivityButNetsTheValue) {
  auto world = purchases(ChurnKind::Inactivity);
  world.churn.inactive_days = {{"", 90}};
  buy(world, "C-1", "2020-06-01", 100);
  buy(world, "C-1", "2020-08-01", -40);
  buy(world, "C-2", "2019-12-01", 100);
  buy(world, "C-2", "2020-06-01", -100);
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:inactive"});
  EXPECT_EQ(story(world, "C-2"), Stories{});
  buy(world, "C-3", "2019-06-30", 7);  // Older than 365 days.
  buy(world, "C-3", "2019-07-02", 30);
  buy(world, "C-3", "2020-05-01", 50);
  buy(world, "C-3", "2020-05-02", -20);
  EXPECT_EQ(world.plan("C-3")[0].value_cents, 6'000);
}

TEST(Inactivity, LeavesTheGapOutOfTheWindow) {
  auto world = purchases(ChurnKind::Inactivity);
  world.study.cutoffs.gap_days = 14;
  buy(world, "C-1", "2020-06-01");
  buy(world, "C-1", "2020-07-14");  // Within the gap: neither known nor looked for.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:inactive"});
}

TEST(Inactivity, MeasuresSilenceByTheCustomersOwnInterval) {
  auto world = purchases(ChurnKind::Inactivity);
  world.churn.interval_factor = 1.25;  // DOMAIN: interval 4 months, silent 5 months: at risk.
  // Mean interval 120 days, limit 150 days.
  for (const auto* when : {"2019-06-07", "2019-10-05", "2020-02-02"}) buy(world, "C-1", when);
  for (const auto* when : {"2019-06-06", "2019-10-04", "2020-02-01"}) buy(world, "C-2", when);
  EXPECT_EQ(story(world, "C-1").size(), 1U);  // Silent for 150 days.
  EXPECT_EQ(story(world, "C-2").size(), 0U);  // 151 days.
}

TEST(Inactivity, TakesTheLimitOfTheSegmentAsKnownThen) {
  auto world = purchases(ChurnKind::Inactivity);
  world.churn.segment_by = "kind";
  world.churn.inactive_days = {{"corporate", 60}, {"", 30}};
  auto& customer = world.table("customer", study::Role::Customer);
  customer.column("kind", ColumnType::Text);
  for (const auto* key : {"C-1", "C-2"}) buy(world, key, "2020-05-10");  // Silent for 52 days.
  buy(world, "C-1", "2020-09-05");  // 66 days after the cutoff.
  customer.row("C-1", day("2019-01-01"), {"Corporate"});
  customer.row("C-2", day("2019-01-01"), {"person"});
  // The corporate limit of 60 days is shorter than the window of 90.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:inactive"});
  EXPECT_EQ(story(world, "C-2"), Stories{});
}

TEST(Inactivity, IsImmatureWhereTheDataEndsFirst) {
  auto world = purchases(ChurnKind::Inactivity);
  world.study.cutoffs.days = {day("2021-10-01"), day("2021-10-02")};
  buy(world, "C-1", "2021-09-30");
  // 2021-10-01 + 90 = 2021-12-30, before 12-31; the next is not.
  EXPECT_EQ(story(world, "C-1"), (Stories{"2021-10-01 churned:inactive", "2021-10-02 immature"}));
}

TEST(Inactivity, DoesNotSeeWhatBecameKnownLater) {
  auto world = purchases(ChurnKind::Inactivity);
  buy(world, "C-1", "2020-06-20");
  world.tables[0].known(day("2020-07-05"));
  EXPECT_EQ(story(world, "C-1"), Stories{});
  EXPECT_EQ(world.score("C-1", day("2020-07-06")).size(), 1U);
}

TEST(Inactivity, KnowsWhoComesBack) {
  auto world = purchases(ChurnKind::Inactivity);
  for (const auto* when : {"2020-06-01", "2020-12-01"}) buy(world, "C-1", when);
  buy(world, "C-2", "2020-06-01");
  const auto program = world.compile();
  EXPECT_TRUE(program->came_back(world.bucket(), 0, world.plan("C-1")[0]));
  EXPECT_FALSE(program->came_back(world.bucket(), 1, world.plan("C-2")[0]));
}

TEST(ExpectedSpend, ComparesWithWhatASteadyHabitPredicts) {
  auto world = purchases(ChurnKind::ExpectedSpend);
  world.churn.fall_share = 0.5;
  // 10 every 10 days for a year: the rate is 1 a day however old habits are weighted, so about 90
  // are expected, and the limit is about 45.
  for (auto at = day("2019-07-02"); at < day("2020-07-01"); at = at + 10) {
    for (const auto* key : {"C-1", "C-2"}) buy(world, key, to_string(at), 10);
  }
  buy(world, "C-1", "2020-08-01", 40);
  buy(world, "C-2", "2020-08-01", 50);
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:underspent"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
}

TEST(ExpectedSpend, NeedsOneWindowOfHistory) {
  auto world = purchases(ChurnKind::ExpectedSpend);
  buy(world, "C-1", "2020-04-02");  // 90 days.
  buy(world, "C-2", "2020-04-03");
  EXPECT_EQ(story(world, "C-1").size(), 1U);
  EXPECT_EQ(story(world, "C-2").size(), 0U);
}

TEST(PartialChurn, TellsPartialFromFullFallsOfSpend) {
  auto world = purchases(ChurnKind::Partial);
  for (const auto* key : {"C-1", "C-2", "C-3", "C-4"}) buy(world, key, "2020-05-01", 100);
  buy(world, "C-1", "2020-08-01", 51);
  buy(world, "C-2", "2020-08-01", 50);
  buy(world, "C-3", "2020-08-01", 5);
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 churned:partial"});
  EXPECT_EQ(story(world, "C-3"), Stories{"2020-07-01 churned:full"});
  EXPECT_EQ(story(world, "C-4"), Stories{"2020-07-01 churned:full"});
}

TEST(PartialChurn, AddsUpTheBalancesOfAccounts) {
  auto world = purchases(ChurnKind::Partial);
  auto& table = world.tables[0];
  table.column("account", ColumnType::Text);
  table.spec.topic = study::Topic::Balance;
  table.spec.contract_key = "account";
  table.row("C-1", day("2020-05-01"), {1000.0, "A"}).row("C-1", day("2020-06-01"), {500.0, "B"});
  table.row("C-1", day("2020-09-01"), {100.0, "A"});  // 1500 → 600: falls by 60 %.
  table.row("C-2", day("2020-05-01"), {1000.0, "A"}).row("C-2", day("2020-06-01"), {500.0, "B"});
  table.row("C-2", day("2020-09-01"), {100.0, "B"});  // 1500 → 1100.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:partial"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
}

TEST(RevenueRule, IsFallingSoManyMonthsInARow) {
  auto world = purchases(ChurnKind::RevenueRule);  // Three months.
  const auto months = {"2020-05-10", "2020-06-10", "2020-07-10", "2020-08-10"};
  double falling = 100, broken = 100;
  for (const auto* when : months) {
    buy(world, "C-1", when, falling -= 10);
    buy(world, "C-2", when, broken -= when == std::string_view("2020-07-10") ? -10 : 10);
  }
  // The window ends on 2020-09-29: August < July < June < May.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:falling"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
}

TEST(RevenueRule, IsBelowALimitSoManyMonthsInARow) {
  auto world = purchases(ChurnKind::RevenueRule);
  world.churn.falling_months = 0;
  world.churn.below_months = 2;
  world.churn.below = 20;
  for (const auto* when : {"2020-05-10", "2020-06-10"}) {
    for (const auto* key : {"C-1", "C-2"}) buy(world, key, when, 50);
    buy(world, "C-3", when, 10);
  }
  buy(world, "C-1", "2020-07-10", 19.99);
  buy(world, "C-2", "2020-08-10", 20);
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:below"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-3"), Stories{});  // Already below at the cutoff.
  world.churn.below = 0;                      // Nothing at all.
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 stayed"});
}

TEST(RevenueRule, IsAnyConditionTheUserWrites) {
  auto world = purchases(ChurnKind::RevenueRule);
  world.churn.condition = "sum(purchase.amount, 90 days) < 0.5 * sum(purchase.amount, 180 days)"
                          " and count(purchase) >= 2";
  buy(world, "C-1", "2020-05-01", 30);
  buy(world, "C-1", "2020-08-01", 10);  // On 09-29: 10 of 40 in the last 90 days.
  buy(world, "C-2", "2020-05-01", 30);
  buy(world, "C-2", "2020-08-01", 40);
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:condition"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
}

TEST(RevenueRule, AgreesWithTheConditionThatSaysTheSame) {
  for (const auto& [falling, below, condition] :
       {std::tuple{2, 0, "falling(purchase.amount, 2 months)"},
        std::tuple{0, 2, "months_below(purchase.amount, 30) >= 2"}}) {
    auto world = purchases(ChurnKind::RevenueRule);
    Random random(20240331);
    for (int customer = 0; customer < 200; ++customer) {
      for (int month = 0; month < 14; ++month) {
        if (random.chance(0.2)) continue;
        buy(world, "C-" + std::to_string(customer),
            to_string(add_months(day("2019-10-15"), month)),
            static_cast<double>(random.below(60)));
      }
    }
    world.churn.falling_months = falling;
    world.churn.below_months = below;
    world.churn.below = 30;
    auto written = world;
    written.churn.condition = condition;
    const auto outcomes_of = [](const World& of, const std::string& key) {
      std::vector<bool> lost;
      for (const auto& row : of.plan(key)) lost.push_back(row.outcome == OutcomeState::Churned);
      return lost;
    };
    for (int customer = 0; customer < 200; customer += 5) {
      const auto key = "C-" + std::to_string(customer);
      EXPECT_EQ(outcomes_of(world, key), outcomes_of(written, key)) << key << " " << condition;
    }
  }
}

TEST(RevenueRule, SaysWhereAConditionIsWrong) {
  auto world = purchases(ChurnKind::RevenueRule);
  world.churn.condition = "sum(purchase.amont, 90 days) < 1";
  const auto program = world.compile();
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().place.key, "churn.condition");
}

World labels(bool is_timed) {
  World world;
  world.churn.kind = ChurnKind::Label;
  world.churn.table = "label";
  world.churn.column = "lost";
  auto& table = world.table("label", is_timed ? study::Role::Outcome : study::Role::Customer);
  table.column("lost", ColumnType::Text);
  if (is_timed) table.spec.event_time = "day";
  return world;
}

TEST(Label, WithoutTimeGivesOneRowTheDayAfterTheData) {
  auto world = labels(false);
  world.churn.positive = {"Yes"};
  for (const auto& [key, label] : {std::pair<const char*, Cell>{"C-1", "yes "}, {"C-2", "No"},
                                   {"C-3", Cell()}}) {
    world.tables[0].row(key, day("2020-03-01"), {label});
  }
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-03-02 churned:churned"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-03-02 stayed"});
  EXPECT_EQ(story(world, "C-3"), Stories{"2020-03-02 unknown"});
  const auto as_of = day("2020-03-02");
  EXPECT_EQ(world.score("C-1", as_of).size(), 0U);  // Lost already.
  EXPECT_EQ(world.score("C-2", as_of).size(), 1U);
  EXPECT_EQ(world.score("C-3", as_of).size(), 1U);
  EXPECT_EQ(world.compile()->cutoffs(), std::vector<Day>{day("2020-03-02")});
}

TEST(Label, IsReadAsANumberWhereItIsOne) {
  auto world = labels(false);
  world.tables[0].types[0] = ColumnType::Integer;
  world.churn.positive = {"1"};
  world.tables[0].row("C-1", day("2020-03-01"), {1.0}).row("C-2", day("2020-03-01"), {0.0});
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-03-02 churned:churned"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-03-02 stayed"});
}

TEST(Label, WithTimeIsLookedForInTheWindow) {
  auto world = labels(true);
  world.churn.positive = {"1"};
  world.study.cutoffs.days = {day("2020-07-01")};
  world.tables[0].spec.complete_until = day("2021-12-31");
  auto& visits = world.table("visit", study::Role::Event);
  for (const auto* key : {"C-1", "C-2", "C-3", "C-4"}) visits.row(key, day("2020-01-01"), {});
  visits.row("C-5", day("2020-07-02"), {});
  world.tables[0].row("C-1", day("2020-08-01"), {"1"});
  world.tables[0].row("C-2", day("2020-12-01"), {"1"});
  world.tables[0].row("C-3", day("2020-05-01"), {"1"});
  world.tables[0].row("C-4", day("2020-08-01"), {"0"});
  EXPECT_EQ(story(world, "C-1"), Stories{"2020-07-01 churned:churned"});
  EXPECT_EQ(story(world, "C-2"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-3"), Stories{});
  EXPECT_EQ(story(world, "C-4"), Stories{"2020-07-01 stayed"});
  EXPECT_EQ(story(world, "C-5"), Stories{});  // Not known yet.
}

TEST(Cutoffs, StandOnTheFirstOfEverySoManyMonthsOnceTheLongestWindowIsFilled) {
  auto world = purchases(ChurnKind::Inactivity);
  world.study.cutoffs.days.clear();
  world.study.cutoffs.every_months = 3;
  world.study.features.windows_days = {30, 365};
  buy(world, "C-1", "2020-01-15");
  world.tables[0].spec.complete_until = day("2022-06-30");
  const auto program = world.compile();
  const auto& cutoffs = program->cutoffs();
  ASSERT_EQ(cutoffs.size(), 6U);
  EXPECT_EQ(cutoffs.front(), day("2021-02-01"));
  EXPECT_EQ(cutoffs.back(), day("2022-05-01"));
}

TEST(Cutoffs, TakeAShorterWindowWhereTheLongestLeavesTooFew) {
  auto world = purchases(ChurnKind::Inactivity);
  world.study.cutoffs.days.clear();
  world.study.cutoffs.every_months = 1;
  world.study.features.windows_days = {90, 365};
  buy(world, "C-1", "2020-01-01");
  world.tables[0].spec.complete_until = day("2020-12-09");
  EXPECT_EQ(world.compile()->cutoffs().front(), day("2020-04-01"));
}

TEST(Outcomes, AreNoneWhereACustomerHasNoEvents) {
  for (const auto kind : {ChurnKind::Inactivity, ChurnKind::ExpectedSpend, ChurnKind::Partial,
                          ChurnKind::RevenueRule}) {
    auto world = purchases(kind);
    auto& other = world.table("customer", study::Role::Customer);
    other.row("C-1", day("2020-01-01"), {});
    EXPECT_EQ(story(world, "C-1"), Stories{});
    EXPECT_EQ(world.score("C-1", day("2020-07-01")).size(), 0U);
  }
}

}  // namespace
}  // namespace holdfast::features::testing
