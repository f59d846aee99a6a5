// Made customers whose way of leaving is known. Reference: the rates behind the data; the dates
// written into the files.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyses/analyses.hpp"
#include "analyses/errors.hpp"
#include "analyses/survival_rows.hpp"
#include "core/file.hpp"
#include "core/random.hpp"
#include "history/store.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::analyses {

extern const Descriptor kSurvival;

namespace {

/// A study in a folder of its own, imported.
struct Imported {
  testing::TemporaryFolder folder;
  std::optional<study::Study> study;
  std::optional<history::Store> store;

  Imported(const std::string& toml, const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, text] : files) {
      EXPECT_TRUE(write_file_atomically(folder.path() / name, text).ok());
    }
    EXPECT_TRUE(write_file_atomically(folder.path() / "study.toml", toml).ok());
    auto checked = study::load(folder.path() / "study.toml");
    for (const auto& error : checked.errors) ADD_FAILURE() << render(error, Language::En);
    study = std::move(checked.study);
    const auto done = history::import(*study, {}, silent());
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : render(done.error(), Language::En));
    auto opened = history::Store::open(*study);
    EXPECT_TRUE(opened.ok());
    if (opened.ok()) store = std::move(*opened);
  }
  Inputs inputs(Day as_of) const { return Inputs(*study, *store, as_of); }
};

constexpr const char* kUntimed = R"(
[study]
name = "Tenure"
time_zone = "UTC"
[table.customers]
role = "customer"
files = ["customers.csv"]
customer_key = "id"
[table.customers.columns]
id = { type = "text" }
months = { type = "real", unit = "months" }
paid = { type = "real" }
charge = { type = "real" }
plan = { type = "text" }
ended = { type = "text" }
why = { type = "text" }
[churn]
kind = "label"
table = "customers"
column = "ended"
positive = ["yes"]
exit_reason = "why"
[[churn.exit]]
name = "moved"
values = ["moved"]
[[churn.exit]]
name = "died"
values = ["died"]
churn = false
[split]
kind = "customer"
[survival]
models = [MODELS]
duration = "months"
horizons_days = [90, 365]
)";

std::string untimed_toml(const std::string& models) {
  std::string text = kUntimed;
  text.replace(text.find("MODELS"), 6, models);
  return text;
}

/// Plan "flex" leaves at twice the rate; a charge above 50 too. What was paid grows with time.
std::string untimed_rows(std::size_t count, bool began_together = false) {
  Random random(3);
  std::string csv = "id,months,paid,charge,plan,ended,why\n";
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_flex = random.chance(0.5);
    const double charge = 20 + 60 * random.uniform();
    const double rate = 0.02 * (is_flex ? 2 : 1) * (charge > 50 ? 2 : 1);
    const double moves = random.exponential(rate);
    const double dies = random.exponential(0.004);
    const double seen = began_together ? 24 : 6 + 60 * random.uniform();
    const double months = std::min({moves, dies, seen});
    const bool has_ended = months < seen;
    csv += fmt::format("c{},{:.2f},{:.2f},{:.2f},{},{},{}\n", i, months, months * charge, charge,
                       is_flex ? "flex" : "fixed", has_ended ? "yes" : "no",
                       !has_ended ? "" : moves < dies ? "moved" : "died");
  }
  return csv;
}

const Table* table_of(const Analysis& analysis, std::string_view id) {
  for (const auto& section : analysis.sections) {
    for (const auto& block : section.blocks) {
      const auto* table = std::get_if<Table>(&block);
      if (table != nullptr && table->id == id) return table;
    }
  }
  return nullptr;
}

const CustomerColumns::Column* column_of(const Analysis& analysis, std::string_view id) {
  const auto found = std::ranges::find(analysis.customers.columns, id, &CustomerColumns::Column::id);
  return found == analysis.customers.columns.end() ? nullptr : &*found;
}

