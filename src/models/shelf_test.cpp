// What must hold for every classifier of the shelf, whatever it is; a new model is tested here
// without an edit.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/calibration.hpp"
#include "models/errors.hpp"
#include "models/task.hpp"

namespace holdfast {
namespace {

/// A table built column by column.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::string>> categories;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  void number(const std::string& name, std::vector<double> cells) {
    names.push_back(name);
    valid.emplace_back(cells.size(), std::uint8_t{1});
    values.push_back(std::move(cells));
    codes.emplace_back();
    categories.emplace_back();
  }
  void category(const std::string& name, std::vector<std::uint32_t> cells,
                std::vector<std::string> known) {
    names.push_back(name);
    valid.emplace_back(cells.size(), std::uint8_t{1});
    values.emplace_back();
    codes.push_back(std::move(cells));
    categories.push_back(std::move(known));
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      columns.columns.push_back({names[c], values[c], codes[c], categories[c], valid[c]});
    }
    return columns;
  }
  ClassifierTask task() const { return {.train = view(), .y = y, .weight = weight, .seed = 1}; }
};

Table ordinary(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  Table table;
  std::vector<double> age, premium;
  std::vector<std::uint32_t> area;
  for (std::size_t i = 0; i < n; ++i) {
    age.push_back(std::round(20 + 50 * random.uniform()));
    premium.push_back(1000 * random.exponential(1));
    area.push_back(static_cast<std::uint32_t>(random.below(4)));
    const double eta = -1.5 + (age.back() < 35 ? 1 : 0) + (area.back() == 2 ? 1.2 : 0) +
                       premium.back() / 4000;
    table.y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
    table.weight.push_back(1);
  }
  table.number("age", age);
  table.number("premium", premium);
  table.category("area", area, {"east", "north", "south", "west"});
  for (std::size_t i = 0; i < n; i += 9) table.valid[1][i] = 0;
  for (std::size_t i = 0; i < n; i += 13) table.valid[2][i] = 0;
  return table;
}

/// Adds up what a fit says of its progress.
struct CountedProgress : Progress {
  std::atomic<std::int64_t> total = 0, done = 0;
  void begin(const Text&, std::int64_t said) override { total += said; }
  void advance(std::int64_t said) override { done += said; }
};

class EveryClassifier : public ::testing::TestWithParam<const ModelDescriptor*> {
 protected:
  Result<FittedModel> fit(const Table& table) const {
    return GetParam()->fit_classifier(table.task(), {}, silent());
  }

  void expect_sound(const FittedModel& model, const Table& table) const {
    const auto columns = table.view();
    const auto p = predict(model, columns);
    const auto scores = raw_score(model, columns);
    const auto phi = contributions(model, columns);
    const std::size_t width = table.names.size() + 1;
    ASSERT_EQ(p.size(), table.y.size());
    ASSERT_EQ(phi.size(), width * table.y.size());
    for (std::size_t r = 0; r < p.size(); ++r) {
      ASSERT_TRUE(p[r] >= 0 && p[r] <= 1) << p[r];
      double sum = 0;
      for (std::size_t c = 0; c < width; ++c) sum += phi[r * width + c];
      ASSERT_NEAR(sum, scores[r], 1e-9 * std::max(1.0, std::abs(scores[r])));
    }
  }

  void expect_sound_or_said(const Table& table) const {
    const auto model = fit(table);
    if (model.ok()) return expect_sound(*model, table);
    EXPECT_EQ(model.error().kind->exit_code, 2);
    EXPECT_FALSE(message_of(model.error(), Language::En).empty());
    EXPECT_FALSE(message_of(model.error(), Language::Zh).empty());
  }
};

TEST_P(EveryClassifier, NeverSaysThatMoreIsDoneThanThereIs) {
  CountedProgress progress;
  ASSERT_TRUE(GetParam()->fit_classifier(ordinary(500, 3).task(), {}, progress).ok());
  EXPECT_LE(progress.done, progress.total);
}

TEST_P(EveryClassifier, FindsAnOrdinarySignalAndContributionsAddUp) {
  const Table train = ordinary(2000, 1);
  const Table later = ordinary(1000, 2);
  const auto model = fit(train);
  ASSERT_TRUE(model.ok());
  expect_sound(*model, later);
  const auto p = predict(*model, later.view());
  double concordant = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    for (std::size_t j = 0; j < p.size(); ++j) {
      if (later.y[i] == 0 || later.y[j] == 1) continue;
      pairs += 1;
      concordant += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
    }
  }
  EXPECT_GT(concordant / pairs, 0.55);
}

