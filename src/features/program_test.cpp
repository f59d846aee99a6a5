// Relations that must hold of every feature, and slow obvious oracles for the clever ones.

#include <bit>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/builder.hpp"
#include "features/history_check.hpp"
#include "features/memory_store.hpp"

namespace holdfast::features {
namespace {

const std::vector<std::int32_t> kCutoffs = {18001, 18100, 18250, 18400, 18401, 18650, 18899, 19200};

Program compile(const MemoryStore& store, std::vector<std::int32_t> cutoffs = kCutoffs) {
  auto program = ProgramMaker::compile(store.study, store.source(), MemoryStore::plan_all(std::move(cutoffs)));
  EXPECT_TRUE(program.ok()) << message_of(program.error(), Language::En);
  return std::move(*program);
}

FeatureMatrix run(const Program& program, const MemoryStore& store, int bucket = 0) {
  return compute_bucket(program, store.read(bucket, program.wanted()), {});
}

std::size_t place_of(const FeatureMatrix& matrix, std::string_view name) {
  for (std::size_t f = 0; f < matrix.features.size(); ++f) {
    if (matrix.features[f].name == name) return f;
  }
  ADD_FAILURE() << "no feature " << name;
  return 0;
}

/// "-" for missing, else the value.
std::string shown(const FeatureColumn& column, std::size_t row) {
  if (column.valid[row] == 0) return "-";
  if (!column.codes.empty()) return column.categories[column.codes[row]];
  return std::to_string(std::bit_cast<std::uint64_t>(column.values[row]));
}

std::string row_text(const FeatureMatrix& matrix, std::size_t row) {
  std::string text;
  for (const auto& column : matrix.columns) text += shown(column, row) + "|";
  for (const auto& column : matrix.helper_columns) text += shown(column, row) + "|";
  return text;
}

MadeOptions odd(bool late, bool corrected) {
  return {.has_corrections = corrected, .has_late_rows = late};
}

TEST(Label, OfAComputedColumnIsWhatTheStudyCallsIt) {
  study::TableSpec table;
  table.computed.push_back({.name = "amount", .expression = "quantity * price", .label = {"amount", "金额"}});
  EXPECT_EQ(label_of(table, "amount").zh, "金额");
  EXPECT_EQ(label_of(table, "quantity").zh, "quantity");  // Nothing is said of it.
}

TEST(Program, NamesAreUniqueAndSentencesStandInBothLanguages) {
  const auto program = compile(make_memory_store(1, {}));
  std::set<std::string> names;
  for (const auto& feature : program.features()) {
    EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
    EXPECT_FALSE(feature.sentence.en.empty()) << feature.name;
    EXPECT_FALSE(feature.sentence.zh.empty()) << feature.name;
    // A column without a label is called by its name in both.
    const bool is_column = feature.family == "attribute" || feature.family == "contract";
    if (!is_column) {
      EXPECT_NE(feature.sentence.en, feature.sentence.zh) << feature.name;
    }
    EXPECT_FALSE(feature.table.empty()) << feature.name;
    EXPECT_FALSE(feature.family.empty()) << feature.name;
  }
  EXPECT_GT(names.size(), 100U);
  EXPECT_LT(names.size(), 300U);
}

TEST(Program, SentencesCallTablesByTheirLabels) {
  auto store = make_memory_store(1, {});
  for (auto& table : store.study.tables) table.label = {"the rows", "各行"};
  const auto program = compile(store);
  int told = 0;
  for (const auto& feature : program.features()) {
    if (feature.family != "recency" && feature.family != "window" && feature.family != "context") continue;
    EXPECT_THAT(feature.sentence.en, ::testing::HasSubstr("the rows")) << feature.name;
    EXPECT_THAT(feature.sentence.zh, ::testing::HasSubstr("各行")) << feature.name;
    ++told;
  }
  EXPECT_GT(told, 50);
}

TEST(Program, SameStudySameHashOtherWindowsOtherHash) {
  auto store = make_memory_store(1, {});
  const auto hash = compile(store).hash();
  EXPECT_EQ(compile(store).hash(), hash);
  store.study.features.windows_days = {31};
  EXPECT_NE(compile(store).hash(), hash);
}

/// What one row of claims may be read at a cutoff, by the definition and nothing clever.
std::vector<std::uint32_t> visible(const history::TableData& data, std::uint32_t customer, std::int32_t t) {
  std::vector<std::uint32_t> rows;
  for (auto row = data.begin[customer]; row < data.begin[customer + 1]; ++row) {
    const bool is_corrected = !data.superseded_day.empty() && data.superseded_day[row] < t;
    if (data.event_day[row] < t && data.known_day_of(row) < t && !is_corrected) rows.push_back(row);
  }
  return rows;
}

class Oracle : public ::testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(Oracle, WindowFeaturesEqualTheirDefinition) {
  const auto store = make_memory_store(7, odd(GetParam().first, GetParam().second));
  const auto program = compile(store);
  const auto matrix = run(program, store);
  const auto& data = store.buckets[0].tables[0];
  const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-9 * (1 + std::abs(b)); };
  for (const int window : {30, 90, 365, 0}) {
    const auto name = window_name(window);
    const auto at = [&](const std::string& feature) -> const FeatureColumn& {
      return matrix.columns[place_of(matrix, feature)];
    };
    const auto& count = at("claims_count_" + name);
    const auto& sum = at("claims_amount_sum_" + name);
    const auto& mean = at("claims_score_mean_" + name);
    const auto& sd = at("claims_score_sd_" + name);
    const auto& low = at("claims_score_min_" + name);
    const auto& high = at("claims_amount_max_" + name);
    const auto& first = at("claims_amount_first_" + name);
    const auto& distinct = at("claims_kind_distinct_" + name);
    const auto& fire = at("claims_count_" + name + "_fire");
    const auto& fire_sum = at("claims_amount_sum_" + name + "_fire");
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      const auto t = matrix.cutoff_day[row];
      const auto customer = static_cast<std::uint32_t>(row / kCutoffs.size());
      double n = 0, total = 0, fires = 0, fire_total = 0, top = -1, begin = -1;
      std::vector<double> scores;
      std::set<std::uint32_t> kinds;
      for (const auto r : visible(data, customer, t)) {
        if (window > 0 && data.event_day[r] < t - window) continue;
        n += 1;
        const bool is_fire = data.columns[0].is_valid(r) && data.columns[0].codes[r] == 3;
        fires += is_fire ? 1 : 0;
        if (data.columns[0].is_valid(r)) kinds.insert(data.columns[0].codes[r]);
        if (data.columns[3].is_valid(r)) scores.push_back(data.columns[3].reals[r]);
        if (!data.columns[2].is_valid(r)) continue;
        const double money = static_cast<double>(data.columns[2].integers[r]) / 100;
        if (begin < 0) begin = money;
        total += money;
        top = std::max(top, money);
        fire_total += is_fire ? money : 0;
      }
      EXPECT_EQ(count.values[row], n);
      EXPECT_TRUE(near(sum.values[row], total)) << sum.values[row] << " " << total;
      EXPECT_EQ(fire.values[row], fires);
      EXPECT_TRUE(near(fire_sum.values[row], fire_total));
      EXPECT_EQ(distinct.values[row], static_cast<double>(kinds.size()));
      ASSERT_EQ(first.valid[row] != 0, begin >= 0);
      if (begin >= 0) {
        EXPECT_EQ(first.values[row], begin);
        EXPECT_EQ(high.values[row], top);
      }
      ASSERT_EQ(mean.valid[row] != 0, !scores.empty());
      ASSERT_EQ(sd.valid[row] != 0, scores.size() > 1);
      if (scores.empty()) continue;
      double m = 0, v = 0;
      for (const double s : scores) m += s / static_cast<double>(scores.size());
      for (const double s : scores) v += (s - m) * (s - m);
      EXPECT_TRUE(near(mean.values[row], m));
      EXPECT_EQ(low.values[row], *std::ranges::min_element(scores));
      if (scores.size() > 1) {
        EXPECT_TRUE(near(sd.values[row], std::sqrt(v / static_cast<double>(scores.size() - 1))));
      }
    }
  }
}

