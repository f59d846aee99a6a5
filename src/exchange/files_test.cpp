// The files a run leaves: the workbook, the CSV, the Parquet files and evaluation.json.
#include <chrono>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "exchange/example_results.hpp"
#include "exchange/read_back.hpp"
#include "testing/temporary_folder.hpp"

namespace holdfast::exchange {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_at(const tables::Table& table, std::string_view column, std::size_t row) {
  const auto* found = table.find(column);
  if (found == nullptr || row >= found->codes.size()) {
    ADD_FAILURE() << "no cell in " << column << ", row " << row;
    return {};
  }
  return found->categories[found->codes[row]];
}

dataset::Dataset example_dataset() {
  dataset::Dataset data;
  auto& matrix = data.matrix;
  matrix.rows = 3;
  matrix.customer_keys = {"C-1", "C-2"};
  matrix.contract_keys = {""};
  matrix.customer = {0, 1, 0};
  matrix.contract = {0, 0, 0};
  matrix.cutoff_day = {17'000, 17'000, 17'090};
  matrix.outcome = {features::OutcomeState::Stayed, features::OutcomeState::Churned,
                    features::OutcomeState::Immature};
  matrix.value_cents = {10'000, 20'050, 0};
  data.split = {dataset::Split::Train, dataset::Split::Test, dataset::Split::Immature};
  data.y = {0, 1, 0};
  data.weight = {1, 1, 1};
  return data;
}

TEST(EvaluationJson, HoldsEveryFigureUnderItsName) {
  const auto json = nlohmann::json::parse(evaluation_json(example_results()));
  EXPECT_EQ(json["champion"], "boosting");
  EXPECT_EQ(json["models"].size(), 3U);
  const auto& test = json["models"][2]["metrics"]["test"];
  EXPECT_DOUBLE_EQ(test["auc"]["estimate"].get<double>(), 0.784);
  for (const auto* name : {"average_precision", "ks", "brier", "log_loss", "top_decile_lift", "empc",
                           "maximum_profit", "contacts", "gains", "calibration", "roc",
                           "precision_recall", "profit"}) {
    EXPECT_TRUE(test.contains(name)) << name;
  }
  EXPECT_EQ(json["watch_list"]["levels"][0]["level"], "red");
  EXPECT_EQ(json["backtest"].size(), 3U);
  EXPECT_EQ(json["leavers_against_stayers"].size(), 6U);
}

TEST(EvaluationJson, IsTheSameBytesWhateverTheClock) {
  auto later = example_results();
  later.models[1].fit_seconds = 77;
  EXPECT_EQ(evaluation_json(example_results()), evaluation_json(later));
}

TEST(EvaluationJson, SaysNullWhereAFigureIsNotFinite) {
  auto results = example_results();
  results.models[0].metrics[dataset::Split::Test].log_loss = std::numeric_limits<double>::infinity();
  results.study_name = "broken \xFF bytes";
  const auto json = nlohmann::json::parse(evaluation_json(results));
  EXPECT_TRUE(json["models"][0]["metrics"]["test"]["log_loss"].is_null());
}

TEST(Workbook, IsTheSameBytesWhenWrittenLater) {
  const testing::TemporaryFolder folder;
  const auto results = example_results();
  ASSERT_TRUE(write_watch_list_xlsx(folder.path() / "a.xlsx", results).ok());
  // Zip entries keep even seconds.
  std::this_thread::sleep_for(std::chrono::milliseconds(2'100));
  ASSERT_TRUE(write_watch_list_xlsx(folder.path() / "b.xlsx", results).ok());
  EXPECT_TRUE(*read_file(folder.path() / "a.xlsx") == *read_file(folder.path() / "b.xlsx"));
}

TEST(Workbook, KeepsWhatLooksLikeAFormulaAsText) {
  const testing::TemporaryFolder folder;
  auto results = example_results();
  results.watch_list.warnings[0].customer_key = "=HYPERLINK(\"http://x\")";
  results.watch_list.warnings[1].customer_key = "@SUM(1)";
  const auto path = folder.path() / "watchlist.xlsx";
  ASSERT_TRUE(write_watch_list_xlsx(path, results).ok());
  const auto rows = read_back(path);
  EXPECT_EQ(rows.rows, 120U);
  EXPECT_EQ(text_at(rows, "Customer", 0), "=HYPERLINK(\"http://x\")");
}

TEST(Workbook, SpeaksTheStudysLanguage) {
  const testing::TemporaryFolder folder;
  auto results = example_results();
  results.language = Language::Zh;
  const auto path = folder.path() / "名单.xlsx";
  ASSERT_TRUE(write_watch_list_xlsx(path, results).ok());
  const auto rows = read_back(path);
  EXPECT_NE(rows.find("流失概率"), nullptr);
  EXPECT_THAT(text_at(rows, "原因 1", 0), HasSubstr("上次续保保费变动"));
}

TEST(Workbook, NamesNoCurrencyWhereTheStudyHasNone) {
  const testing::TemporaryFolder folder;
  auto results = example_results();
  results.costs.currency.clear();
  ASSERT_TRUE(write_watch_list_xlsx(folder.path() / "w.xlsx", results).ok());
  const auto rows = read_back(folder.path() / "w.xlsx");
  EXPECT_NE(rows.find("Value"), nullptr);
  EXPECT_NE(rows.find("Expected loss"), nullptr);
}

TEST(Workbook, OfAnEmptyListStillHasItsHeader) {
  const testing::TemporaryFolder folder;
  EXPECT_TRUE(write_watch_list_xlsx(folder.path() / "empty.xlsx", RunResults{}).ok());
}

TEST(Workbook, SaysWhereItCannotBeWritten) {
  const testing::TemporaryFolder folder;
  folder.write("file", "in the way");
  const auto written = write_watch_list_xlsx(folder.path() / "file" / "x.xlsx", RunResults{});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind->name, "core.file_unwritable");
}

TEST(Csv, HoldsTheSameRowsAndNoFormula) {
  const testing::TemporaryFolder folder;
  auto results = example_results();
  results.watch_list.warnings[0].customer_key = "=1+1";
  const auto path = folder.path() / "watchlist.csv";
  ASSERT_TRUE(write_watch_list_csv(path, results).ok());
  const auto bytes = *read_file(path);
  EXPECT_TRUE(bytes.starts_with("\xEF\xBB\xBFrank,level,customer_key,"));
  EXPECT_THAT(bytes, HasSubstr("'=1+1"));
  EXPECT_THAT(bytes, Not(HasSubstr(",=1+1")));
  EXPECT_EQ(read_back(path).rows, 120U);
}

TEST(Predictions, LetAnyoneRecomputeTheFigures) {
  const testing::TemporaryFolder folder;
  std::vector<ModelResult> models(2);
  models[0].id = "logistic";
  models[0].probability = {0.1, 0.7, 0.4};
  models[1].id = "failed";
  const auto path = folder.path() / "predictions.parquet";
  const std::vector<std::uint32_t> tuning_rows = {0};
  ASSERT_TRUE(write_predictions(path, example_dataset(), models, tuning_rows).ok());
  const auto rows = read_back(path);
  ASSERT_EQ(rows.rows, 3U);
  EXPECT_EQ(text_at(rows, "key", 1), "C-2");
  EXPECT_EQ(text_at(rows, "split", 1), "test");
  EXPECT_EQ(rows.find("is_tuning")->integers[0], 1);
  EXPECT_EQ(rows.find("is_tuning")->integers[1], 0);
  EXPECT_EQ(text_at(rows, "outcome_state", 2), "immature");
  EXPECT_EQ(rows.find("outcome")->integers[1], 1);
  EXPECT_EQ(rows.find("outcome")->valid[2], 0);
  EXPECT_DOUBLE_EQ(rows.find("p_logistic")->reals[1], 0.7);
  EXPECT_EQ(rows.find("p_failed"), nullptr);
}

TEST(Scores, ListEverybodyWithLevelAndReasons) {
  const testing::TemporaryFolder folder;
  const auto data = example_dataset();
  const scoring::Scores scores{.probability = {0.1, 0.7, 0.4}, .raw = {}, .contributions = {},
                               .expected_loss_cents = {1'000, 14'035, 0}};
  warning::WatchList list;
  list.warnings.resize(1);
  list.warnings[0].row = 1;
  list.warnings[0].rank = 1;
  list.warnings[0].level = study::Level::Red;
  list.warnings[0].raised_by = {"score"};
  std::vector<std::vector<explanation::Reason>> reasons(3);
  reasons[1].push_back({"claims", 0.5, "3", {"claims: 3", "理赔：3"}});
  const auto path = folder.path() / "scores.parquet";
  ASSERT_TRUE(write_scores(path, data.matrix, scores, list, reasons, Day{17'100}).ok());
  const auto rows = read_back(path);
  ASSERT_EQ(rows.rows, 3U);
  EXPECT_EQ(rows.find("level")->valid[0], 1);
  EXPECT_EQ(text_at(rows, "level", 0), "none");
  EXPECT_EQ(text_at(rows, "level", 1), "red");
  EXPECT_EQ(text_at(rows, "reason_1_zh", 1), "理赔：3");
  EXPECT_EQ(rows.find("rank")->valid[0], 0);
}

}  // namespace
}  // namespace holdfast::exchange
