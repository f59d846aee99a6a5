// Weight of evidence and information value: Siddiqi (2006), Credit Risk Scorecards, chapter 6:
// ln(share of events / share of non-events), here with half a row added to every count.

#include "dataset/preparation.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace holdfast::dataset {
namespace {

struct Sample {
  std::vector<double> age = {20, 30, 40, 50, 60, 0};
  std::vector<std::uint8_t> age_valid = {1, 1, 1, 1, 1, 0};
  std::vector<std::uint32_t> area = {0, 0, 0, 1, 1, 2};
  std::vector<std::string> areas = {"east", "west", "moon"};
  std::vector<std::uint8_t> all = {1, 1, 1, 1, 1, 1};
  std::vector<std::uint8_t> y = {1, 1, 0, 0, 0, 1};
  std::vector<double> weight = {1, 1, 1, 1, 1, 1};

  Columns view() const {
    return {.rows = 6,
            .columns = {{.name = "age", .values = age, .valid = age_valid},
                        {.name = "area", .codes = area, .categories = areas, .valid = all}}};
  }
};

std::vector<std::string> names_of(const Preparation& preparation) {
  std::vector<std::string> names;
  for (const auto& term : preparation.terms) names.push_back(term.name);
  return names;
}

TEST(Preparation, MostFrequentCategoryIsTheReferenceAndMissingIsSaid) {
  const Sample sample;
  const auto prepared = fit_preparation(sample.view(), sample.y, sample.weight, {.rare_share = 0});
  EXPECT_EQ(names_of(prepared),
            (std::vector<std::string>{"age", "age is missing", "area=west", "area=moon"}));
}

TEST(Preparation, StandardisesByTheTrainingRowsAndFillsWithTheMedian) {
  const Sample sample;
  const auto prepared = fit_preparation(sample.view(), sample.y, sample.weight, {});
  const auto x = apply(prepared, sample.view());
  const std::size_t terms = prepared.terms.size();
  EXPECT_DOUBLE_EQ(x[0 * terms], -20 / std::sqrt(200.0));
  EXPECT_DOUBLE_EQ(x[2 * terms], 0);
  EXPECT_DOUBLE_EQ(x[5 * terms], 0);      // Missing: the median, 40.
  EXPECT_DOUBLE_EQ(x[5 * terms + 1], 1);  // And said to be missing.
}

TEST(Preparation, RareCategoriesJoinAndUnknownOnesWithThem) {
  const Sample sample;
  const auto prepared =
      fit_preparation(sample.view(), sample.y, sample.weight, {.rare_share = 0.2});
  EXPECT_EQ(prepared.terms.back().name, "area=other");
  Sample later;
  later.areas = {"mars", "west", "east"};
  const auto x = apply(prepared, later.view());
  const std::size_t terms = prepared.terms.size();
  const std::size_t last = terms - 1;
  EXPECT_EQ(x[0 * terms + last], 1);  // mars: unknown.
  EXPECT_EQ(x[3 * terms + last], 0);  // west: known.
  EXPECT_EQ(x[5 * terms + last], 0);  // east: the reference.
}

TEST(Preparation, SeesRowsOfWeightOnly) {
  Sample sample;
  sample.weight[5] = 0;
  sample.weight[4] = 0;
  const auto prepared = fit_preparation(sample.view(), sample.y, sample.weight, {});
  EXPECT_EQ(names_of(prepared), (std::vector<std::string>{"age", "area=west"}));
  EXPECT_DOUBLE_EQ(prepared.terms[0].center, 35);
}

TEST(Preparation, ConstantColumnsGoWithANote) {
  Sample sample;
  sample.age.assign(6, 7);
  sample.age_valid.assign(6, 1);
  sample.area.assign(6, 1);
  const auto prepared = fit_preparation(sample.view(), sample.y, sample.weight, {});
  EXPECT_TRUE(prepared.terms.empty());
  EXPECT_EQ(prepared.notes.size(), 2U);
}

TEST(Preparation, IsFiniteForAnyInput) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Sample sample;
  sample.age = {1e308, -1e308, kInfinity, -kInfinity, std::nan(""), 1e-308};
  sample.age_valid.assign(6, 1);
  for (const auto numeric :
       {NumericCoding::AsIs, NumericCoding::Standardised, NumericCoding::WeightOfEvidence}) {
    for (const double outlier : {0.0, 0.1}) {
      const auto prepared =
          fit_preparation(sample.view(), sample.y, sample.weight,
                          {.numeric = numeric, .outlier_quantile = outlier});
      for (const double value : apply(prepared, sample.view())) EXPECT_TRUE(std::isfinite(value));
    }
  }
}