TEST(SurvivalAnalysisReference, FindsTheRatesFromADurationColumn) {
  const Imported imported(untimed_toml(R"("cox", "survival_forest")"),
                          {{"customers.csv", untimed_rows(6000)}});
  const auto inputs = imported.inputs(*parse_iso_day("2024-01-01"));
  const auto analysis = kSurvival.run(inputs, silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  EXPECT_GE(analysis->findings.size(), 4u);
  const auto* ratios = table_of(*analysis, "hazard_ratios");
  ASSERT_NE(ratios, nullptr);
  bool has_plan = false;
  for (const auto& row : ratios->rows) {
    if (std::get<Text>(row[0]).en != "moved") continue;
    const auto& factor = std::get<Text>(row[1]).en;
    EXPECT_EQ(factor.find("paid"), std::string::npos) << "it grows with time";
    if (factor.find("plan") == std::string::npos) continue;
    const double ratio = std::get<double>(row[2]);
    EXPECT_NEAR(std::max(ratio, 1 / ratio), 2, 0.25);
    has_plan = true;
  }
  EXPECT_TRUE(has_plan);
  const auto* models = table_of(*analysis, "models");
  ASSERT_NE(models, nullptr);
  ASSERT_EQ(models->rows.size(), 2u);
  for (const auto& row : models->rows) {
    EXPECT_GT(std::get<double>(row[1]), 0.6);                       // Concordance.
    EXPECT_GT(std::get<double>(row[2]), 0.6);                       // Uno's.
    EXPECT_LT(std::get<double>(row[3]), std::get<double>(row[4]));  // Better than one curve for all.
  }
  const auto* within = column_of(*analysis, "leaving_365d");
  const auto* moved = column_of(*analysis, "leaving_365d_moved");
  const auto* died = column_of(*analysis, "leaving_365d_died");
  ASSERT_TRUE(within != nullptr && moved != nullptr && died != nullptr);
  double mean = 0;
  for (std::size_t i = 0; i < within->values.size(); ++i) {
    EXPECT_NEAR(within->values[i], moved->values[i] + died->values[i], 1e-12);
    EXPECT_TRUE(within->values[i] >= 0 && within->values[i] <= 1);
    mean += within->values[i] / static_cast<double>(within->values.size());
  }
  // Those still there have the mean rate of about 0.035 + 0.004 a month.
  EXPECT_NEAR(mean, 1 - std::exp(-12 * 0.039), 0.06);
  EXPECT_EQ(analysis->customers.customer_keys.size(), within->values.size());
  EXPECT_NE(column_of(*analysis, "reason_1"), nullptr);
  EXPECT_EQ(analysis->models.size(), 2u);
}

TEST(SurvivalAnalysis, WhoLeavesSoonHasNoMoreThanHisShare) {
  FollowedRows rows;
  rows.cutoffs = {Day{10}, Day{20}};
  auto& matrix = rows.data.matrix;
  constexpr std::uint32_t kCustomers = 4000;
  // Every second customer is gone on the later day.
  for (std::uint32_t c = 0; c < kCustomers; ++c) {
    matrix.customer_keys.push_back(fmt::format("C{}", c));
    matrix.customer.push_back(c), matrix.cutoff_day.push_back(10);
    if (c % 2 == 0) continue;
    matrix.customer.push_back(c), matrix.cutoff_day.push_back(20);
  }
  matrix.rows = matrix.customer.size();
  const auto chosen = rows.one_each();
  std::vector<int> times(kCustomers);
  std::size_t leaving = 0;
  for (const auto r : chosen) {
    EXPECT_EQ(++times[matrix.customer[r]], 1);
    leaving += matrix.customer[r] % 2 == 0 ? 1 : 0;
  }
  // A third of those there on either day; two standard errors of 3,000 are 0.017.
  EXPECT_NEAR(static_cast<double>(leaving) / static_cast<double>(chosen.size()), 1.0 / 3, 0.025);
}

TEST(SurvivalAnalysis, EveryModelOfTheShelfServes) {
  const Imported imported(untimed_toml(R"("aft", "discrete_hazard", "fine_gray")"),
                          {{"customers.csv", untimed_rows(1500)}});
  const auto analysis = kSurvival.run(imported.inputs(*parse_iso_day("2024-01-01")), silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  EXPECT_EQ(table_of(*analysis, "models")->rows.size(), 3u);
}

TEST(SurvivalAnalysis, SaysWhatIsMissing) {
  auto toml = untimed_toml(R"("cox")");
  const auto at = toml.find("duration = \"months\"\n");
  auto without = toml;
  without.erase(at, std::string_view("duration = \"months\"\n").size());
  const Imported no_column(without, {{"customers.csv", untimed_rows(400)}});
  const auto inputs = no_column.inputs(*parse_iso_day("2024-01-01"));
  EXPECT_EQ(kSurvival.run(inputs, silent()).error().kind, &errors::kNoColumnFor);
  const Imported other(untimed_toml(R"("logistic")"), {{"customers.csv", untimed_rows(400)}});
  EXPECT_EQ(kSurvival.run(other.inputs(*parse_iso_day("2024-01-01")), silent()).error().kind,
            &errors::kModelOfOtherKind);
  auto rows = untimed_rows(400);
  for (std::size_t p = 0; (p = rows.find("yes", p)) != std::string::npos;) rows.replace(p, 3, "no");
  const Imported nobody(toml, {{"customers.csv", rows}});
  EXPECT_EQ(kSurvival.run(nobody.inputs(*parse_iso_day("2024-01-01")), silent()).error().kind,
            &errors::kNobodyLeaves);
}

TEST(SurvivalAnalysis, NobodyIsCountedWhereNothingIsKnownOfTheTimeToCome) {
  const auto findings = [](bool began_together) {
    const Imported imported(untimed_toml(R"("cox")"), {{"customers.csv", untimed_rows(600, began_together)}});
    const auto analysis = kSurvival.run(imported.inputs(*parse_iso_day("2024-01-01")), silent());
    EXPECT_TRUE(analysis.ok());
    std::string all;
    for (const auto& finding : analysis->findings) all += finding.en + "\n";
    return all;
  };
  EXPECT_NE(findings(false).find("Of today's"), std::string::npos);
  EXPECT_EQ(findings(true).find("Of today's"), std::string::npos) << "all there have the longest time watched";
}

constexpr const char* kContracts = R"(
[study]
name = "Contracts"
time_zone = "UTC"
entity = "contract"
[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "customer"
contract_key = "policy"
start = "start"
end = "end"
cancelled = "cancelled"
amount = "premium"
complete_until = 2024-01-01
[table.policies.columns]
customer = { type = "text" }
policy = { type = "text" }
start = { type = "day", date_format = "yyyy-MM-dd" }
end = { type = "day", date_format = "yyyy-MM-dd" }
cancelled = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money" }
area = { type = "text" }
[churn]
kind = "contractual"
table = "policies"
grace_days = 30
[cutoffs]
before_end_days = [60]
)";

TEST(SurvivalAnalysisReference, FollowsAChainOfContractsToItsEnd) {
  // Yearly policies from a day of 2020 on; `years` of them, then nothing. In the city every year a
  // half goes, elsewhere a fifth.
  Random random(5);
  std::string csv = "customer,policy,start,end,cancelled,premium,area\n";
  std::vector<Day> leaves;
  for (int i = 0; i < 1500; ++i) {
    const bool is_city = random.chance(0.5);
    Day start = *parse_iso_day("2020-01-01") + static_cast<std::int32_t>(random.below(365));
    while (start < *parse_iso_day("2024-01-01")) {
      const Day end = start + 365;
      csv += fmt::format("c{},p{}-{},{},{},,{:.2f},{}\n", i, i, start.number, to_string(start),
                         to_string(end), 100 + 50 * random.uniform(), is_city ? "city" : "country");
      start = end;
      if (random.chance(is_city ? 0.5 : 0.2)) break;
    }
    leaves.push_back(start);  // Beyond 2024: not seen.
  }
  const Imported imported(kContracts, {{"policies.csv", csv}});
  const auto inputs = imported.inputs(*parse_iso_day("2024-01-01"));
  const auto rows = followed_rows(inputs, {}, silent());
  ASSERT_TRUE(rows.ok()) << render(rows.error(), Language::En);
  ASSERT_GT(rows->cutoffs.size(), 3u);
  ASSERT_EQ(rows->exits.size(), 1u);
  EXPECT_EQ(rows->exits[0].id, "lapsed");
  const Day last_seen = *parse_iso_day("2024-01-01") - 31;
  const auto& matrix = rows->data.matrix;
  std::size_t left = 0;
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    const auto& key = matrix.customer_keys[matrix.customer[r]];
    const Day exit = leaves[static_cast<std::size_t>(std::stoi(key.substr(1)))];
    const Day cutoff{matrix.cutoff_day[r]};
    if (rows->exit[r] > 0) {
      EXPECT_EQ(rows->duration[r], std::max(0.5, static_cast<double>(exit - cutoff))) << key;
      ++left;
    } else {
      EXPECT_GE(exit, last_seen) << key;
      EXPECT_EQ(rows->duration[r], static_cast<double>(last_seen - cutoff)) << key;
    }
  }
  EXPECT_GT(left, 500u);
  const auto analysis = kSurvival.run(inputs, silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  bool names_area = false;
  for (const auto& finding : analysis->findings) {
    names_area = names_area || finding.en.find("“city”") != std::string::npos;
  }
  EXPECT_TRUE(names_area);
  EXPECT_NE(column_of(*analysis, "leaving_90d"), nullptr);
}

constexpr const char* kPurchases = R"(
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
amount = { type = "money" }
[churn]
kind = "inactivity"
table = "purchases"
inactive_days = 60
[cutoffs]
every_months = 1
outcome_days = 60
)";

TEST(SurvivalAnalysis, FollowsSilenceWindowByWindow) {
  // A purchase every ten days until one in 200 days on the average stops for good.
  Random random(7);
  std::string csv = "customer,day,amount\n";
  for (int i = 0; i < 800; ++i) {
    const Day first = *parse_iso_day("2022-01-01") + static_cast<std::int32_t>(random.below(30));
    const auto stops = static_cast<std::int32_t>(random.exponential(1.0 / 200));
    for (Day day = first; day < *parse_iso_day("2023-12-31") && day - first <= stops; day = day + 10) {
      csv += fmt::format("c{},{},{:.2f}\n", i, to_string(day), 10 + 20 * random.uniform());
    }
  }
  const Imported imported(kPurchases, {{"purchases.csv", csv}});
  const auto rows = followed_rows(imported.inputs(*parse_iso_day("2023-12-31")), {}, silent());
  ASSERT_TRUE(rows.ok()) << render(rows.error(), Language::En);
  double left = 0, days = 0;
  for (std::size_t r = 0; r < rows->data.matrix.rows; ++r) {
    left += rows->exit[r] > 0 ? 1 : 0;
    days += rows->duration[r];
  }
  EXPECT_NEAR(left / days, 1.0 / 200, 0.002);
}

}  // namespace
}  // namespace holdfast::analyses
