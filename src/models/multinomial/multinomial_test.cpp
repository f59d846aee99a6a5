// Reference: Venables & Ripley, Modern Applied Statistics with S (4th ed. 2002), section 7.3, and R
// `nnet::multinom`, polished; tests/reference/multinom/SOURCE.md.

#include "models/multinomial/multinomial.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "models/errors.hpp"
#include "models/logistic/logistic.hpp"
#include "models/task.hpp"
#include "testing/printed.hpp"

namespace holdfast::multinomial {

extern const ModelDescriptor descriptor;

namespace {

using Csv = std::vector<std::vector<std::string>>;

Csv csv(const std::string& name) {
  const auto text =
      read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests/reference/multinom" / name);
  Csv rows;
  if (!text.ok()) return rows;
  for (auto line : split(*text, '\n')) {
    if (trimmed(line).empty()) continue;
    auto& row = rows.emplace_back();
    for (auto cell : split(line, ',')) row.emplace_back(trimmed(cell));
  }
  return rows;
}

struct Data {
  std::vector<std::string> names, classes;
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  MatrixView view() const { return {x.data(), y.size(), names.size()}; }
};

Data housing() {
  Data data{.names = {"InflMedium", "InflHigh", "TypeApartment", "TypeAtrium", "TypeTerrace",
                      "ContHigh"},
            .classes = {"Low", "Medium", "High"}};
  const Csv rows = csv("housing_data.csv");
  for (std::size_t r = 1; r < rows.size(); ++r) {
    for (const auto& name : data.names) {
      data.x.push_back(name == "Infl" + rows[r][1] || name == "Type" + rows[r][2] ||
                               name == "Cont" + rows[r][3] ? 1 : 0);
    }
    data.y.push_back(static_cast<std::uint8_t>(
        std::ranges::find(data.classes, rows[r][0]) - data.classes.begin()));
    data.weight.push_back(std::stod(rows[r][4]));
  }
  return data;
}

Data glass() {
  Data data{.names = {"RI", "Na", "Mg", "Al"}, .classes = {"WinF", "WinNF", "Head"}};
  const Csv rows = csv("fgl_data.csv");
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const auto found = std::ranges::find(data.classes, rows[r].back());
    if (found == data.classes.end()) continue;
    for (std::size_t j = 0; j < 4; ++j) data.x.push_back(std::stod(rows[r][j]));
    data.y.push_back(static_cast<std::uint8_t>(found - data.classes.begin()));
    data.weight.push_back(1);
  }
  return data;
}

void expect_as_in_nnet(const Data& data, const std::string& name) {
  const auto fitted = fit(data.view(), data.y, data.weight, data.classes.size());
  ASSERT_TRUE(fitted.ok());
  const Csv rows = csv(name);
  ASSERT_GT(rows.size(), 2U);
  const std::size_t k = data.names.size() + 1;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const auto near = [&](double ours, const std::string& theirs) {
      EXPECT_NEAR(ours, std::stod(theirs), 1e-8 * std::max(1.0, std::abs(std::stod(theirs))))
          << rows[r][0] << " " << rows[r][1];
    };
    if (rows[r][1] == ".deviance") {
      near(fitted->deviance, rows[r][2]);
      continue;
    }
    const auto c = static_cast<std::size_t>(std::ranges::find(data.classes, rows[r][0]) -
                                            data.classes.begin()) - 1;
    const auto found = std::ranges::find(data.names, rows[r][1]);
    const std::size_t j = found == data.names.end()
                              ? 0
                              : static_cast<std::size_t>(found - data.names.begin()) + 1;
    near(fitted->beta[c * k + j], rows[r][2]);
    near(fitted->errors[c * k + j], rows[r][3]);
  }
}

TEST(Multinomial, AgreesWithTheHousingExampleOfVenablesAndRipley) {
  const Data data = housing();
  const auto fitted = fit(data.view(), data.y, data.weight, 3);
  ASSERT_TRUE(fitted.ok());
  // "Residual Deviance: 3470.08, AIC: 3498.08".
  EXPECT_PRINTED(fitted->deviance, "3470.08");
  EXPECT_PRINTED(fitted->aic, "3498.08");
  expect_as_in_nnet(data, "housing.csv");
}

TEST(Multinomial, AgreesWithNnetOnGlass) { expect_as_in_nnet(glass(), "fgl.csv"); }

TEST(Multinomial, TwoClassesAreLogisticRegression) {
  Random random(3);
  std::vector<double> x(2000 * 5);
  for (auto& value : x) value = random.normal();
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  for (std::size_t r = 0; r < 2000; ++r) {
    y.push_back(random.chance(1 / (1 + std::exp(1 - x[5 * r]))) ? 1 : 0);
    weight.push_back(static_cast<double>(random.below(3)));
  }
  const auto ours = fit({x.data(), 2000, 5}, y, weight, 2);
  const auto theirs = logistic::fit({x.data(), 2000, 5}, y, weight);
  ASSERT_TRUE(ours.ok() && theirs.ok());
  for (std::size_t j = 0; j < 6; ++j) {
    EXPECT_NEAR(ours->beta[j], theirs->beta[j], 1e-10);
    EXPECT_NEAR(ours->errors[j], theirs->errors[j], 1e-8);
  }
  EXPECT_NEAR(ours->deviance, theirs->deviance, 1e-8);
}

