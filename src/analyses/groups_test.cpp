// Made customers of known kinds. Reference: the counts written into the file.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "analyses/errors.hpp"
#include "analyses/groups_fare.hpp"
#include "analyses/groups_rows.hpp"
#include "analyses/made_study.hpp"
#include "core/distributions.hpp"
#include "core/random.hpp"

namespace holdfast::analyses {

extern const Descriptor kGroups;

namespace {

using testing::find_block;
using testing::MadeStudy;
using testing::number_in;

std::string study_of(const std::string& columns, const std::string& more = {}) {
  return R"(
[study]
name = "Line"
time_zone = "UTC"
[table.customers]
role = "customer"
files = ["customers.csv"]
customer_key = "customer"
[table.customers.columns]
customer = { type = "text" }
left = { type = "text" }
)" + columns + R"(
[churn]
kind = "label"
table = "customers"
column = "left"
positive = ["yes"]
[split]
kind = "customer"
[profit]
currency = "EUR"
value = "12 * customers_charge"
)" + more;
}

constexpr const char* kColumns = R"toml(
charge = { type = "money", unit = "EUR", label_en = "monthly charge", label_zh = "月费" }
since = { type = "integer", unit = "calendar year", label_en = "year of joining", label_zh = "入网年份" }
line = { type = "text", label_en = "line (0 copper, 1 fibre)", label_zh = "线路(0 铜线,1 光纤)" }
same = { type = "text", label_en = "country", label_zh = "国家" }
)toml";

/// Three kinds: dear fibre of 2022 (half leave), cheap copper of 2005 (a tenth), cheap fibre of 2015.
std::string customers(int count) {
  Random random(5);
  std::string text = "customer,left,charge,since,line,same\n";
  for (int c = 0; c < count; ++c) {
    const int kind = c % 3;
    const double charge = (kind == 0 ? 90 : kind == 1 ? 20 : 35) + 2 * random.normal();
    const int since = (kind == 0 ? 2022 : kind == 1 ? 2005 : 2015) + static_cast<int>(random.below(3)) - 1;
    const bool left = random.chance(kind == 0 ? 0.5 : 0.1);
    text += fmt::format("c{},{},{:.2f},{},{},home\n", c, left ? "yes" : "no", charge, since, kind == 1 ? 0 : 1);
  }
  return text;
}

TEST(Groups, AreTheKindsWithNamesFromTheWordsOfTheStudy) {
  const MadeStudy made(study_of(kColumns), {{"customers.csv", customers(900)}});
  const auto analysis = kGroups.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  testing::expect_well_formed(*analysis);
  const auto* groups = find_block<Table>(*analysis, "groups");
  ASSERT_EQ(groups->rows.size(), 3U);
  const auto* map = find_block<HeatMap>(*analysis, "differences");
  ASSERT_EQ(map->columns.size(), 3U);
  bool has_copper = false, has_year = false;
  for (const auto& name : map->rows) has_copper |= name.en.starts_with("line: copper") || name.en == "line: fibre";
  for (const auto& row : map->shown) {
    for (const auto& cell : row) {
      has_year |= cell.en == "2005";
      EXPECT_EQ(cell.en.find("2,0"), std::string::npos) << "years have no thousands: " << cell.en;
    }
  }
  EXPECT_TRUE(has_copper);
  EXPECT_TRUE(has_year);
}

TEST(Groups, FareWithIntervalsAndSayWhatToDo) {
  const MadeStudy made(study_of(kColumns), {{"customers.csv", customers(900)}});
  const auto analysis = kGroups.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_TRUE(analysis.ok());
  const auto* figures = find_block<Table>(*analysis, "figures");
  const auto* desk = find_block<Table>(*analysis, "desk");
  ASSERT_EQ(figures->rows.size(), 3U);
  std::size_t dear = 0;
  for (std::size_t k = 1; k < 3; ++k) {
    if (number_in(*figures, k, "value") > number_in(*figures, dear, "value")) dear = k;
  }
  // Twelve charges of 90.
  EXPECT_NEAR(number_in(*figures, dear, "value"), 1080, 10);
  EXPECT_GT(number_in(*figures, dear, "left_from"), 0.4);
  EXPECT_LT(number_in(*figures, dear, "left_to"), 0.6);
  const auto& advice = std::get<Text>(desk->rows[dear].back());
  EXPECT_NE(advice.en.find("Work this group first"), std::string::npos) << advice.en;
  double share = 0;
  for (std::size_t k = 0; k < 3; ++k) share += number_in(*desk, k, "stake_share");
  EXPECT_NEAR(share, 1, 1e-12);
  EXPECT_GT(number_in(*desk, dear, "stake_share"), 0.8);
}