TEST_P(EveryClassifier, SurvivesTheEnvelopeBitForBit) {
  const Table table = ordinary(600, 3);
  auto model = fit(table);
  ASSERT_TRUE(model.ok());
  models::calibrate(*model, table.view(), table.y, table.weight, "isotonic");
  const EnvelopeContext context{"program", "2023-01-01", "2023-12-31", {{"auc", 0.7}}};
  const auto json = to_json(*model, context);
  EnvelopeContext read;
  const auto again = from_json(json, &read);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(predict(*again, table.view()), predict(*model, table.view()));
  EXPECT_EQ(to_json(*again, read), json);
  EXPECT_EQ(read.feature_program_hash, "program");
  EXPECT_EQ(read.metrics.at("auc"), 0.7);
}

TEST_P(EveryClassifier, SaysSoWhenTheEnvelopeWasAltered) {
  const auto model = fit(ordinary(300, 4));
  ASSERT_TRUE(model.ok());
  auto json = to_json(*model, {});
  const auto at = json.find("\"premium\"");
  ASSERT_NE(at, std::string::npos);
  json.replace(at, 9, "\"premiun\"");
  const auto again = from_json(json);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, &models::errors::kHashMismatch);
}

TEST_P(EveryClassifier, CalibrationOnOtherRowsFitsTheirRate) {
  const Table train = ordinary(1500, 5);
  const Table other = ordinary(1500, 6);
  for (const auto* kind : {"platt", "isotonic"}) {
    auto model = fit(train);
    ASSERT_TRUE(model.ok());
    models::calibrate(*model, other.view(), other.y, other.weight, kind);
    double expected = 0;
    double found = 0;
    for (const double p : predict(*model, other.view())) expected += p;
    for (const auto y : other.y) found += y;
    EXPECT_NEAR(expected / found, 1, 0.03) << kind;
  }
}

TEST_P(EveryClassifier, ReordersColumnsAndTakesUnknownCategories) {
  const Table table = ordinary(500, 7);
  const auto model = fit(table);
  ASSERT_TRUE(model.ok());
  auto columns = table.view();
  const auto expected = predict(*model, columns);
  std::ranges::reverse(columns.columns);
  EXPECT_EQ(predict(*model, columns), expected);
  const std::vector<std::string> strange = {"moon", "north", "mars", "west"};
  columns.columns[0].categories = strange;
  for (const double p : predict(*model, columns)) EXPECT_TRUE(p >= 0 && p <= 1);
}

TEST_P(EveryClassifier, ZeroWeightIsNoRow) {
  Table table = ordinary(600, 8);
  Table shorter = ordinary(600, 8);
  for (std::size_t i = 300; i < 600; ++i) table.weight[i] = 0;
  for (auto& column : shorter.values) column.resize(std::min<std::size_t>(column.size(), 300));
  for (auto& column : shorter.codes) column.resize(std::min<std::size_t>(column.size(), 300));
  for (auto& column : shorter.valid) column.resize(300);
  shorter.y.resize(300);
  shorter.weight.resize(300);
  const auto a = fit(table);
  const auto b = fit(shorter);
  ASSERT_TRUE(a.ok() && b.ok());
  const auto pa = predict(*a, shorter.view());
  const auto pb = predict(*b, shorter.view());
  for (std::size_t i = 0; i < 300; ++i) EXPECT_NEAR(pa[i], pb[i], 1e-9);
}

TEST_P(EveryClassifier, OneOutcomeOrNoWeightIsAClearError) {
  Table table = ordinary(100, 9);
  table.y.assign(100, 0);
  const auto one_class = fit(table);
  ASSERT_FALSE(one_class.ok());
  EXPECT_EQ(one_class.error().kind, &models::errors::kOneClass);
  table.weight.assign(100, 0);
  const auto no_rows = fit(table);
  ASSERT_FALSE(no_rows.ok());
  EXPECT_EQ(no_rows.error().kind, &models::errors::kNoRows);
}

TEST_P(EveryClassifier, ConstantAndEmptyColumnsAreSoundOrSaid) {
  Table table;
  for (int i = 0; i < 60; ++i) {
    table.y.push_back(i % 3 == 0 ? 1 : 0);
    table.weight.push_back(1);
  }
  table.number("constant", std::vector<double>(60, 3));
  table.number("empty", std::vector<double>(60, 0));
  table.valid[1].assign(60, 0);
  table.category("same", std::vector<std::uint32_t>(60, 0), {"only"});
  expect_sound_or_said(table);
}

