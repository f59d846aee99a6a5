// What a manager, a screen reader and an attacker find in report.html.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/example_results.hpp"
#include "exchange/format.hpp"
#include "exchange/model_words.hpp"

namespace holdfast::exchange {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Report, HoldsEverySectionAndEveryChart) {
  const auto html = render_report(example_results(), {});
  for (const auto* id : {"today", "watch-list", "why", "quality", "inside", "over-time", "made", "terms"}) {
    EXPECT_THAT(html, HasSubstr(std::string("<section id=\"") + id + "\""));
  }
  // Levels two, values, scatter; strength, effects, six groups; profit, ROC, gains, lift,
  // precision–recall, calibration; tree, odds ratios; churn rate, counts, drift.
  EXPECT_EQ(times(html, "role=\"img\""), 4U + 2U + 6U + 6U + 2U + 3U);
  EXPECT_EQ(times(html, "role=\"img\""), times(html, "<desc>"));
}

TEST(Report, DrawsOddsRatiosWithTheirIntervals) {
  const auto html = render_report(example_results(), {});
  const auto at = html.find("What raises the odds of leaving");
  ASSERT_NE(at, std::string::npos);
  const auto drawing = html.substr(at, html.find("</svg>", at) - at);
  EXPECT_EQ(times(drawing, "whisker"), 3U);
  EXPECT_EQ(times(drawing, "bar leaver"), 2U);
  EXPECT_EQ(times(drawing, "bar stayer"), 1U);
  EXPECT_THAT(drawing, HasSubstr(">2.25<"));
  EXPECT_THAT(drawing, Not(HasSubstr("inf")));
  EXPECT_THAT(drawing, Not(HasSubstr("nan")));
}

TEST(Report, OpensWithoutANetworkAndRunsNothing) {
  const auto html = render_report(example_results(), {});
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<link")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
}

