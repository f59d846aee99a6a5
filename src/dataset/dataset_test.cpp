// No publication: splits and frames are judged by the relations they promise.

#include "dataset/dataset.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/random.hpp"
#include "dataset/errors.hpp"
#include "dataset/splits.hpp"

namespace holdfast::dataset {
namespace {

using features::FeatureMatrix;
using features::OutcomeState;

// `customers` seen at each of `cutoffs`, every third one a churner at some cutoff.
FeatureMatrix matrix_of(const std::vector<std::int32_t>& cutoffs, std::uint32_t customers) {
  FeatureMatrix matrix;
  Random random(3);
  matrix.contract_keys = {""};
  matrix.exit_classes = {"", "lapsed"};
  matrix.features.resize(2);
  matrix.columns.resize(2);
  matrix.features[0].name = "recency";
  matrix.features[1].name = "city";
  matrix.features[1].is_category = true;
  matrix.columns[1].categories = {"north", "south"};
  for (std::uint32_t customer = 0; customer < customers; ++customer) {
    matrix.customer_keys.push_back(fmt::format("C-{}", customer));
    for (const auto cutoff : cutoffs) {
      matrix.customer.push_back(customer);
      matrix.contract.push_back(0);
      matrix.cutoff_day.push_back(cutoff);
      matrix.outcome.push_back(random.chance(0.3) ? OutcomeState::Churned : OutcomeState::Stayed);
      matrix.columns[0].values.push_back(random.normal());
      matrix.columns[0].valid.push_back(random.chance(0.9) ? 1 : 0);
      matrix.columns[1].codes.push_back(static_cast<std::uint32_t>(random.below(2)));
      matrix.columns[1].valid.push_back(1);
    }
  }
  matrix.rows = matrix.customer.size();
  return matrix;
}

std::vector<std::int32_t> every(int days, int count) {
  std::vector<std::int32_t> cutoffs;
  for (int k = 0; k < count; ++k) cutoffs.push_back(18000 + k * days);
  return cutoffs;
}

study::Study study_with(int gap, int outcome) {
  study::Study study;
  study.cutoffs.gap_days = gap;
  study.cutoffs.outcome_days = outcome;
  study.churn = study::ChurnDefinition{};
  return study;
}

std::map<Split, std::size_t> counts_of(const Dataset& dataset) {
  std::map<Split, std::size_t> counts;
  for (const auto split : dataset.split) ++counts[split];
  return counts;
}

// No outcome window of an earlier part reaches into a later part's cutoffs.
void expect_no_overlap(const Dataset& dataset, int horizon) {
  std::int32_t train_last = 0, validation_first = 1 << 30, validation_last = 0,
               test_first = 1 << 30;
  for (std::size_t row = 0; row < dataset.matrix.rows; ++row) {
    const auto cutoff = dataset.matrix.cutoff_day[row];
    if (dataset.split[row] == Split::Train) train_last = std::max(train_last, cutoff);
    if (dataset.split[row] == Split::Validation) {
      validation_first = std::min(validation_first, cutoff);
      validation_last = std::max(validation_last, cutoff);
    }
    if (dataset.split[row] == Split::Test) test_first = std::min(test_first, cutoff);
  }
  EXPECT_LE(train_last + horizon, validation_first);
  EXPECT_LE(validation_last + horizon, test_first);
}

TEST(SplitByTime, OutcomeWindowsNeverReachIntoLaterParts) {
  for (const auto& [gap, outcome] : {std::pair{0, 30}, {0, 90}, {15, 60}, {30, 30}}) {
    const auto dataset = make_dataset(matrix_of(every(30, 24), 40), study_with(gap, outcome));
    ASSERT_TRUE(dataset.ok());
    expect_no_overlap(*dataset, gap + outcome);
    EXPECT_EQ(counts_of(*dataset).count(Split::Embargo), gap + outcome > 30 ? 1U : 0U);
  }
}

TEST(SplitByTime, KeepsTheWantedShares) {
  const auto dataset = make_dataset(matrix_of(every(30, 20), 100), study_with(0, 30));
  ASSERT_TRUE(dataset.ok());
  auto counts = counts_of(*dataset);
  EXPECT_EQ(counts[Split::Train], 1200U);
  EXPECT_EQ(counts[Split::Validation], 400U);
  EXPECT_EQ(counts[Split::Test], 400U);
}

TEST(SplitByTime, HoldsForCutoffsOnEveryDay) {
  // Contract-relative: each contract has its own cutoff, two offsets before its end.
  auto study = study_with(0, 90);
  study.cutoffs.before_end_days = {60, 30};
  study.churn->grace_days = 30;
  auto matrix = matrix_of({0}, 3000);
  Random random(8);
  for (auto& cutoff : matrix.cutoff_day)
    cutoff = 18000 + static_cast<std::int32_t>(random.below(1000));
  const auto dataset = make_dataset(std::move(matrix), study);
  ASSERT_TRUE(dataset.ok());
  EXPECT_EQ(embargo_days_of(study), 90);
  expect_no_overlap(*dataset, 90);
  auto counts = counts_of(*dataset);
  const auto kept = static_cast<double>(3000 - counts[Split::Embargo]);
  EXPECT_NEAR(static_cast<double>(counts[Split::Test]) / kept, 0.2, 0.03);
  EXPECT_NEAR(static_cast<double>(counts[Split::Validation]) / kept, 0.2, 0.03);
}

TEST(SplitByTime, FollowsGivenDates) {
  auto study = study_with(0, 30);
  study.split.validation_from = Day{18000 + 30 * 6};
  study.split.test_from = Day{18000 + 30 * 9};
  const auto dataset = make_dataset(matrix_of(every(30, 12), 50), study);
  ASSERT_TRUE(dataset.ok());
  auto counts = counts_of(*dataset);
  EXPECT_EQ(counts[Split::Train], 300U);
  EXPECT_EQ(counts[Split::Validation], 150U);
  EXPECT_EQ(counts[Split::Test], 150U);
}

TEST(SplitByTime, GivenDatesThatLeaveAPartEmptyAreAnError) {
  auto study = study_with(0, 30);
  study.split.validation_from = Day{18000};
  study.split.test_from = Day{18090};
  const auto dataset = make_dataset(matrix_of(every(30, 12), 50), study);
  ASSERT_FALSE(dataset.ok());
  EXPECT_EQ(dataset.error().kind, &errors::kEmptySplit);
  EXPECT_EQ(message_of(dataset.error(), Language::En),
            "the train split has no rows; 600 rows have a known outcome");
}

TEST(SplitByTime, TwoCutoffsTestOnTheLaterAndValidateByCustomer) {
  const auto dataset = make_dataset(matrix_of(every(90, 2), 200), study_with(0, 90));
  ASSERT_TRUE(dataset.ok());
  for (std::size_t row = 0; row < dataset->matrix.rows; ++row) {
    EXPECT_EQ(dataset->split[row] == Split::Test, dataset->matrix.cutoff_day[row] == 18090);
  }
  EXPECT_GT(counts_of(*dataset)[Split::Validation], 20U);
}

TEST(SplitByTime, CutoffsInsideOneOutcomeWindowAreSplitByCustomerAndNoted) {
  const auto dataset = make_dataset(matrix_of(every(10, 4), 200), study_with(0, 90));
  ASSERT_TRUE(dataset.ok());
  EXPECT_NE(dataset->notes.front().en.find("split by customer instead"), std::string::npos);
}

TEST(SplitByCustomer, KeepsACustomersRowsTogether) {
  auto study = study_with(0, 30);
  study.split.kind = study::SplitKind::Customer;
  const auto dataset = make_dataset(matrix_of(every(30, 5), 500), study);
  ASSERT_TRUE(dataset.ok());
  std::map<std::uint32_t, std::set<Split>> splits;
  for (std::size_t row = 0; row < dataset->matrix.rows; ++row) {
    splits[dataset->matrix.customer[row]].insert(dataset->split[row]);
  }
  for (const auto& [customer, seen] : splits) EXPECT_EQ(seen.size(), 1U) << customer;
  EXPECT_NEAR(static_cast<double>(counts_of(*dataset)[Split::Test]), 500, 100);
}

TEST(SplitByCustomer, DoesNotDependOnTheOtherCustomers) {
  auto study = study_with(0, 30);
  const auto few = make_dataset(matrix_of({18000}, 200), study);
  const auto many = make_dataset(matrix_of({18000}, 400), study);
  ASSERT_TRUE(few.ok() && many.ok());
  for (std::size_t row = 0; row < 200; ++row) EXPECT_EQ(few->split[row], many->split[row]);
}

TEST(MakeDataset, RowsWithoutAKnownOutcomeNeverTrainOrTest) {
  auto matrix = matrix_of(every(30, 12), 50);
  for (std::size_t row = 0; row < matrix.rows; row += 3)
    matrix.outcome[row] = OutcomeState::Immature;
  for (std::size_t row = 1; row < matrix.rows; row += 9)
    matrix.outcome[row] = OutcomeState::CompetingExit;
  for (std::size_t row = 2; row < matrix.rows; row += 9)
    matrix.outcome[row] = OutcomeState::Unknown;
  const auto outcome = matrix.outcome;
  const auto dataset = make_dataset(std::move(matrix), study_with(0, 30));
  ASSERT_TRUE(dataset.ok());
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    const bool is_known =
        outcome[row] == OutcomeState::Stayed || outcome[row] == OutcomeState::Churned;
    const bool is_left_out =
        dataset->split[row] == Split::Immature || dataset->split[row] == Split::Excluded;
    EXPECT_EQ(is_known, !is_left_out);
  }
  EXPECT_EQ(dataset->notes.size(), 4U);
}

TEST(MakeDataset, SaysSoWhenOutcomesCannotBeLearnt) {
  const auto kind_with = [](OutcomeState state, std::uint32_t customers) {
    auto matrix = matrix_of(every(30, 4), customers);
    for (auto& outcome : matrix.outcome) outcome = state;
    auto study = study_with(0, 30);
    study.file = "study.toml";
    const auto dataset = make_dataset(std::move(matrix), study);
    EXPECT_EQ(dataset.error().place.file, "study.toml");
    EXPECT_FALSE(hint_of(dataset.error(), Language::Zh).empty());
    return dataset.error().kind;
  };
  EXPECT_EQ(kind_with(OutcomeState::Stayed, 20), &errors::kNoChurner);
  EXPECT_EQ(kind_with(OutcomeState::Churned, 20), &errors::kAllChurners);
  EXPECT_EQ(kind_with(OutcomeState::Immature, 20), &errors::kNoRows);
  EXPECT_EQ(make_dataset(matrix_of({18000}, 10), study_with(0, 30)).error().kind,
            &errors::kTooFewRows);
  EXPECT_EQ(make_dataset({}, study_with(0, 30)).error().kind, &errors::kNoRows);
}

template <typename Values>
features::FeatureColumn numbers(const Values& values, std::vector<std::uint8_t> valid = {}) {
  features::FeatureColumn column;
  if (valid.empty()) valid.assign(values.size(), 1);
  column.values.assign(values.begin(), values.end());
  column.valid.assign(valid.begin(), valid.end());
  return column;
}

void add(FeatureMatrix& matrix, const std::string& name, features::FeatureColumn column) {
  matrix.features.emplace_back().name = name;
  matrix.columns.push_back(std::move(column));
}

TEST(ModelledColumns, LeavesOutWhatNoModelMayUse) {
  auto matrix = matrix_of(every(30, 12), 50);
  const auto rows = matrix.rows;
  add(matrix, "constant", numbers(std::vector<double>(rows, 4)));
  add(matrix, "empty", numbers(std::vector<double>(rows, 0), std::vector<std::uint8_t>(rows, 0)));
  std::vector<double> copy(rows);
  std::vector<std::uint8_t> presence(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    copy[row] = matrix.outcome[row] == OutcomeState::Churned ? -5 : 3;
    presence[row] = matrix.outcome[row] == OutcomeState::Churned ? 1 : 0;
  }
  add(matrix, "copy", numbers(copy));
  add(matrix, "leaving_date_is_there", numbers(std::vector<double>(rows, 1), presence));
  presence.assign(rows, 1);
  presence[0] = 0;
  add(matrix, "once_missing", numbers(std::vector<double>(rows, 1), presence));
  add(matrix, "name", numbers(copy));
  add(matrix, "age", numbers(matrix.columns[0].values));
  add(matrix, "income", numbers(matrix.columns[0].values));
  for (const auto* name : {"name", "age", "income"}) {
    auto& info = *std::ranges::find(matrix.features, name, &features::FeatureInfo::name);
    info.table = "people";
    info.columns = {name};
  }
  auto study = study_with(0, 30);
  study::TableSpec table;
  table.name = "people";
  table.columns.resize(3);
  table.columns[0].format.name = "name";
  table.columns[0].mark = study::Mark::Identifier;
  table.columns[1].format.name = "age";
  table.columns[1].mark = study::Mark::Personal;
  table.columns[2].format.name = "income";
  table.columns[2].mark = study::Mark::Personal;
  table.columns[2].use_because = "premium band";
  study.tables.push_back(table);

  const auto dataset = make_dataset(std::move(matrix), study);
  ASSERT_TRUE(dataset.ok());
  std::vector<std::string> names;
  for (const auto index : dataset->modelled) names.push_back(dataset->matrix.features[index].name);
  EXPECT_EQ(names, (std::vector<std::string>{"recency", "city", "once_missing", "income"}));
  std::string notes;
  for (const auto& note : dataset->notes) notes += note.en + "\n";
  EXPECT_NE(notes.find("a copy of the outcome and so a leak: copy, leaving_date_is_there"),
            std::string::npos)
      << notes;
  EXPECT_NE(notes.find("guarded columns without a stated reason: name, age"), std::string::npos)
      << notes;
}

TEST(ModelledColumns, AThousandCategoriesAreTheLimit) {
  for (const std::uint32_t count : {1000U, 1001U}) {
    auto matrix = matrix_of({18000}, 6000);
    features::FeatureColumn column;
    for (std::uint32_t k = 0; k < count; ++k) column.categories.push_back(fmt::format("k{:05}", k));
    for (std::uint32_t row = 0; row < matrix.rows; ++row) column.codes.push_back(row % count);
    column.valid.assign(matrix.rows, 1);
    add(matrix, "street", std::move(column));
    auto study = study_with(0, 30);
    study.split.validation_share = study.split.test_share = 0.02;
    const auto dataset = make_dataset(std::move(matrix), study);
    ASSERT_TRUE(dataset.ok());
    EXPECT_EQ(dataset->modelled.size(), count == 1000 ? 3U : 2U);
  }
}

TEST(Frame, GathersTheChosenRows) {
  const auto dataset = make_dataset(matrix_of(every(30, 12), 50), study_with(0, 30));
  ASSERT_TRUE(dataset.ok());
  const std::vector<std::uint32_t> rows = {5, 0, 77};
  const auto frame = Frame::gather(*dataset, rows);
  const auto view = frame.view();
  ASSERT_EQ(view.rows, 3U);
  ASSERT_EQ(view.columns.size(), 2U);
  EXPECT_FALSE(view.columns[0].is_category());
  EXPECT_TRUE(view.columns[1].is_category());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(view.columns[0].values[i], dataset->matrix.columns[0].values[rows[i]]);
    EXPECT_EQ(view.columns[0].valid[i], dataset->matrix.columns[0].valid[rows[i]]);
    EXPECT_EQ(view.columns[1].codes[i], dataset->matrix.columns[1].codes[rows[i]]);
    EXPECT_EQ(frame.y()[i], dataset->y[rows[i]]);
    EXPECT_EQ(frame.weight()[i], 1);
  }
}