TEST_P(Oracle, NoFeatureChangesWhenTheFutureDoes) {
  for (const auto t : {18100, 18400, 18650}) {
    const auto store = make_memory_store(11, odd(GetParam().first, GetParam().second));
    const auto program = compile(store, {t});
    auto bucket = store.read(0, program.wanted());
    const auto before = compute_bucket(program, bucket, {});
    EXPECT_GT(alter_future(bucket, program, store.study, t, 5), 100);
    const auto after = compute_bucket(program, bucket, {});
    for (std::size_t f = 0; f < before.features.size(); ++f) {
      for (std::size_t row = 0; row < before.rows; ++row) {
        ASSERT_EQ(shown(before.columns[f], row), shown(after.columns[f], row)) << before.features[f].name;
      }
    }
  }
}

TEST_P(Oracle, OneCustomerAloneHasTheSameBitsAsInBulk) {
  const auto store = make_memory_store(13, odd(GetParam().first, GetParam().second));
  const auto program = compile(store);
  const auto bucket = store.read(1, program.wanted());
  const auto bulk = compute_bucket(program, bucket, {});
  for (std::uint32_t customer = 0; customer < 20; ++customer) {
    const auto alone = compute_bucket(program, only(bucket, customer), {});
    ASSERT_EQ(alone.rows, kCutoffs.size());
    for (std::size_t row = 0; row < alone.rows; ++row) {
      ASSERT_EQ(row_text(alone, row), row_text(bulk, customer * kCutoffs.size() + row));
    }
  }
}

