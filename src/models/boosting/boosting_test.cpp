// Reference: Debian 12's python3-xgboost on the same matrix and parameters, compared bit for bit;
// tests/reference/xgboost/SOURCE.md.

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "models/boosting/booster.hpp"
#include "models/errors.hpp"
#include "models/forms/tree_ensemble.hpp"
#include "models/task.hpp"

namespace holdfast::boosting {

extern const ModelDescriptor descriptor;

namespace {

std::vector<std::vector<std::string>> csv(const std::string& name) {
  const auto text = read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                              "tests/reference/xgboost" / name);
  std::vector<std::vector<std::string>> rows;
  if (!text.ok()) return rows;
  for (const auto line : split(*text, '\n')) {
    if (line.empty()) continue;
    auto& row = rows.emplace_back();
    for (const auto cell : split(line, ',')) row.emplace_back(cell);
  }
  rows.erase(rows.begin());
  return rows;
}

struct Matrix {
  std::vector<float> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::size_t cols = 0;
  std::vector<std::int32_t> codes;  // As Options.

  Labelled view() const { return {{x, y.size(), cols}, y, weight}; }
  std::vector<forms::Cell> cells(std::size_t row) const {
    std::vector<forms::Cell> result;
    for (std::size_t j = 0; j < cols; ++j) {
      const float value = x[row * cols + j];
      if (std::isnan(value)) result.emplace_back();
      else if (!codes.empty() && codes[j] > 0) {
        result.push_back({.code = static_cast<std::int32_t>(value), .is_missing = false});
      } else result.push_back({.value = static_cast<double>(value), .is_missing = false});
    }
    return result;
  }
};

Matrix reference_matrix(const std::string& name) {
  Matrix matrix;
  const bool has_sets = name.starts_with("sets");
  if (has_sets) matrix.codes = {70, 3, 0, 0};
  for (const auto& row : csv(has_sets ? "categories.csv" : "matrix.csv")) {
    matrix.cols = row.size() - 2;
    for (std::size_t j = 0; j < matrix.cols; ++j) {
      matrix.x.push_back(row[j].empty() ? std::numeric_limits<float>::quiet_NaN()
                                        : std::stof(row[j]));
    }
    matrix.y.push_back(row[matrix.cols] == "1" ? 1 : 0);
    matrix.weight.push_back(std::stod(row[matrix.cols + 1]));
  }
  return matrix;
}

Options reference_options(const std::string& name) {
  Options options{.parameters = {{"objective", "binary:logistic"}, {"nthread", "2"}, {"seed", "7"}},
                  .rounds = 40,
                  .base_score = 0.25F};
  const auto add = [&](const char* key, const char* value) {
    options.parameters.emplace_back(key, value);
  };
  const auto method = name.substr(name.find('_') + 1);
  add("tree_method", method.c_str());
  if (name.starts_with("sets")) {
    options.codes = {70, 3, 0, 0};
    add("max_depth", "5");
    add("eta", "0.2");
    add("subsample", "0.8");
    add("max_cat_to_onehot", "4");
    add("max_cat_threshold", "20");
  } else if (name.starts_with("monotone")) {
    options.monotone = {1, -1, 0, 0, 1, 0};
    add("max_depth", "5");
    add("eta", "0.3");
  } else if (name == "hist") {
    add("max_depth", "5");
    add("eta", "0.1");
    add("subsample", "0.8");
    add("colsample_bytree", "0.8");
  } else {
    add("max_depth", "4");
    add("eta", "0.3");
    add("lambda", "2");
  }
  return options;
}

class AgainstPython : public ::testing::TestWithParam<std::string> {};

TEST_P(AgainstPython, PredictsTheSameBits) {
  const Matrix matrix = reference_matrix(GetParam());
  const auto expected = csv(GetParam() + ".csv");
  ASSERT_EQ(expected.size(), matrix.y.size());
  const auto booster = train(matrix.view(), {}, reference_options(GetParam()), silent());
  ASSERT_TRUE(booster.ok());
  const forms::TreeScorer scorer(booster->trees);
  const forms::Calibration logistic{.kind = forms::Calibration::Kind::Logistic, .is_float = true};
  for (std::size_t r = 0; r < matrix.y.size(); ++r) {
    double margin = 0;
    const auto cells = matrix.cells(r);
    scorer.score({.count = 1, .width = matrix.cols, .cells = cells}, std::span(&margin, 1));
    ASSERT_EQ(static_cast<float>(margin), std::stof(expected[r][0])) << "row " << r;
    ASSERT_EQ(static_cast<float>(margin), booster->margins[r]) << "row " << r;
    ASSERT_EQ(static_cast<float>(forms::calibrated(logistic, margin)), std::stof(expected[r][1]));
  }
}

TEST_P(AgainstPython, HasTheSameShapValues) {
  const Matrix matrix = reference_matrix(GetParam());
  const auto expected = csv(GetParam() + ".csv");
  const auto booster = train(matrix.view(), {}, reference_options(GetParam()), silent());
  ASSERT_TRUE(booster.ok());
  for (std::size_t r = 0; r < 100; ++r) {
    const auto phi = forms::shap_values(booster->trees, matrix.cells(r));
    for (std::size_t j = 0; j <= matrix.cols; ++j) {
      EXPECT_NEAR(phi[j], std::stod(expected[r][2 + j]), 2e-5) << "row " << r << " column " << j;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(XGBoost, AgainstPython,
                         ::testing::Values("hist", "exact", "monotone_hist", "monotone_exact",
                                           "sets_hist", "sets_approx"),
                         [](const auto& given) { return given.param; });

/// Rows with a numeric column, a category that decides, and an idle column.
struct Sample {
  std::vector<double> age, idle;
  std::vector<std::uint32_t> area;
  std::vector<std::string> areas = {"north", "south", "west"};
  std::vector<std::uint8_t> valid, all_valid, y;
  std::vector<double> weight;

  Sample(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      age.push_back(20 + 50 * random.uniform());
      idle.push_back(random.normal());
      area.push_back(static_cast<std::uint32_t>(random.below(3)));
      valid.push_back(random.chance(0.9) ? 1 : 0);
      all_valid.push_back(1);
      y.push_back(random.chance(area.back() == 1 ? 0.6 : age.back() < 40 ? 0.3 : 0.1) ? 1 : 0);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    return {.rows = y.size(),
            .columns = {{.name = "age", .values = age, .valid = valid},
                        {.name = "area", .codes = area, .categories = areas, .valid = all_valid},
                        {.name = "idle", .values = idle, .valid = all_valid}}};
  }
};

ClassifierTask task_of(const Sample& train, const Sample& validation) {
  return {.train = train.view(),
          .y = train.y,
          .weight = train.weight,
          .validation = validation.view(),
          .validation_y = validation.y,
          .validation_weight = validation.weight,
          .seed = 5};
}

TEST(Boosting, StopsEarlyAndContributionsAddUpOverInputColumns) {
  const Sample train_rows(2000, 1), validation(800, 2);
  const auto model = descriptor.fit_classifier(task_of(train_rows, validation), {}, silent());
  ASSERT_TRUE(model.ok());
  const auto& trees = std::get<forms::TreeEnsemble>(model->form);
  EXPECT_LT(trees.trees.size(), 600U);
  const auto scores = raw_score(*model, validation.view());
  const auto phi = contributions(*model, validation.view());
  for (std::size_t r = 0; r < scores.size(); ++r) {
    EXPECT_NEAR(phi[r * 4] + phi[r * 4 + 1] + phi[r * 4 + 2] + phi[r * 4 + 3], scores[r], 1e-12);
  }
  EXPECT_EQ(std::get<std::string>(model->tables[0].rows[0][0]), "area");
}

TEST(Boosting, SameSeedGivesTheSameModelBitForBit) {
  const Sample train_rows(1500, 3), validation(500, 4);
  const auto a = descriptor.fit_classifier(task_of(train_rows, validation), {}, silent());
  const auto b = descriptor.fit_classifier(task_of(train_rows, validation), {}, silent());
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(to_json(*a, {}), to_json(*b, {}));
}

TEST(Boosting, SurvivesTheEnvelopeBitForBit) {
  const Sample train_rows(1500, 3), validation(500, 4);
  const auto model = descriptor.fit_classifier(task_of(train_rows, validation), {}, silent());
  ASSERT_TRUE(model.ok());
  const auto again = from_json(to_json(*model, {}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(predict(*model, validation.view()), predict(*again, validation.view()));
}

TEST(Boosting, HugeInfiniteAndMissingValuesGiveFiniteProbabilities) {
  Sample rows(300, 5);
  rows.age[0] = 1e300;
  rows.age[1] = -std::numeric_limits<double>::infinity();
  const auto model = descriptor.fit_classifier(task_of(rows, rows), {{"patience", std::int64_t{0}},
                                                                     {"rounds", std::int64_t{5}}},
                                               silent());
  ASSERT_TRUE(model.ok());
  for (const double p : predict(*model, rows.view())) {
    EXPECT_GT(p, 0);
    EXPECT_LT(p, 1);
  }
}

}  // namespace
}  // namespace holdfast::boosting