TEST(Multinomial, ATableIsItsShares) {
  // Saturated: logits are those of the counts. Classes by x = 0: 10, 20, 30; by x = 1: 5, 5, 40.
  const std::vector<double> x = {0, 0, 0, 1, 1, 1};
  const std::vector<std::uint8_t> y = {0, 1, 2, 0, 1, 2};
  const std::vector<double> weight = {10, 20, 30, 5, 5, 40};
  const auto fitted = fit({x.data(), 6, 1}, y, weight, 3);
  ASSERT_TRUE(fitted.ok());
  EXPECT_NEAR(fitted->beta[0], std::log(2.0), 1e-9);
  EXPECT_NEAR(fitted->beta[1], std::log(1.0) - std::log(2.0), 1e-9);
  EXPECT_NEAR(fitted->beta[2], std::log(3.0), 1e-9);
  EXPECT_NEAR(fitted->beta[3], std::log(8.0) - std::log(3.0), 1e-9);
}

TEST(Multinomial, GivesTheSameBitsForAnyThreadCount) {
  const Data data = glass();
  set_threads(1);
  const auto one = fit(data.view(), data.y, data.weight, 3);
  set_threads(2);
  const auto two = fit(data.view(), data.y, data.weight, 3);
  set_threads(0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->beta, two->beta);
}

TEST(Multinomial, SeparatedClassesGiveAFiniteFit) {
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  for (int r = 0; r < 90; ++r) {
    x.push_back(r);
    y.push_back(static_cast<std::uint8_t>(r / 30));
  }
  const std::vector<double> weight(90, 1.0);
  const auto fitted = fit({x.data(), 90, 1}, y, weight, 3);
  ASSERT_TRUE(fitted.ok());
  EXPECT_TRUE(fitted->is_separated);
  EXPECT_GT(fitted->ridge, 0);
  for (const double b : fitted->beta) EXPECT_TRUE(std::isfinite(b));
}

TEST(Multinomial, AnAbsentClassIsAsGoodAsImpossible) {
  Data data = housing();
  const auto three = fit(data.view(), data.y, data.weight, 3);
  for (const bool first : {false, true}) {
    Data wider = data;
    // The class that nobody is in is the last, or the first.
    for (auto& c : wider.y) c = static_cast<std::uint8_t>(c + (first ? 1 : 0));
    const auto fitted = fit(wider.view(), wider.y, wider.weight, 4);
    ASSERT_TRUE(three.ok() && fitted.ok());
    const std::size_t k = data.names.size() + 1;
    EXPECT_EQ(fitted->absent, std::vector<std::size_t>{first ? std::size_t{0} : std::size_t{3}});
    if (!first) {
      for (std::size_t i = 0; i < 2 * k; ++i) EXPECT_NEAR(fitted->beta[i], three->beta[i], 1e-9);
      EXPECT_EQ(fitted->beta[2 * k], -30);
    } else {
      EXPECT_EQ(fitted->beta[0], 30);
      for (std::size_t i = 0; i < 2 * k; ++i) {
        EXPECT_NEAR(fitted->beta[k + i], three->beta[i] + (i % k == 0 ? 30 : 0), 1e-9);
      }
    }
  }
}

TEST(Multinomial, TheModelGivesProbabilitiesOfEveryClass) {
  const Data data = glass();
  std::vector<std::vector<double>> columns(4);
  for (std::size_t j = 0; j < 4; ++j) {
    for (std::size_t r = 0; r < data.y.size(); ++r) columns[j].push_back(data.x[r * 4 + j]);
  }
  const std::vector<std::uint8_t> valid(data.y.size(), 1);
  ClassifierTask task{.y = data.y, .weight = data.weight, .classes = data.classes};
  task.train.rows = data.y.size();
  for (std::size_t j = 0; j < 4; ++j) {
    task.train.columns.push_back({.name = data.names[j], .values = columns[j], .valid = valid});
  }
  const auto model = descriptor.fit_classifier(task, {{"outlier_quantile", 0.0}}, silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict_classes(*model, task.train);
  ASSERT_EQ(p.size(), 3 * data.y.size());
  std::vector<double> expected(3, 0.0), found(3, 0.0);
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    EXPECT_NEAR(p[3 * r] + p[3 * r + 1] + p[3 * r + 2], 1, 1e-12);
    for (std::size_t c = 0; c < 3; ++c) expected[c] += p[3 * r + c];
    found[data.y[r]] += 1;
  }
  // With an intercept, fitted counts are the counts.
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(expected[c], found[c], 1e-6);
  // The tables are in the data's own units: those of the reference.
  const Csv rows = csv("fgl.csv");
  const auto& table = model->tables[0];
  std::size_t compared = 0;
  for (const auto& row : rows) {
    for (const auto& ours : table.rows) {
      if (std::get<std::string>(ours[0]) != row[0] || std::get<std::string>(ours[1]) != row[1]) continue;
      EXPECT_NEAR(std::get<double>(ours[2]), std::stod(row[2]), 1e-7);
      EXPECT_NEAR(std::get<double>(ours[3]), std::stod(row[3]), 1e-7);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 8U);
}

TEST(Multinomial, OneClassIsAnError) {
  const std::vector<double> x = {1, 2, 3};
  const std::vector<double> weight(3, 1.0);
  const auto fitted = fit({x.data(), 3, 1}, std::vector<std::uint8_t>{2, 2, 2}, weight, 3);
  ASSERT_FALSE(fitted.ok());
  EXPECT_EQ(fitted.error().kind, &models::errors::kOneClass);
}

}  // namespace
}  // namespace holdfast::multinomial
