#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/made_facts.hpp"
#include "study/proposal.hpp"

namespace holdfast::study {
namespace {

using tables::ColumnType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kExtract = 19'800;

struct Made {
  std::vector<std::string> cause, sex, switched, office, reason;
  std::vector<std::int64_t> start, months, ended, surrendered, index_at_end, age;
};

/// 600 contracts since up to ten years, of which some ended by surrender, death or sale.
Made contracts() {
  Made made;
  for (int i = 0; i < 600; ++i) {
    const int days = 100 + (i * 37) % 3500;
    const char* causes[] = {"in force", "in force", "退保", "死亡", "in force", "退保", "过户"};
    const std::string cause = causes[i % 7];
    const bool is_there = cause == "in force";
    const int spent = is_there ? days : days * (1 + i % 5) / 6;
    made.cause.push_back(cause);
    made.start.push_back(kExtract - days);
    made.months.push_back(spent * 100 / 3044);
    made.ended.push_back(is_there ? 0 : 1);
    made.surrendered.push_back(cause == "退保" ? 1 : 0);
    made.switched.push_back(cause == "过户" ? "b" : "a");
    made.office.push_back(fmt::format("office {}", i % 9));
    made.index_at_end.push_back(is_there ? 900 : 700 + (i * 53) % 199);
    made.sex.push_back(i % 2 ? "F" : "M");
    made.age.push_back(20 + i % 50);
  }
  return made;
}

TableFacts facts_of(const Made& made, const std::string& time) {
  return table("lives", {texts("how", made.cause), numbers("issued", made.start, ColumnType::Day),
                         numbers(time, made.months), numbers("x1", made.ended),
                         numbers("x2", made.surrendered), texts("x3", made.switched),
                         texts("office", made.office), numbers("market", made.index_at_end),
                         texts("sex", made.sex), numbers("years", made.age)});
}

Result<Proposal> proposed(const TableFacts& facts) {
  ProposalOptions options;
  options.outcome = "how";
  return propose_from({facts}, options);
}

std::vector<std::string> left_out(const TableSpec& spec) {
  std::vector<std::string> names;
  for (const auto& column : spec.columns) {
    if (column.is_ignored) names.push_back(column.format.name);
  }
  return names;
}

TEST(ProposeExits, WaysOfEndingCompete) {
  const auto proposal = proposed(facts_of(contracts(), "zz"));
  ASSERT_TRUE(proposal.ok()) << message_of(proposal.error(), Language::En);
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  EXPECT_EQ(study.churn->positive.size(), 3u);
  EXPECT_EQ(study.churn->exit_reason, "how");
  ASSERT_EQ(study.churn->exits.size(), 3u);
  EXPECT_THAT(study.churn->exits[0].values, ElementsAre("退保")) << "the most frequent first";
  EXPECT_TRUE(study.churn->exits[0].is_churn);
  EXPECT_EQ(study.churn->exits[0].label.en, "surrendered");
  for (const auto k : {1u, 2u}) EXPECT_FALSE(study.churn->exits[k].is_churn);
}

TEST(ProposeExits, ColumnsThatKnowTheEndAreFoundInTheData) {
  const auto proposal = proposed(facts_of(contracts(), "zz"));
  ASSERT_TRUE(proposal.ok());
  const auto& spec = proposal->study.tables[0];
  EXPECT_THAT(left_out(spec), ElementsAre("issued", "x1", "x2", "x3", "market"));
  for (const auto* dummy : {"x1", "x2", "x3"}) {
    EXPECT_THAT(spec.find(dummy)->note, HasSubstr("in other words"));
  }
  EXPECT_THAT(spec.find("market")->note, HasSubstr("afterwards"));
}

TEST(ProposeExits, TheTimeSpentAndItsUnitAreFoundInTheData) {
  const auto proposal = proposed(facts_of(contracts(), "zz"));
  ASSERT_TRUE(proposal.ok());
  const auto& study = proposal->study;
  ASSERT_TRUE(study.analyses.survival.has_value());
  EXPECT_EQ(study.analyses.survival->duration, "zz");
  EXPECT_EQ(study.tables[0].find("zz")->unit, "months");
  EXPECT_THAT(study.features.exclude, ElementsAre("lives_zz"));
  EXPECT_THAT(study.analyses.survival->horizons_days, ElementsAre(90, 180, 365, 730, 1825));
}

TEST(ProposeExits, TheTimeSpentIsTheDaysBetweenTheBeginningAndTheEnd) {
  const auto made = contracts();
  std::vector<std::int64_t> ends;
  for (std::size_t i = 0; i < made.start.size(); ++i) {
    const bool is_there = made.cause[i] == "in force";
    ends.push_back(is_there ? kExtract : made.start[i] + (kExtract - made.start[i]) * (1 + static_cast<int>(i) % 5) / 6);
  }
  const auto facts = [&](const std::vector<std::int64_t>& days) {
    return table("lives", {texts("how", made.cause), numbers("issued on", made.start, ColumnType::Day),
                           numbers("until", days, ColumnType::Day), numbers("age", made.age)});
  };
  const auto proposal = proposed(facts(ends));
  ASSERT_TRUE(proposal.ok());
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  ASSERT_TRUE(study.analyses.survival.has_value());
  EXPECT_EQ(study.analyses.survival->duration, "days_held");
  ASSERT_EQ(study.tables[0].computed.size(), 1u);
  EXPECT_EQ(study.tables[0].computed[0].expression, "days_between(\"issued on\", until)");
  ASSERT_EQ(study.features.own.size(), 1u);
  EXPECT_EQ(study.features.own[0].expression, "last(lives.days_held)");
  EXPECT_THAT(study.features.exclude, ElementsAre("days_held"));
  EXPECT_THAT(left_out(study.tables[0]), ElementsAre("issued on", "until"));
  auto some_ended_early = ends;
  for (std::size_t i = 0; i < some_ended_early.size(); i += 14) some_ended_early[i] -= 50;
  const auto other = proposed(facts(some_ended_early));
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(other->study.analyses.survival.has_value()) << "some in force until another day than the rest";
}

TEST(ProposeExits, WithoutDatesTheNameTellsTheTimeSpent) {
  auto made = contracts();
  for (std::size_t i = 0; i < made.start.size(); ++i) made.start[i] = kExtract;
  const auto named = proposed(facts_of(made, "tenure_in_months"));
  ASSERT_TRUE(named.ok());
  ASSERT_TRUE(named->study.analyses.survival.has_value());
  EXPECT_EQ(named->study.analyses.survival->duration, "tenure_in_months");
  EXPECT_EQ(named->study.tables[0].find("tenure_in_months")->unit, "months");
  EXPECT_FALSE(proposed(facts_of(made, "zz"))->study.analyses.survival.has_value());
}

/// A yearly table: the year a contract began, the whole years it lasted or, by the same names, the year
/// of birth and the age of all in 2020; how it ended.
TableFacts yearly(bool is_age) {
  std::vector<std::string> cause;
  std::vector<std::int64_t> began, years;
  for (int i = 0; i < 600; ++i) {
    const char* causes[] = {"in force", "in force", "surrender", "death", "in force"};
    cause.emplace_back(causes[i / 15 % 5]);  // Whatever the year.
    const int longest = 1 + (i * 37) % 15;
    began.push_back(2020 - longest);
    years.push_back(is_age || cause.back() == "in force" ? longest : longest * (i % 6) / 6);
  }
  return table("lives", {texts("how", cause), numbers("began", began), numbers("n", years)});
}

TEST(ProposeExits, WholeYearsSinceAYearAreFoundInTheData) {
  const auto proposal = proposed(yearly(false));
  ASSERT_TRUE(proposal.ok());
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  ASSERT_TRUE(study.analyses.survival.has_value());
  EXPECT_EQ(study.analyses.survival->duration, "n");
  EXPECT_EQ(study.tables[0].find("n")->unit, "years");
  EXPECT_THAT(left_out(study.tables[0]), ElementsAre("began"));
  EXPECT_THAT(study.analyses.survival->horizons_days, ElementsAre(1825, 3650));
  EXPECT_FALSE(proposed(yearly(true))->study.analyses.survival.has_value()) << "the age on one day is no time until an end";
}

TEST(ProposeExits, YearsAreCalledSo) {
  std::vector<std::string> cause;
  std::vector<std::int64_t> year, claims;
  for (int i = 0; i < 200; ++i) {
    cause.emplace_back(i % 7 < 3 ? "left" : "active");
    year.push_back(1990 + i % 23);
    claims.push_back(1990 + i);
  }
  const auto proposal = proposed(table("cars", {texts("how", cause), numbers("registration_year", year),
                                                numbers("mileage", claims)}));
  ASSERT_TRUE(proposal.ok());
  EXPECT_EQ(proposal->study.tables[0].find("registration_year")->unit, "calendar year");
  EXPECT_EQ(proposal->study.tables[0].find("mileage")->unit, "");
}

TEST(ProposeExits, YesAndNoAreOneWay) {
  auto made = contracts();
  for (auto& cause : made.cause) cause = cause == "in force" ? "No" : "Yes";
  const auto proposal = proposed(facts_of(made, "zz"));
  ASSERT_TRUE(proposal.ok());
  EXPECT_THAT(proposal->study.churn->positive, ElementsAre("Yes"));
  EXPECT_THAT(proposal->study.churn->exits, IsEmpty());
  ASSERT_TRUE(proposal->study.analyses.survival.has_value()) << "the days and months show what zz is";
  EXPECT_THAT(proposal->study.features.exclude, ElementsAre("lives_zz"));
  for (auto& start : made.start) start = kExtract;
  const auto tenure = proposed(facts_of(made, "tenure_in_months"));
  ASSERT_TRUE(tenure.ok());
  EXPECT_FALSE(tenure->study.analyses.survival.has_value()) << "a name alone: a fact like any other";
}

TEST(ProposeExits, OfThoseWhoBeganTogetherTheStayersHaveTheLongestTime) {
  auto made = contracts();
  for (auto& cause : made.cause) cause = cause == "in force" ? "No" : "Yes";
  for (std::size_t i = 0; i < made.start.size(); ++i) {
    made.start[i] = kExtract;
    made.months[i] = made.cause[i] == "No" ? 52 : static_cast<std::int64_t>(i * 7) % 52;
  }
  const auto proposal = proposed(facts_of(made, "week"));
  ASSERT_TRUE(proposal.ok());
  const auto& study = proposal->study;
  EXPECT_EQ(wrong_with(study), "");
  ASSERT_TRUE(study.analyses.survival.has_value());
  EXPECT_EQ(study.analyses.survival->duration, "week") << "not the market, though it too is highest for them";
  EXPECT_FALSE(study.tables[0].find("week")->is_ignored) << "[survival] follows it";
  EXPECT_EQ(study.tables[0].find("week")->unit, "weeks");
  EXPECT_TRUE(study.tables[0].find("market")->is_ignored);
}

TEST(ProposeExits, BesideAWordForStayingTheOtherMeansLeft) {
  const auto label = table("t", {texts("how", {"active", "gone", "gone"})});
  EXPECT_THAT(positive_values(label.columns[0]), ElementsAre("gone"));
}

}  // namespace
}  // namespace holdfast::study