TEST(Groups, BothModelsCanBeAskedForWithTheirParameters) {
  const MadeStudy made(study_of(kColumns, "[groups]\nmodels = [\"kmeans\", \"two_step\"]\n[groups.two_step]\nclusters = 4\n"),
                       {{"customers.csv", customers(600)}});
  const auto analysis = kGroups.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  ASSERT_EQ(analysis->models.size(), 2U);
  EXPECT_EQ(outputs_count(analysis->models[0]), 3U);
  EXPECT_EQ(outputs_count(analysis->models[1]), 4U);
}

TEST(Groups, IntervalsCountACustomersRowsTogether) {
  // Ten customers, each with ten rows of one outcome: worth ten rows, not a hundred.
  GroupRows rows;
  for (std::uint32_t c = 0; c < 10; ++c) {
    for (int r = 0; r < 10; ++r) {
      rows.left.push_back(c < 4 ? 1 : 0);
      rows.past_customer.push_back(c);
    }
  }
  const std::vector<std::int32_t> label(100, 0);
  const auto fare = fare_of(rows, label, {}, 2);
  const auto wanted = wilson_interval(4, 10, 0.95);
  EXPECT_NEAR(fare.left[0].lower, wanted.lower, 1e-12);
  EXPECT_NEAR(fare.left[0].upper, wanted.upper, 1e-12);
  EXPECT_FALSE(fare.left[1].known) << "nobody was in it";
  EXPECT_FALSE(fare.value[0].known);
}

// Which rows models may learn from has nothing to do with how customers fared: as in the cube, those of the
// embargo count, and who sold his car was a customer who did not churn.
TEST(Groups, FareByAllRowsWhoseOutcomeIsKnown) {
  constexpr const char* kPolicies = R"(
[study]
name = "Motor"
time_zone = "UTC"
entity = "contract"
[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "policy"
contract_key = "policy"
start = "from"
end = "to"
exit_reason = "reason"
amount = "premium"
complete_until = 2023-12-31
[table.policies.columns]
policy = { type = "text" }
from = { type = "day", date_format = "yyyy-MM-dd" }
to = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money" }
reason = { type = "text", known_at = "to" }
[churn]
kind = "contractual"
table = "policies"
[[churn.exit]]
name = "sold"
values = ["sold"]
churn = false
[cutoffs]
before_end_days = [30]
)";
  std::string csv = "policy,from,to,premium,reason\n";
  for (int i = 0; i < 900; ++i) {
    Day from = *day_from_civil(2020, 1 + i % 12, 10);
    const int terms = i % 4 == 0 ? 2 : 4;
    for (int term = 0; term < terms; ++term, from = add_months(from, 12))
      csv += fmt::format("p{},{},{},{},{}\n", i, to_string(from), to_string(add_months(from, 12)), 100 + i % 7,
                         term == 1 && i % 12 == 0 ? "sold" : "");
  }
  const MadeStudy made(kPolicies, {{"policies.csv", csv}});
  const auto inputs = made.inputs(*parse_iso_day("2023-12-31"));
  const auto data = inputs.dataset(silent());
  ASSERT_TRUE(data.ok()) << render(data.error(), Language::En);
  const auto rows = group_rows(inputs, silent());
  ASSERT_TRUE(rows.ok()) << render(rows.error(), Language::En);
  const auto count = [&](features::OutcomeState state) { return std::ranges::count((*data)->matrix.outcome, state); };
  using features::OutcomeState;
  EXPECT_FALSE((*data)->rows_of(dataset::Split::Embargo).empty());
  EXPECT_EQ(count(OutcomeState::CompetingExit), 75);
  EXPECT_EQ(std::ranges::ssize(rows->left), count(OutcomeState::Churned) + count(OutcomeState::Stayed) + 75);
  EXPECT_EQ(std::ranges::count(rows->left, 1), count(OutcomeState::Churned));
}

const ErrorKind* refusal(const std::string& columns, const std::string& csv) {
  const MadeStudy made(study_of(columns), {{"customers.csv", csv}});
  const auto analysis = kGroups.run(made.inputs(*parse_iso_day("2023-06-01")), silent());
  return analysis.ok() ? nullptr : analysis.error().kind;
}

TEST(Groups, SayWhereNothingPartsTheCustomers) {
  std::string constant = "customer,left,charge,country\n", missing = constant;
  for (int c = 0; c < 40; ++c) {
    constant += fmt::format("c{},{},9,home\n", c, c % 4 == 0 ? "yes" : "no");
    missing += fmt::format("c{},{},,\n", c, c % 4 == 0 ? "yes" : "no");
  }
  constexpr const char* kTwo = "charge = { type = \"money\", unit = \"EUR\" }\ncountry = { type = \"text\" }\n";
  EXPECT_EQ(refusal(kTwo, constant), &errors::kNothingThere);
  EXPECT_EQ(refusal(kTwo, missing), &errors::kNothingThere);
}

}  // namespace
}  // namespace holdfast::analyses