TEST(Preparation, WinsorisesToTheQuantiles) {
  std::vector<double> x;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;
  for (int i = 0; i <= 100; ++i) {
    x.push_back(i == 100 ? 1e9 : i);
    y.push_back(i % 2 == 0 ? 1 : 0);
    valid.push_back(1);
    weight.push_back(1);
  }
  const Columns columns{.rows = 101, .columns = {{.name = "x", .values = x, .valid = valid}}};
  const auto prepared = fit_preparation(
      columns, y, weight, {.numeric = NumericCoding::AsIs, .outlier_quantile = 0.05});
  const auto cut = apply(prepared, columns);
  EXPECT_EQ(cut[0], 5);
  EXPECT_EQ(cut[50], 50);
  EXPECT_EQ(cut[100], 95);
}

TEST(WeightOfEvidence, IsTheLogOfTheSharesAndRanksTheBins) {
  const Sample sample;
  const auto prepared =
      fit_preparation(sample.view(), sample.y, sample.weight,
                      {.category = CategoryCoding::WeightOfEvidence, .rare_share = 0});
  const auto& term = prepared.terms.back();
  ASSERT_EQ(term.bins.size(), 3U);
  // west: 0 of 2 leave, east: 2 of 3, moon: 1 of 1; smoothed totals 4.5 and 4.5.
  EXPECT_EQ(term.bins[0].categories, std::vector<std::string>{"west"});
  EXPECT_DOUBLE_EQ(term.bins[0].weight_of_evidence, std::log(0.5 / 2.5));
  EXPECT_DOUBLE_EQ(term.bins[1].weight_of_evidence, std::log(2.5 / 1.5));
  EXPECT_DOUBLE_EQ(term.bins[2].weight_of_evidence, std::log(1.5 / 0.5));
  EXPECT_NEAR(information_value(term.bins),
              (0 - 2.0 / 3) * std::log(0.2) + (2.0 / 3 - 1.0 / 3) * std::log(5.0 / 3) +
                  (1.0 / 3 - 0) * std::log(3.0),
              1e-12);
}

TEST(WeightOfEvidence, NumericBinsCoverEveryValueInOrder) {
  std::vector<double> x, weight;
  std::vector<std::uint8_t> y, valid;
  for (int i = 0; i < 1000; ++i) {
    x.push_back(i % 97);
    y.push_back(i % 97 > 60 && i % 3 != 0 ? 1 : 0);
    valid.push_back(i % 10 == 0 ? 0 : 1);
    weight.push_back(1);
  }
  const Columns columns{.rows = 1000, .columns = {{.name = "x", .values = x, .valid = valid}}};
  const auto prepared = fit_preparation(
      columns, y, weight, {.numeric = NumericCoding::WeightOfEvidence, .bins_max = 5});
  const auto& bins = prepared.terms.at(0).bins;
  ASSERT_EQ(bins.size(), 6U);
  EXPECT_TRUE(bins.back().is_missing);
  for (std::size_t b = 1; b < 5; ++b) EXPECT_LT(bins[b - 1].upper, bins[b].upper);
  EXPECT_TRUE(std::isinf(bins[4].upper));
  double total = 0;
  for (const auto& bin : bins) total += bin.events + bin.non_events;
  EXPECT_EQ(total, 1000);
}

}  // namespace
}  // namespace holdfast::dataset
