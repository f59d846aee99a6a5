#include "tables/profile.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace holdfast::tables {
namespace {

const Day kToday = *day_from_civil(2024, 3, 31);

Column integers(const char* name, std::vector<std::int64_t> values, ColumnType type = ColumnType::Integer) {
  Column column{name, type, std::move(values), {}, {}, {}, {}};
  column.valid.assign(column.integers.size(), 1);
  return column;
}

ColumnProfile profile_of(const Column& column) {
  Profiler profiler("t", kToday);
  Table table;
  table.rows = column.valid.size();
  table.columns = {column};
  profiler.add(table);
  return profiler.finish().columns.at(0);
}

bool has(const ColumnProfile& profile, Suspicion suspicion) {
  return std::ranges::count(profile.suspicions, suspicion) > 0;
}

TEST(Profile, MomentsAndQuantilesOfOneToHundred) {
  std::vector<std::int64_t> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  const auto profile = profile_of(integers("n", values));
  EXPECT_EQ(profile.rows, 100);
  EXPECT_EQ(profile.distinct_count, 100);
  EXPECT_FALSE(profile.is_estimate);
  EXPECT_EQ(profile.min, 1);
  EXPECT_EQ(profile.max, 100);
  EXPECT_DOUBLE_EQ(profile.mean, 50.5);
  EXPECT_NEAR(profile.sd, 29.011491975882016, 1e-12);  // R: sd(1:100).
  const std::vector<double> expected = {1.99, 5.95, 25.75, 50.5, 75.25, 95.05, 99.01};  // R: quantile(1:100).
  ASSERT_EQ(profile.quantiles.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(profile.quantiles[i], expected[i], 1e-9);
  EXPECT_TRUE(has(profile, Suspicion::AllUnique));
}

TEST(Profile, PiecesAddUpToTheWhole) {
  Profiler pieces("t", kToday);
  for (int p = 0; p < 10; ++p) {
    Table table;
    table.rows = 2;
    Column text{"kind", ColumnType::Text, {}, {}, {0, 1}, {"a", p % 2 == 0 ? "b" : "c"}, {1, 1}};
    table.columns = {text};
    pieces.add(table);
  }
  const auto profile = pieces.finish();
  EXPECT_EQ(profile.rows, 20);
  EXPECT_EQ(profile.columns[0].distinct_count, 3);
  const std::vector<std::pair<std::string, std::int64_t>> expected = {{"a", 10}, {"b", 5}, {"c", 5}};
  EXPECT_EQ(profile.columns[0].top_values, expected);
}

TEST(Profile, ManyDistinctValuesAreEstimatedAndSaySo) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < 3'000'000; ++i) values.push_back(i * 7919);
  const auto profile = profile_of(integers("n", values));
  EXPECT_TRUE(profile.is_estimate);
  EXPECT_NEAR(static_cast<double>(profile.distinct_count), 3e6, 3e6 * 0.02);
}

TEST(Profile, FindsWhatAPersonShouldLookAt) {
  EXPECT_TRUE(has(profile_of(integers("n", {5, 5, 5})), Suspicion::Constant));
  auto missing = integers("n", {0, 0});
  missing.valid = {0, 0};
  EXPECT_TRUE(has(profile_of(missing), Suspicion::AllMissing));
  EXPECT_EQ(profile_of(missing).missing_count, 2);
  std::vector<std::int64_t> values(99, 10);
  for (int i = 0; i < 50; ++i) values[static_cast<std::size_t>(i)] = 12;
  values.push_back(100'000);
  EXPECT_TRUE(has(profile_of(integers("n", values)), Suspicion::Outliers));
  EXPECT_EQ(profile_of(integers("n", values)).outliers_count, 1);
  EXPECT_TRUE(has(profile_of(integers("d", {kToday.number, kToday.number + 1}, ColumnType::Day)), Suspicion::FutureDates));
  EXPECT_FALSE(has(profile_of(integers("d", {kToday.number, 0}, ColumnType::Day)), Suspicion::FutureDates));
  EXPECT_TRUE(has(profile_of(integers("d", {-40'000, 0}, ColumnType::Day)), Suspicion::AncientDates));
  const Column mixed{"t", ColumnType::Text, {}, {}, {0, 1, 2}, {"Madrid", "MADRID", "Rome"}, {1, 1, 1}};
  EXPECT_TRUE(has(profile_of(mixed), Suspicion::MixedCase));
  std::vector<std::int64_t> keys;
  for (int i = 0; i < 1000; ++i) keys.push_back(i == 999 ? 5 : i);
  EXPECT_TRUE(has(profile_of(integers("id", keys)), Suspicion::DuplicateKeys));
}

TEST(ReferenceCheck, CountsOrphansByNormalisedKey) {
  const auto check = check_reference({"A1", " A1", "Ａ2", "A3", "A3"}, {"A1", "A2", "A4"});
  EXPECT_EQ(check.values_count, 3);
  EXPECT_EQ(check.orphans_count, 1);
  EXPECT_EQ(check.orphan_examples, (std::vector<std::string>{"A3"}));
}

}  // namespace
}  // namespace holdfast::tables
