// The sections of analyses: read, written back the same, and checked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/study.hpp"

namespace holdfast::study {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kStudy = R"toml(
[study]
name = "shop"

[table.purchases]
role = "event"
files = ["p.csv"]
customer_key = "customer"
event_time = "day"
amount = "amount"

[table.purchases.columns]
customer = { type = "text" }
day = { type = "day" }
amount = { type = "money" }
article = { type = "text" }

[churn]
kind = "inactivity"
table = "purchases"
inactive_days = 90

[cutoffs]
every_months = 1
)toml";

Checked with(const std::string& sections) { return parse(std::string(kStudy) + sections, "study.toml"); }

std::vector<std::string> keys_of(const std::vector<Error>& errors) {
  std::vector<std::string> keys;
  for (const auto& error : errors) keys.push_back(error.place.key);
  return keys;
}

TEST(Analyses, SectionsAreReadAndWrittenBackTheSame) {
  const auto read = with(R"toml(
[survival]
models = ["cox", "survival_forest"]
horizons_days = [30, 365]
by = "region"

[survival.cox]
ties = "breslow"

[value]
table = "purchases"
discount_rate = 0.08

[movement]
bands = [100.0, 1000.0]

[patterns]
item = "article"
table = "purchases"

[cube]
dimensions = ["region"]
from = 2023-01-01
to = 2024-01-01
)toml");
  ASSERT_TRUE(read.errors.empty()) << render(read.errors.front(), Language::En);
  const auto& asked = read.study.analyses;
  ASSERT_TRUE(asked.survival && asked.value && asked.movement && asked.patterns && asked.cube);
  EXPECT_FALSE(asked.groups || asked.effect || asked.growth);
  ASSERT_EQ(asked.survival->models.size(), 2U);
  EXPECT_EQ(asked.survival->models[0].parameters.at("ties"), ParameterValue(std::string("breslow")));
  EXPECT_THAT(asked.survival->horizons_days, ElementsAre(30, 365));
  const auto again = parse(write(read.study), "study.toml");
  ASSERT_TRUE(again.errors.empty()) << render(again.errors.front(), Language::En);
  EXPECT_EQ(again.study.analyses.survival->models[0].parameters, asked.survival->models[0].parameters);
  EXPECT_EQ(again.study.analyses.value, asked.value);
  EXPECT_EQ(again.study.analyses.movement, asked.movement);
  EXPECT_EQ(again.study.analyses.cube, asked.cube);
}

TEST(Analyses, WhatIsWrongIsToldWithItsPlace) {
  const auto read = with(R"toml(
[survival]
horizons_days = [0]
[value]
table = "purchase"
margin = 2.0
[movement]
bands = [5.0, 1.0]
[patterns]
table = "purchases"
item = "artikle"
[effect]
treated = ["1"]
[cube]
from = 2024-01-01
to = 2023-01-01
)toml");
  EXPECT_THAT(keys_of(read.errors),
              ElementsAre("survival.horizons_days", "value.table", "value.margin", "movement.bands",
                          "patterns.item", "effect", "cube.to"));
  EXPECT_THAT(render(read.errors[1], Language::En), ::testing::HasSubstr("purchases"));
}

TEST(Analyses, AnUnknownKeyNamesTheNearestAndAModelNobodyNamedIsOne) {
  const auto read = with("\n[groups]\ncolumn = [\"x\"]\nmodels = [\"kmeans\"]\n[groups.two_step]\nclusters = 3\n");
  EXPECT_EQ(read.errors.size() + read.warnings.size(), 2U);
}

}  // namespace
}  // namespace holdfast::study