TEST(Program, CompleteTablesHaveTheSameBitsAsTablesThatCouldMissACell) {
  // A column that says of every cell that it is there takes the path of those that miss some.
  const auto store = make_memory_store(19, {.customers = 200, .events_max = 90, .has_missing = false});
  auto complete = store;
  for (auto& table : complete.buckets[0].tables) {
    for (auto& column : table.columns) column.valid.clear();
  }
  const auto matrix = run(compile(store), store);
  const auto dense = run(compile(complete), complete);
  ASSERT_EQ(matrix.rows, dense.rows);
  for (std::size_t f = 0; f < matrix.features.size(); ++f) {
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      ASSERT_EQ(shown(matrix.columns[f], row), shown(dense.columns[f], row)) << matrix.features[f].name;
    }
  }
}

TEST_P(Oracle, ACutoffDoesNotDependOnTheOthers) {
  const auto store = make_memory_store(17, odd(GetParam().first, GetParam().second));
  const auto all = run(compile(store), store);
  for (std::size_t c = 0; c < kCutoffs.size(); ++c) {
    const auto one = run(compile(store, {kCutoffs[c]}), store);
    for (std::size_t row = 0; row < one.rows; ++row) {
      ASSERT_EQ(row_text(one, row), row_text(all, row * kCutoffs.size() + c));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Histories, Oracle,
                         ::testing::Values(std::pair{false, false}, std::pair{true, false},
                                           std::pair{false, true}, std::pair{true, true}));

TEST(Program, ACustomerWithoutHistoryHasZeroCountsAndMissingMeans) {
  const auto store = make_memory_store(3, {.customers = 4, .events_max = 0});
  const auto matrix = run(compile(store), store);
  const auto& count = matrix.columns[place_of(matrix, "claims_count_all")];
  const auto& since = matrix.columns[place_of(matrix, "claims_days_since_last")];
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    EXPECT_EQ(count.values[row], 0);
    EXPECT_EQ(count.valid[row], 1);
    EXPECT_EQ(since.valid[row], 0);
  }
}

TEST(Program, OwnFeaturesReadAggregatesFiltersAndOtherFeatures) {
  auto store = make_memory_store(5, {});
  store.study.features.own = {
      {.name = "fires", .expression = "count(claims, 365 days where kind = 'fire')"},
      {.name = "fire_share", .expression = "fires / nullif(claims_count_365d, 0)"},
      {.name = "busy", .expression = "case when claims_count_90d > 1 then 'busy' else 'calm' end"}};
  store.study.warning.rules.push_back({.name = "rule", .when = "sum(claims.amount, 90 days) > 500 and fires > 0"});
  const auto matrix = run(compile(store), store);
  const auto& fires = matrix.columns[place_of(matrix, "fires")];
  const auto& proposed = matrix.columns[place_of(matrix, "claims_count_365d_fire")];
  const auto& count = matrix.columns[place_of(matrix, "claims_count_365d")];
  const auto& recent = matrix.columns[place_of(matrix, "claims_count_90d")];
  const auto& share = matrix.columns[place_of(matrix, "fire_share")];
  const auto& busy = matrix.columns[place_of(matrix, "busy")];
  const auto& sum = matrix.columns[place_of(matrix, "claims_amount_sum_90d")];
  ASSERT_EQ(matrix.helpers.size(), 1U);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    EXPECT_EQ(fires.values[row], proposed.values[row]);
    EXPECT_EQ(share.valid[row] != 0, count.values[row] > 0);
    if (share.valid[row] != 0) {
      EXPECT_EQ(share.values[row], fires.values[row] / count.values[row]);
    }
    EXPECT_EQ(shown(busy, row), recent.values[row] > 1 ? "busy" : "calm");
    EXPECT_NEAR(matrix.helper_columns[0].values[row], sum.values[row], 1e-9 * (1 + sum.values[row]));
  }
}

TEST(Program, AnIdentifierIsNeverAFeatureAndPersonalNeedsAReason) {
  auto store = make_memory_store(5, {});
  store.study.tables[1].columns[0].mark = study::Mark::Identifier;
  store.study.tables[1].columns[1].mark = study::Mark::Personal;
  store.study.tables[1].columns[2].mark = study::Mark::Personal;
  store.study.tables[1].columns[2].use_because = "age drives lapses";
  std::set<std::string> names;
  const auto program = compile(store);
  for (const auto& feature : program.features()) names.insert(feature.name);
  EXPECT_FALSE(names.contains("people_tier"));
  EXPECT_FALSE(names.contains("people_rating"));
  EXPECT_TRUE(names.contains("people_birth_years"));
}

}  // namespace
}  // namespace holdfast::features