TEST(Report, EscapesEveryTextFromTheData) {
  auto results = example_results();
  results.models[0].failed = kHostile;
  results.notes.push_back({kHostile, kHostile});
  results.watch_list.warnings[0].raised_by_text.push_back({kHostile, kHostile});
  const auto html = render_report(results, {});
  EXPECT_THAT(html, Not(HasSubstr(kHostile)));
  EXPECT_THAT(html, Not(HasSubstr("<b>2018</b>")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(Report, HoldsBothLanguagesAndOpensInTheStudysOwn) {
  auto results = example_results();
  const auto english = render_report(results, {});
  EXPECT_THAT(english, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(english, HasSubstr("id=\"lang-en\" checked"));
  EXPECT_THAT(english, HasSubstr("预警名单"));
  results.language = Language::Zh;
  const auto chinese = render_report(results, {});
  EXPECT_THAT(chinese, HasSubstr("<html lang=\"zh-CN\">"));
  EXPECT_THAT(chinese, HasSubstr("id=\"lang-zh\" checked"));
  EXPECT_THAT(chinese, HasSubstr("Watch list"));
  EXPECT_EQ(times(chinese, "<span lang=\"en\">"), times(chinese, "<span lang=\"zh\">"));
}

TEST(Report, RanksManyModelsOneALine) {
  auto results = example_results();
  EXPECT_THAT(render_report(results, {}), Not(HasSubstr("Every figure")));
  for (int i = 0; i < 4; ++i) {
    auto copy = results.models[1];
    copy.id = "other_" + std::to_string(i);
    copy.name = {"Other " + std::to_string(i), "其他" + std::to_string(i)};
    results.models.push_back(copy);
  }
  const auto html = render_report(results, {});
  EXPECT_THAT(html, HasSubstr("Every figure"));
  const auto at = html.find("★ ");
  EXPECT_LT(at, html.find("Other 0"));
}

TEST(Report, ShowsColumnsOnThreeLevelsWhereTheyWereChosen) {
  auto results = example_results();
  EXPECT_THAT(render_report(results, {}), Not(HasSubstr("Columns on three levels")));
  results.kpis = {{.name = "premium_change", .is_named = true, .is_found = true, .is_computed = true,
                   .mrmr_rank = 1, .lasso = 0.4, .contribution = 0.62},
                  {.name = kHostile, .is_named = true}};
  const auto html = render_report(results, {});
  EXPECT_THAT(html, HasSubstr("Of 2 columns the business names 2, 1 differ"));
  EXPECT_THAT(html, HasSubstr("62.0%"));
  EXPECT_THAT(html, Not(HasSubstr(kHostile)));
  EXPECT_THAT(evaluation_json(results), HasSubstr("\"is_computed\": true"));
}

TEST(Report, ShowsTheSentencesOfAModelInThePagesLanguage) {
  auto results = example_results();
  results.models[0].model->tables.push_back(
      {.id = "rules",
       .title = {"Rules in words", "文字规则"},
       .columns = {"en", "zh", "lift"},
       .headers = {{"Rule", "规则(英)"}, {"Rule (Chinese)", "规则"}, {"Lift", "提升度"}},
       .rows = {{"if premium_change > 7 they leave", "如果 premium_change > 7 则流失", 2.5}}});
  const auto html = render_report(results, {});
  EXPECT_THAT(html, HasSubstr("<span lang=\"en\">if change of premium at the last renewal &gt; 7"));
  EXPECT_THAT(html, HasSubstr("上次续保保费变动 &gt; 7"));
  EXPECT_THAT(html, Not(HasSubstr("如果 change of premium")));
  EXPECT_THAT(html, Not(HasSubstr("Rule (Chinese)")));
}

TEST(Report, BeginsTheCardsOfARowAtOneHeight) {
  // A card below a card keeps its distance; beside one it must not.
  EXPECT_THAT(render_report(example_results(), {}), HasSubstr(".kpis>.card+.card{margin-top:0}"));
}

TEST(Report, IsTheSameBytesForTheSameRun) {
  auto later = example_results();
  later.models[0].fit_seconds = 99;  // The only clock in the results.
  EXPECT_EQ(render_report(example_results(), {}), render_report(later, {}));
}

TEST(Report, ShowsThirtyOfTheListAndSaysSo) {
  const auto html = render_report(example_results(), {});
  EXPECT_THAT(html, HasSubstr("30 of 120"));
  EXPECT_EQ(times(html, "<ul class=\"reasons\">"), 30U);
}

TEST(Report, NamesNoDayWhereTheDataCarryNone) {
  auto results = example_results();
  results.as_of = Day{1};
  for (auto& counts : results.cutoffs) counts.cutoff = Day{0};
  const auto html = render_report(results, {});
  EXPECT_THAT(html, HasSubstr("the extract"));
  EXPECT_THAT(html, HasSubstr("数据提取日"));
  EXPECT_THAT(html, Not(HasSubstr("1970")));
  EXPECT_THAT(html, Not(HasSubstr("id=\"over-time\"")));
  EXPECT_THAT(evaluation_json(results), HasSubstr("\"as_of\": null"));
}

TEST(Report, IsWholeWithoutAnythingToShow) {
  const RunResults nothing;
  const auto html = render_report(nothing, {});
  EXPECT_THAT(html, HasSubstr("Nobody is on the watch list today."));
  EXPECT_THAT(html, HasSubstr("</html>"));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, Not(HasSubstr("id=\"quality\"")));
}

TEST(Report, SaysWhichModelCouldNotBeFitted) {
  auto results = example_results();
  results.models[1] = {.id = "c45", .name = {"C4.5", "C4.5"}, .failed = "only one class"};
  EXPECT_THAT(render_report(results, {}), HasSubstr("only one class"));
}

TEST(Report, MasksKeysWhereTheyIdentifyAPerson) {
  auto results = example_results();
  results.watch_list.warnings[0].customer_key = "13812348000";
  results.key_mask.masks = true;
  const auto html = render_report(results, {});
  EXPECT_THAT(html, HasSubstr("138****8000"));
  EXPECT_THAT(html, Not(HasSubstr("13812348000")));
}

TEST(Masked, LeavesOnlyTheEnds) {
  EXPECT_EQ(masked("13812348000"), "138****8000");
  EXPECT_EQ(masked("110101199003071234"), "110****1234");
  EXPECT_EQ(masked("京A12345"), "京A****45");
  EXPECT_EQ(masked("王小明"), "王*明");
  EXPECT_EQ(masked("王明"), "王*");
  EXPECT_EQ(masked("王"), "*");
  EXPECT_EQ(masked(""), "");
}

TEST(ModelWords, ColumnsGoByTheirLabels) {
  const std::map<std::string, Text> names = {{"policies_Premium", {"premium", "保费"}},
                                             {"policies_Premium_change", {"change of premium", "保费变动"}},
                                             {"保单_保费", {"premium", "保费"}},
                                             {"age", {"years of life", "年龄"}}};
  EXPECT_EQ(in_labels({"left out: policies_Premium is missing, policies_Premium_change",
                       "未使用:policies_Premium is missing, policies_Premium_change"},
                      names),
            (Text{"left out: premium is missing, change of premium", "未使用:保费缺失, 保费变动"}));
  // Longer ids and words of the language stay as they are.
  EXPECT_EQ(in_labels({"policies_Premiums at the age of 40", "未使用 保单_保费_sd_90d"}, names),
            (Text{"policies_Premiums at the age of 40", "未使用 保单_保费_sd_90d"}));
  EXPECT_EQ(in_labels({"保单_保费 ≤ 5", "保单_保费 ≤ 5"}, names), (Text{"premium ≤ 5", "保费 ≤ 5"}));
  EXPECT_EQ(measure_name("aic"), (Text{"AIC", "AIC"}));
  EXPECT_EQ(measure_name("mine"), (Text{"mine", "mine"}));
}

TEST(Format, BreaksNamesWhereTheyMayBreak) {
  using Lines = std::pair<std::string, std::string>;
  EXPECT_EQ(in_two_lines("5600 – 8957", 8), (Lines{"5600 –", "8957"}));
  EXPECT_EQ(in_two_lines("premium", 8), (Lines{"premium", ""}));
  // What closes a quotation never begins a line.
  EXPECT_EQ(in_two_lines("职业为“医生”的次数", 11), (Lines{"职业为“医生”", "的次数"}));
}

TEST(Format, SetsChineseWithItsOwnPunctuation) {
  EXPECT_EQ(typeset_chinese("表 保单(合同,14 列): 占 1,850 名的 15.4 %"),
            "表 保单（合同，14 列）：占 1,850 名的 15.4%");
  EXPECT_EQ(typeset_chinese("接受率(Beta)"), "接受率（Beta）");
  EXPECT_EQ(typeset_chinese("McFadden R² (0.1, 0.2)"), "McFadden R² (0.1, 0.2)");
  EXPECT_EQ(typeset_chinese("8:30,到(店)"), "8:30，到（店）");
}

TEST(Format, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(percent(0.1234), "12.3%");
  EXPECT_EQ(fixed(-0.001, 2), "0.00");
  EXPECT_EQ(fixed(-1.5, 1), "−1.5");
  EXPECT_EQ(money(std::int64_t{123'456}, "EUR"), "€1,235");
  EXPECT_EQ(money(std::int64_t{1'250}, "CNY"), "¥12.50");
  EXPECT_EQ(money(std::int64_t{100}, "SEK"), "SEK 1");
  EXPECT_EQ(money_brief(128'000'000, "CNY"), (Text{"¥1.28M", "¥128.0万"}));
  EXPECT_EQ(percent(std::nan("")), "–");
}

TEST(Format, MakesAnyBytesPrintable) {
  EXPECT_EQ(printable("a\xFF" "b\x01" "c"), "a\uFFFD" "b c");
  EXPECT_EQ(escaped("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  EXPECT_EQ(shortened("近365天理赔次数", 8), "近365天…");
}

}  // namespace
}  // namespace holdfast::exchange
