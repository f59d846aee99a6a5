// Made customers whose rates are known. Reference: the counts written into the files.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "analyses/cube_dimensions.hpp"
#include "analyses/cube_query.hpp"
#include "analyses/errors.hpp"
#include "analyses/made_study.hpp"

namespace holdfast::analyses {

extern const Descriptor kCube;

namespace {

using testing::find_block;
using testing::MadeStudy;
using testing::number_in;
using testing::row_of;

constexpr const char* kMotor = R"(
[study]
name = "Motor"
time_zone = "UTC"
entity = "contract"
[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "customer"
contract_key = "policy"
start = "from"
end = "to"
amount = "premium"
complete_until = 2024-06-30
[table.policies.columns]
customer = { type = "text" }
policy = { type = "text" }
from = { type = "day", date_format = "yyyy-MM-dd" }
to = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money" }
cover = { type = "text" }
[churn]
kind = "contractual"
table = "policies"
grace_days = 30
[cutoffs]
before_end_days = [30]
[profit]
value = "100"
[cube]
dimensions = ["cover"]
)";

// Terms ending in 2022 and in 2023: full cover lapses in 1 of 10, basic in 3 of 10, in both years. Full
// falls from 600 of 800 to 400 of 800.
std::string policies() {
  std::string text = "customer,policy,from,to,premium,cover\n";
  int number = 0;
  const auto add = [&](int year, const char* cover, int count, int lapse_of_ten) {
    for (int i = 0; i < count; ++i, ++number) {
      const int month = i % 12 + 1;
      text += fmt::format("c{0},p{0},{1}-{2:02}-01,{3}-{2:02}-01,100,{4}\n", number, year, month, year + 1, cover);
      // A successor keeps the customer; it ends after the data do.
      if (i % 10 >= lapse_of_ten)
        text += fmt::format("c{0},p{0}b,{1}-{2:02}-01,{3}-{2:02}-01,100,{4}\n", number, year + 1, month, year + 4, cover);
    }
  };
  add(2021, "full", 600, 1);
  add(2021, "basic", 200, 3);
  add(2022, "full", 400, 1);
  add(2022, "basic", 400, 3);
  return text;
}

TEST(CubeAnalysis, FindsTheRatesAndThatOnlyTheMixChanged) {
  const MadeStudy made(kMotor, {{"policies.csv", policies()}});
  const auto analysis = kCube.run(made.inputs(*parse_iso_day("2024-06-30")), silent());
  ASSERT_TRUE(analysis.ok()) << render(analysis.error(), Language::En);
  testing::expect_well_formed(*analysis);
  const auto* by = find_block<Table>(*analysis, "by_1");
  EXPECT_NEAR(number_in(*by, row_of(*by, "full"), "churn_rate"), 0.1, 1e-12);
  EXPECT_NEAR(number_in(*by, row_of(*by, "basic"), "churn_rate"), 0.3, 1e-12);
  EXPECT_NEAR(number_in(*by, row_of(*by, "basic"), "kept_value_rate"), 0.7, 1e-12);
  const auto* change = find_block<Table>(*analysis, "mix_and_rate");
  const double mix = number_in(*change, 0, "mix"), rate = number_in(*change, 0, "rate");
  EXPECT_NEAR(mix + rate, number_in(*change, 0, "change"), 1e-14);
  EXPECT_NEAR(mix, 0.05, 0.005);  // A fourth moved from 10 % to 30 %.
  EXPECT_NEAR(rate, 0, 0.005);
  const auto* cohorts = find_block<Table>(*analysis, "cohorts");
  EXPECT_GT(cohorts->rows.size(), 10);
}

TEST(CubeAnalysis, AnswersFilteredQuestions) {
  const MadeStudy made(kMotor, {{"policies.csv", policies()}});
  const auto inputs = made.inputs(*parse_iso_day("2024-06-30"));
  const auto basic = ask_cube(inputs, {.dimensions = {"cover"}, .filters = {{"cover", {"basic"}}}, .from = {}, .to = {}}, silent());
  ASSERT_TRUE(basic.ok());
  EXPECT_EQ(basic->all.rows_total(), 600);
  EXPECT_EQ(ask_cube(inputs, {.dimensions = {"covers"}, .filters = {}, .from = {}, .to = {}}, silent()).error().kind,
            &errors::kNoDimension);
  EXPECT_EQ(ask_cube(inputs, {.dimensions = {"cover"}, .filters = {{"cover", {"none"}}}, .from = {}, .to = {}}, silent())
                .error()
                .kind,
            &errors::kNothingThere);
}

// The premium, and not its change against the term before, which is made of the same column.
TEST(CubeAnalysis, TakesAColumnByItsName) {
  std::string csv = "customer,policy,from,to,premium,cover\n";
  for (int i = 0; i < 300; ++i) {
    const int month = i % 12 + 1, premium = 100 + i % 3 * 10;
    const int terms = i % 4 == 0 ? 1 : 2;
    for (int term = 0; term < terms; ++term) {
      csv += fmt::format("c{0},p{0},{1}-{2:02}-01,{3}-{2:02}-01,{4},full\n", i, 2021 + term, month, 2022 + term,
                         premium + term * (5 + i % 7));
    }
  }
  const MadeStudy made(kMotor, {{"policies.csv", csv}});
  const auto inputs = made.inputs(*parse_iso_day("2024-06-30"));
  const CubeQuery query{.dimensions = {"premium"},
                        .filters = {parse_cube_filter("premium>=100").value()},
                        .from = {},
                        .to = {},
                        .measures = {"mean(premium)"}};
  const auto dear = ask_cube(inputs, query, silent());
  ASSERT_TRUE(dear.ok()) << render(dear.error(), Language::En);
  EXPECT_EQ(dear->dimensions[0].name, "policies_premium");
  EXPECT_EQ(dear->all.rows_total(), 525);
}

TEST(CubeQuestions, AreReadAsTheyAreTyped) {
  using Is = CubeFilter::Is;
  const auto filter = [](std::string_view text) { return parse_cube_filter(text).value(); };
  EXPECT_EQ(filter("cover=full|basic").values, (std::vector<std::string>{"full", "basic"}));
  EXPECT_EQ(filter("cover != full").is, Is::NotOneOf);
  EXPECT_EQ(filter("cover != full").dimension, "cover");
  EXPECT_EQ(filter("premium>=1e3").is, Is::AtLeast);
  EXPECT_EQ(filter("premium>=1e3").limit, 1000);
  EXPECT_EQ(filter("premium<7").is, Is::Below);
  for (const auto* text : {"cover", "=full", "premium<", "premium<x", "!cover"})
    EXPECT_EQ(parse_cube_filter(text).error().kind, &errors::kBadQuestion) << text;
  const auto period = [](std::string_view text) {
    const auto found = parse_cube_period(text).value();
    return to_string(found.from) + " " + to_string(found.until);
  };
  EXPECT_EQ(period("2017"), "2017-01-01 2018-01-01");
  EXPECT_EQ(period("2017-H2"), "2017-07-01 2018-01-01");
  EXPECT_EQ(period("2017-Q4"), "2017-10-01 2018-01-01");
  EXPECT_EQ(period("2016-02"), "2016-02-01 2016-03-01");
  EXPECT_EQ(period("2017-01-03..2017-01-03"), "2017-01-03 2017-01-04");
  for (const auto* text : {"", "17", "2017-Q5", "2017-H0", "2017-13", "2017-1", "2017-02-30..2017-03-01",
                           "2017-03-02..2017-03-01"})
    EXPECT_EQ(parse_cube_period(text).error().kind, &errors::kBadQuestion) << text;
  EXPECT_EQ(to_string(right_before(parse_cube_period("2017-Q1").value()).from), "2016-10-01");
  EXPECT_EQ(to_string(right_before(parse_cube_period("2017-01-08..2017-01-14").value()).from), "2017-01-01");
  EXPECT_EQ(to_string(year_before(parse_cube_period("2016-02").value()).until), "2015-03-01");
}

TEST(CubeDimensions, AreCategoriesOfAnyColumn) {
  features::FeatureColumn number;
  for (int i = 0; i < 100; ++i) {
    number.values.push_back(i);
    number.valid.push_back(i == 99 ? 0 : 1);
  }
  std::vector<std::uint32_t> rows(100);
  for (std::uint32_t i = 0; i < 100; ++i) rows[i] = i;
  const auto bands = cubes::coded(number, rows);
  EXPECT_EQ(bands.categories.size(), 5);  // Four bands and missing.
  EXPECT_EQ(bands.codes[0], 0);
  EXPECT_EQ(bands.codes[98], 3);
  EXPECT_EQ(bands.codes[99], 4);
  for (auto& value : number.values) value = value / 100 - 0.5;
  const auto shares = cubes::coded(number, rows, "share");
  EXPECT_EQ(shares.categories[0].en, "below −26%");
  EXPECT_EQ(shares.categories[2].en, "−1% to 24%");
  EXPECT_EQ(shares.categories[3].zh, "24% 及以上");
  for (auto& value : number.values) value = value > 0 ? 1 : 0;
  auto truths = cubes::coded(number, rows);
  cubes::say_yes_no(truths);
  EXPECT_EQ(truths.categories[0].en, "no");
  EXPECT_EQ(truths.categories[1].zh, "是");
  EXPECT_EQ(truths.categories[2].en, "missing");
  const std::vector<std::uint32_t> codes{0, 0, 1, 1};
  const std::vector<std::uint8_t> yes{1, 1, 0, 0}, always{1, 1, 1, 1};
  EXPECT_GT(cubes::cramers_v(codes, 2, yes), 0.8);
  EXPECT_EQ(cubes::cramers_v(codes, 2, always), 0);
}

}  // namespace
}  // namespace holdfast::analyses
