// Reasons as a retention manager reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explanation/reasons.hpp"

namespace holdfast::explanation {
namespace {

using ::testing::ElementsAre;

/// A population of a hundred customers: numeric columns count 0, 1, 2 … 99.
struct Population {
  std::vector<features::FeatureInfo> infos;
  std::vector<features::FeatureColumn> data;

  void number(std::string name, Text sentence, std::vector<std::string> columns, int window,
              std::string unit = "") {
    features::FeatureInfo info;
    info.name = std::move(name);
    info.sentence = std::move(sentence);
    info.table = "claim";
    info.family = "window";
    info.columns = std::move(columns);
    info.window_days = window;
    info.unit = std::move(unit);
    infos.push_back(std::move(info));
    features::FeatureColumn column;
    for (int i = 0; i < 100; ++i) column.values.push_back(i);
    column.valid.assign(100, 1);
    data.push_back(std::move(column));
  }
  void category(std::string name, Text sentence) {
    features::FeatureInfo info;
    info.name = std::move(name);
    info.sentence = std::move(sentence);
    info.table = "customer";
    info.is_category = true;
    infos.push_back(std::move(info));
    features::FeatureColumn column;
    column.categories = {"card", "cash"};
    for (std::uint32_t i = 0; i < 100; ++i) column.codes.push_back(i < 18 ? 1 : 0);
    column.valid.assign(100, 1);
    data.push_back(std::move(column));
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = 100, .columns = {}};
    for (std::size_t i = 0; i < infos.size(); ++i) {
      columns.columns.push_back({infos[i].name, data[i].values, data[i].codes, data[i].categories,
                                 data[i].valid});
    }
    return columns;
  }
  /// Reasons of one row, all rows having the same contributions.
  std::vector<Reason> of(std::size_t row, const std::vector<double>& parts, int most) const {
    std::vector<double> all;
    for (int i = 0; i < 100; ++i) {
      all.insert(all.end(), parts.begin(), parts.end());
      all.push_back(-2);
    }
    const auto columns = view();
    return reasons_of(infos, columns, all, compare_population(columns), most)[row];
  }
};

Population claims() {
  Population population;
  population.number("claims_count_365d", {"claims in the last 365 days", "近365天理赔次数"}, {}, 365);
  return population;
}

TEST(Reasons, SayTheValueAndHowItCompares) {
  const auto reasons = claims().of(92, {0.7}, 3);
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].feature, "claims_count_365d");
  EXPECT_EQ(reasons[0].value, "92");
  EXPECT_EQ(reasons[0].sentence.en, "claims in the last 365 days: 92 — more than 92 % of customers");
  EXPECT_EQ(reasons[0].sentence.zh, "近365天理赔次数：92，高于92%的客户");
}

// Ninety-four of the hundred are above; 101 quantiles of 100 values say at least ninety-three.
TEST(Reasons, SayLessThanBelowTheMiddleAndNeverOverstate) {
  EXPECT_EQ(claims().of(5, {0.7}, 3)[0].sentence.en,
            "claims in the last 365 days: 5 — less than 93 % of customers");
}

TEST(Reasons, SayAsForWhereMostCustomersAreTheSame) {
  auto population = claims();
  for (int i = 0; i < 80; ++i) population.data[0].values[static_cast<std::size_t>(i)] = 0;
  EXPECT_EQ(population.of(3, {0.7}, 3)[0].sentence.zh, "近365天理赔次数：0，与81%的客户相同");
}

TEST(Reasons, SayTheShareOfACategory) {
  Population population;
  population.category("payment_mode", {"payment mode", "付款方式"});
  const auto reason = population.of(3, {0.4}, 3)[0];
  EXPECT_EQ(reason.value, "cash");
  EXPECT_EQ(reason.sentence.en, "payment mode: cash (18 % of customers)");
  EXPECT_EQ(reason.sentence.zh, "付款方式：cash（18%的客户）");
}

TEST(Reasons, SayWhatIsNotOnRecord) {
  auto population = claims();
  population.data[0].valid[7] = 0;
  const auto reason = population.of(7, {0.4}, 3)[0];
  EXPECT_EQ(reason.value, "");
  EXPECT_EQ(reason.sentence.en, "no claims in the last 365 days on record (1 % of customers)");
}

TEST(Reasons, OfNearDuplicatesAreSaidOnceAndStillAddUp) {
  Population population;
  population.number("claims_30d", {"claims in 30 days", "近30天理赔"}, {"amount"}, 30);
  population.number("claims_90d", {"claims in 90 days", "近90天理赔"}, {"amount"}, 90);
  population.number("claims_365d", {"claims in 365 days", "近365天理赔"}, {"amount"}, 365);
  population.category("payment_mode", {"payment mode", "付款方式"});
  const auto reasons = population.of(50, {0.2, 0.3, -0.1, 0.25}, 5);
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0].feature, "claims_90d");
  EXPECT_NEAR(reasons[0].contribution, 0.4, 1e-12);
  EXPECT_NEAR(reasons[0].contribution + reasons[1].contribution, 0.2 + 0.3 - 0.1 + 0.25, 1e-12);
}

TEST(Reasons, RaisingOnesComeFirstEvenWhenLoweringOnesAreStronger) {
  Population population;
  population.number("lowers", {"lowers", "降低"}, {"a"}, 30);
  population.category("raises", {"raises", "提高"});
  const auto reasons = population.of(50, {-0.9, 0.1}, 2);
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0].feature, "raises");
  EXPECT_EQ(reasons[1].feature, "lowers");
}

TEST(Reasons, ThirdOfOneFamilyWaitsForOthers) {
  Population population;
  for (const auto* column : {"a", "b", "c"}) {
    population.number(std::string("claim_") + column, {column, column}, {column}, 30);
  }
  population.category("payment_mode", {"payment mode", "付款方式"});
  std::vector<std::string> names;
  for (const auto& reason : population.of(50, {0.5, 0.4, 0.3, 0.1}, 3)) names.push_back(reason.feature);
  EXPECT_THAT(names, ElementsAre("claim_a", "claim_b", "payment_mode"));
}

TEST(Reasons, AreNoneWhereNothingMovedTheScore) { EXPECT_TRUE(claims().of(3, {0.0}, 3).empty()); }

TEST(Values, CarryTheirUnits) {
  features::FeatureInfo info;
  info.unit = "CNY";
  EXPECT_EQ(value_in_words(info, 1250.5), (Text{"CNY 1,251", "1,251元"}));
  EXPECT_EQ(value_in_words(info, 12.5), (Text{"CNY 12.50", "12.50元"}));
  info.unit = "days";
  EXPECT_EQ(value_in_words(info, 1), (Text{"1 day", "1天"}));
  EXPECT_EQ(value_in_words(info, 12), (Text{"12 days", "12天"}));
  EXPECT_EQ(value_in_words(info, 12410), (Text{"34.0 years", "34.0年"}));
  info.unit = "calendar year";
  EXPECT_EQ(value_in_words(info, 2001), (Text{"2001", "2001"}));
  info.unit = "share";
  EXPECT_EQ(value_in_words(info, 0.125), (Text{"12.5 %", "12.5%"}));
  info.unit = "EUR";
  EXPECT_EQ(value_in_words(info, -0.5), (Text{"EUR −0.50", "−0.50 EUR"}));
  info.unit = "date";
  EXPECT_EQ(value_in_words(info, 19'844).en, "2024-05-01");
  info.unit = "";
  EXPECT_EQ(value_in_words(info, 0.12345).en, "0.123");
}

}  // namespace
}  // namespace holdfast::explanation