TEST(Frame, AlignsByNameAndCategory) {
  auto matrix = matrix_of({18000}, 40);
  const auto frame = Frame::align(matrix, {"city", "recency"}, {{"east", "south"}, {}});
  ASSERT_TRUE(frame.ok());
  const auto view = frame->view();
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const bool is_south = matrix.columns[1].codes[row] == 1;
    EXPECT_EQ(view.columns[0].valid[row], is_south ? 1 : 0) << "north was not known in training";
    if (is_south) {
      EXPECT_EQ(view.columns[0].categories[view.columns[0].codes[row]], "south");
    }
  }
  EXPECT_EQ(view.columns[1].name, "recency");
}

TEST(Frame, AlignSaysWhichColumnIsAbsentOrOfAnotherType) {
  const auto matrix = matrix_of({18000}, 40);
  EXPECT_EQ(Frame::align(matrix, {"tenure"}, {{}}).error().kind, &errors::kColumnMissing);
  EXPECT_EQ(Frame::align(matrix, {"city"}, {{}}).error().kind, &errors::kColumnType);
  EXPECT_EQ(Frame::align(matrix, {"recency"}, {{"a"}}).error().kind, &errors::kColumnType);
}

TEST(Backtest, TrainingEndsAnEmbargoBeforeEachTest) {
  const auto study = study_with(15, 60);
  const auto dataset = make_dataset(matrix_of(every(30, 24), 40), study);
  ASSERT_TRUE(dataset.ok());
  const auto origins = backtest_origins(*dataset, study);
  ASSERT_EQ(origins.size(), 3U);
  std::set<std::uint32_t> tested;
  for (const auto& origin : origins) {
    EXPECT_FALSE(origin.train.empty());
    for (const auto row : origin.train) {
      EXPECT_LE(dataset->matrix.cutoff_day[row] + 75, origin.test_from.number);
    }
    for (const auto row : origin.test) {
      EXPECT_TRUE(tested.insert(row).second) << "tested twice";
      EXPECT_GE(dataset->matrix.cutoff_day[row], origin.test_from.number);
      EXPECT_LE(dataset->matrix.cutoff_day[row], origin.test_to.number);
    }
  }
  EXPECT_LT(origins[0].train.size(), origins[2].train.size());
}

TEST(Backtest, OneCutoffHasNoOrigin) {
  const auto study = study_with(0, 30);
  const auto dataset = make_dataset(matrix_of({18000}, 100), study);
  ASSERT_TRUE(dataset.ok());
  EXPECT_TRUE(backtest_origins(*dataset, study).empty());
}

TEST(ErrorKinds, HaveBothLanguagesAndARemedy) {
  for (const auto* kind : errors::dataset_kinds()) {
    EXPECT_TRUE(kind->name.starts_with("dataset."));
    EXPECT_FALSE(kind->zh.empty());
    EXPECT_FALSE(kind->hint_en.empty());
    EXPECT_FALSE(kind->hint_zh.empty());
  }
}

}  // namespace
}  // namespace holdfast::dataset
