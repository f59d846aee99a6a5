// One analysis with every kind of block, whose texts hold what an attacker would put there.

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exchange/analysis_files.hpp"
#include "exchange/read_back.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::exchange {
namespace {

using analyses::Format;
using ::testing::HasSubstr;
using ::testing::Not;

const double kNone = std::numeric_limits<double>::quiet_NaN();
const Text kEvil{"<script>alert(1)</script>", "=HYPERLINK(\"http://x\")"};

analyses::Analysis everything() {
  analyses::Analysis analysis{.id = "survival", .title = {"When they leave", "何时离开"}};
  analysis.findings = {{"Half of them stay 400 days.", "一半客户停留 400 天。"}, kEvil};
  analyses::Table table{.id = "rates", .title = {"Rates", "比率"}, .remark = kEvil,
                        .columns = {{.id = "who", .header = {"Who", "谁"}},
                                    {.id = "rate", .header = {"Rate", "率"}, .format = Format::Share},
                                    {.id = "p", .header = {"p", "p"}, .format = Format::PValue}}};
  table.rows = {{kEvil, 0.125, 1e-9}, {Text{"b", "乙"}, kNone, std::monostate{}}};
  table.rows_shown = 1;
  analyses::LineChart lines{.id = "curve", .title = {"Curve", "曲线"}, .remark = {}, .x_label = {"days", "天"},
                            .y_label = {"share", "比例"}, .y_format = Format::Share};
  lines.series.push_back({.name = {"all", "全部"}, .x = {0, 10, 20}, .y = {1, 0.5, 0.25},
                          .lower = {1, 0.4, 0.2}, .upper = {1, 0.6, 0.3}, .is_step = true});
  analyses::BarChart bars{.id = "bars", .title = {"Bars", "条形"}, .remark = {},
                          .bars = {{.label = kEvil, .value = -2}, {.label = {"b", "b"}, .value = 3}}};
  analyses::HeatMap heat{.id = "heat", .title = {"Heat", "热图"}, .remark = {}, .rows = {kEvil},
                         .columns = {{"x", "x"}, {"y", "y"}}, .values = {{1, kNone}}};
  analyses::FlowChart flow{.id = "flow", .title = {"Flow", "流向"}, .remark = {},
                           .steps = {{"first", "第一步"}, {"then", "之后"}},
                           .nodes = {{kEvil, 0}, {{"b", "b"}, 1}, {{"c", "c"}, 1}},
                           .links = {{0, 1, 30}, {0, 2, 10}}};
  analysis.sections = {{.id = "main", .title = {"Main", "主要"}, .lead = {}, .blocks = {table, lines, bars, heat, flow}}};
  analysis.customers.customer_keys = {"13812348000", "=1+1"};
  analysis.customers.columns = {{.id = "days_left", .header = {"Days left", "剩余天数"}, .format = Format::Days,
                                 .values = {12.5, kNone}, .texts = {}},
                                {.id = "why", .header = {"Why", "原因"}, .values = {}, .texts = {{"a", "甲"}, kEvil}}};
  return analysis;
}

AnalysisContext context() {
  return {.study_name = "<b>shop</b>", .version = "1", .as_of = Day{19'000}, .currency = "CNY"};
}

TEST(AnalysisFiles, ThePageShowsEveryBlockAndRunsNothing) {
  const auto page = render_analysis(everything(), context());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<b>shop")));
  for (const auto* part : {"Rates", "Curve", "Bars", "Heat", "Flow", "曲线", "12.5%", "&lt;0.001"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(page, HasSubstr("the first 1 of 2"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_EQ(page, render_analysis(everything(), context())) << "the same bytes again";
}

TEST(AnalysisFiles, JsonHoldsAllRowsAndNoNan) {
  const auto json = nlohmann::json::parse(analysis_json(everything(), context()));
  const auto& table = json["sections"][0]["blocks"][0];
  ASSERT_EQ(table["rows"].size(), 2U);
  EXPECT_DOUBLE_EQ(table["rows"][0]["rate"], 0.125);
  EXPECT_TRUE(table["rows"][1]["rate"].is_null());
  EXPECT_EQ(json["sections"][0]["blocks"][4]["links"][1]["value"], 10.0);
  EXPECT_EQ(json["currency"], "CNY");
}

TEST(AnalysisFiles, SheetsHoldTextNeverFormulas) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.xlsx";
  ASSERT_TRUE(write_analysis_xlsx(path, everything(), context()).ok());
  const auto piece = read_back(path, "customers");
  EXPECT_EQ(piece.rows, 2U);
  EXPECT_EQ(piece.columns.size(), 3U);
}

TEST(AnalysisFiles, AHeatMapHasASheetAndMaySayItsCells) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.xlsx";
  auto analysis = everything();
  auto& heat = std::get<analyses::HeatMap>(analysis.sections[0].blocks[3]);
  heat.shown = {{{"12 years", "12 年"}, {"–", "–"}}};
  ASSERT_TRUE(write_analysis_xlsx(path, analysis, context()).ok());
  const auto piece = read_back(path, "Heat");
  ASSERT_EQ(piece.columns.size(), 3U);
  EXPECT_GE(piece.rows, 1U);
  EXPECT_THAT(render_analysis(analysis, context()), HasSubstr("12 years"));
  const auto json = nlohmann::json::parse(analysis_json(analysis, context()));
  EXPECT_EQ(json["sections"][0]["blocks"][3]["shown"][0][0]["zh"], "12 年");
}

TEST(AnalysisFiles, CustomersAreOneParquetTable) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "c.parquet";
  ASSERT_TRUE(write_customers(path, everything().customers).ok());
  const auto piece = read_back(path);
  std::vector<std::string> names;
  for (const auto& column : piece.columns) names.push_back(column.name);
  EXPECT_THAT(names, ::testing::ElementsAre("key", "days_left", "why_en", "why_zh"));
  EXPECT_EQ(piece.columns[1].valid[1], 0) << "NaN is missing";
}

TEST(AnalysisFiles, TheTerminalSeesFindingsAndTables) {
  const auto text = analysis_text(everything(), context(), Language::Zh);
  EXPECT_THAT(text, HasSubstr("一半客户停留 400 天"));
  EXPECT_THAT(text, HasSubstr("12.5%"));
}

}  // namespace
}  // namespace holdfast::exchange