TEST_P(EveryClassifier, TwentyRowsOfFiveHundredColumnsIsSound) {
  Random random(10);
  Table table;
  for (int i = 0; i < 20; ++i) {
    table.y.push_back(i % 4 == 0 ? 1 : 0);
    table.weight.push_back(1);
  }
  for (int c = 0; c < 500; ++c) {
    std::vector<double> cells;
    for (int i = 0; i < 20; ++i) cells.push_back(random.normal());
    table.number("x" + std::to_string(c), cells);
  }
  const auto model = fit(table);
  ASSERT_TRUE(model.ok());
  expect_sound(*model, table);
}

TEST_P(EveryClassifier, PerfectSeparationIsSound) {
  Table table = ordinary(200, 11);
  for (std::size_t i = 0; i < 200; ++i) table.y[i] = table.values[0][i] > 45 ? 1 : 0;
  const auto model = fit(table);
  ASSERT_TRUE(model.ok());
  expect_sound(*model, table);
}

TEST_P(EveryClassifier, CopiesOfAColumnAreSound) {
  Table table = ordinary(400, 12);
  table.number("age again", table.values[0]);
  table.category("area again", table.codes[2], table.categories[2]);
  const auto model = fit(table);
  ASSERT_TRUE(model.ok());
  expect_sound(*model, table);
}

TEST_P(EveryClassifier, HugeValuesStayFinite) {
  Table table = ordinary(300, 13);
  table.values[1][4] = 1e300;
  table.values[1][5] = -1e300;
  table.values[0][6] = 1e-300;
  const auto model = fit(table);
  ASSERT_TRUE(model.ok());
  expect_sound(*model, table);
}

TEST_P(EveryClassifier, EveryParameterIsDescribedInBothLanguages) {
  const auto& model = *GetParam();
  EXPECT_FALSE(model.name.en.empty() || model.name.zh.empty());
  EXPECT_FALSE(model.question.en.empty() || model.question.zh.empty());
  EXPECT_FALSE(model.source.empty());
  for (const auto& row : model.parameters) {
    EXPECT_FALSE(row.en.empty() || row.zh.empty()) << row.name;
    EXPECT_TRUE(checked_parameters(model, {{std::string(row.name), row.default_value}}).ok())
        << row.name;
  }
}

std::vector<const ModelDescriptor*> classifiers() {
  std::vector<const ModelDescriptor*> result;
  for (const auto* model : all_models()) {
    if (model->fit_classifier != nullptr) result.push_back(model);
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Shelf, EveryClassifier, ::testing::ValuesIn(classifiers()),
                         [](const auto& given) { return std::string(given.param->id); });

TEST(Shelf, FindsAModelByIdAndNamesTheNearest) {
  ASSERT_TRUE(find_model("logistic").ok());
  const auto missing = find_model("logistik");
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(message_of(missing.error(), Language::En).find("logistic?"), std::string::npos);
}

TEST(Parameters, NamesTheNearestAndTheRange) {
  const auto& model = **find_model("boosting");
  const auto unknown = checked_parameters(model, {{"round", std::int64_t{3}}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(message_of(unknown.error(), Language::En).find("rounds"), std::string::npos);
  const auto outside = checked_parameters(model, {{"eta", 2.0}});
  ASSERT_FALSE(outside.ok());
  EXPECT_EQ(outside.error().kind, &models::errors::kParameterRange);
  EXPECT_NE(message_of(outside.error(), Language::En).find("[0.0001, 1]"), std::string::npos);
  EXPECT_EQ(outside.error().place.key, "models.boosting.eta");
  EXPECT_FALSE(checked_parameters(model, {{"rounds", 2.5}}).ok());
  EXPECT_FALSE(checked_parameters(model, {{"tree_method", std::string("magic")}}).ok());
  EXPECT_TRUE(checked_parameters(model, {{"eta", std::int64_t{1}}}).ok());
}

TEST(Envelope, RubbishIsAnErrorAndNotACrash) {
  for (const char* text : {"", "{", "[]", "7", R"({"format": "holdfast.model"})",
                           R"({"format": "holdfast.model", "version": 99})"}) {
    EXPECT_FALSE(from_json(text).ok()) << text;
  }
}

}  // namespace
}  // namespace holdfast
