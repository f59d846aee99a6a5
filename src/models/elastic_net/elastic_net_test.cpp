// Reference: glmnet 4.1-6 with thresh = 1e-20; tests/reference/glmnet/SOURCE.md. Agreement is asked
// to 1e-6, as the README promises.

#include "models/elastic_net/elastic_net.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "models/errors.hpp"
#include "models/task.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::elastic_net {

extern const ModelDescriptor descriptor;

namespace {

constexpr double kSure = 1e-15;  // Tolerance of our side in comparisons.

struct Csv {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  std::size_t column(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  }
};

Csv csv(const std::filesystem::path& path) {
  Csv result;
  const auto text = read_file(path);
  if (!text.ok()) return result;
  for (auto line : split(*text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    std::vector<std::string> row;
    for (auto cell : split(line, ',')) {
      row.emplace_back(trimmed(cell));
      std::erase(row.back(), '"');
    }
    if (result.header.empty()) result.header = row;
    else result.rows.push_back(row);
  }
  return result;
}

std::filesystem::path reference(const std::string& name) {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests/reference" / name;
}

struct Data {
  std::size_t columns = 0;
  std::vector<double> x;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  MatrixView view() const { return {x.data(), y.size(), columns}; }
};

Data made() {
  const Csv file = csv(reference("glm/made_data.csv"));
  Data data{.columns = 5};
  for (const auto& row : file.rows) {
    for (const auto* name : {"age", "premium", "claims", "urban", "late"}) {
      data.x.push_back(std::stod(row[file.column(name)]));
    }
    data.y.push_back(row[file.column("y")] == "1" ? 1 : 0);
    data.weight.push_back(std::stod(row[file.column("weight")]));
  }
  return data;
}

Data wide() {
  const Csv file = csv(reference("glmnet/wide_data.csv"));
  Data data{.columns = file.header.size() - 1};
  for (const auto& row : file.rows) {
    data.y.push_back(row[0] == "1" ? 1 : 0);
    data.weight.push_back(1);
    for (std::size_t c = 1; c < row.size(); ++c) data.x.push_back(std::stod(row[c]));
  }
  return data;
}

Data bank(const std::filesystem::path& path) {
  const Csv file = csv(path);
  Data data{.columns = 11};
  for (const auto& row : file.rows) {
    const auto cell = [&](const char* name) { return row[file.column(name)]; };
    const auto number = [&](const char* name) { return std::stod(cell(name)); };
    const auto is = [&](const char* name, const char* level) {
      return cell(name) == level ? 1.0 : 0.0;
    };
    const double values[] = {number("CreditScore"), is("Geography", "Germany"),
                             is("Geography", "Spain"), is("Gender", "Male"), number("Age"),
                             number("Tenure"), number("Balance"), number("NumOfProducts"),
                             number("HasCrCard"), number("IsActiveMember"),
                             number("EstimatedSalary")};
    data.x.insert(data.x.end(), std::begin(values), std::end(values));
    data.y.push_back(cell("Exited") == "1" ? 1 : 0);
    data.weight.push_back(1);
  }
  return data;
}

void expect_near(double ours, const std::string& theirs, const std::string& what) {
  const double expected = std::stod(theirs);
  EXPECT_LE(std::abs(ours - expected), 1e-6 * std::max(1.0, std::abs(expected)))
      << what << ": " << ours << " against " << theirs;
}

/// The whole file: path and cross-validation.
void expect_as_in_glmnet(const Data& data, double mix, const std::string& name) {
  SCOPED_TRACE(name);
  const Csv expected = csv(reference("glmnet/" + name));
  ASSERT_FALSE(expected.rows.empty());
  const Options options{.mix = mix, .tolerance = kSure};
  const auto path = fit_path(data.view(), data.y, data.weight, options);
  ASSERT_TRUE(path.ok());
  ASSERT_EQ(path->lambdas.size(), expected.rows.size());
  std::vector<std::uint32_t> fold;
  for (std::size_t r = 0; r < data.y.size(); ++r) fold.push_back(static_cast<std::uint32_t>(r % 5));
  const auto folds = cross_validate(data.view(), data.y, data.weight, fold, 5, path->lambdas, options);
  ASSERT_TRUE(folds.ok());
  for (std::size_t k = 0; k < expected.rows.size(); ++k) {
    const auto& row = expected.rows[k];
    const std::string at = "lambda " + row[0];
    expect_near(path->lambdas[k] / std::stod(row[0]), "1", at);
    expect_near(path->deviance_explained[k], row[1], at + " deviance");
    // At the first lambda a coefficient may be rounding on one side and nothing on the other.
    const auto nonzero = std::ranges::count_if(
        row.begin() + 8, row.end(), [](const auto& cell) { return std::abs(std::stod(cell)) > 1e-12; });
    EXPECT_EQ(path->nonzero[k], nonzero) << at;
    expect_near(folds->deviance[k], row[3], at + " cvm");
    expect_near(folds->error[k], row[4], at + " cvsd");
    EXPECT_EQ(folds->smallest == k, row[5] == "1") << at << " lambda.min";
    EXPECT_EQ(folds->one_error == k, row[6] == "1") << at << " lambda.1se";
    expect_near(path->intercepts[k], row[7], at + " intercept");
    for (std::size_t j = 0; j < data.columns; ++j) {
      expect_near(path->coefficients[k * data.columns + j], row[8 + j],
                  at + " " + expected.header[8 + j]);
    }
  }
}

TEST(ElasticNet, AgreesWithGlmnetOnWeightsWithZeros) {
  const Data data = made();
  expect_as_in_glmnet(data, 1, "made_1.csv");
  expect_as_in_glmnet(data, 0.5, "made_0.5.csv");
  expect_as_in_glmnet(data, 0, "made_0.csv");
}

TEST(ElasticNet, AgreesWithGlmnetOnMoreColumnsThanRows) {
  const Data data = wide();
  expect_as_in_glmnet(data, 1, "wide_1.csv");
  expect_as_in_glmnet(data, 0.5, "wide_0.5.csv");
}

TEST(ElasticNet, AgreesWithGlmnetOnChurnModelling) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: churn_modelling";
  expect_as_in_glmnet(bank(*path), 1, "churn_modelling_1.csv");
}

Data drawn(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Random random(seed);
  Data data{.columns = columns};
  for (std::size_t r = 0; r < rows; ++r) {
    double eta = -0.5;
    double last = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      last = 0.6 * last + random.normal();  // Neighbours are correlated.
      data.x.push_back(last);
      if (j < 4) eta += (j % 2 == 0 ? 0.8 : -0.5) * last;
    }
    data.y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
    data.weight.push_back(1);
  }
  return data;
}

TEST(ElasticNet, EverySolutionMeetsItsConditions) {
  // Subgradient conditions of the objective itself, checked apart from all machinery.
  const Data data = drawn(1500, 40, 3);
  const std::size_t n = data.y.size();
  const std::size_t p = data.columns;
  const double mix = 0.7;
  const auto path = fit_path(data.view(), data.y, data.weight, {.mix = mix, .tolerance = 1e-14});
  ASSERT_TRUE(path.ok());
  for (std::size_t k = 0; k < path->lambdas.size(); k += 9) {
    std::vector<double> residual(n);
    for (std::size_t r = 0; r < n; ++r) {
      double eta = path->intercepts[k];
      for (std::size_t j = 0; j < p; ++j) eta += path->coefficients[k * p + j] * data.x[r * p + j];
      residual[r] = data.y[r] - 1 / (1 + std::exp(-eta));
    }
    for (std::size_t j = 0; j < p; ++j) {
      double mean = 0, square = 0, gradient = 0;
      for (std::size_t r = 0; r < n; ++r) mean += data.x[r * p + j] / static_cast<double>(n);
      for (std::size_t r = 0; r < n; ++r) {
        const double d = data.x[r * p + j] - mean;
        square += d * d / static_cast<double>(n);
        gradient += residual[r] * d / static_cast<double>(n);
      }
      const double scale = std::sqrt(square);
      const double beta = path->coefficients[k * p + j] * scale;
      const double pull = gradient / scale - path->lambdas[k] * (1 - mix) * beta;
      if (beta != 0) {
        EXPECT_NEAR(pull, path->lambdas[k] * mix * (beta > 0 ? 1 : -1), 1e-7);
      } else {
        EXPECT_LE(std::abs(pull), path->lambdas[k] * mix + 1e-7);
      }
    }
  }
}

TEST(ElasticNet, GivesTheSameBitsForAnyThreadCount) {
  const Data data = drawn(5000, 20, 5);
  const auto run = [&] {
    const auto path = fit_path(data.view(), data.y, data.weight);
    const auto folds = make_folds(data.y, data.weight, {}, 5, 1);
    const auto validation = cross_validate(data.view(), data.y, data.weight, folds.of_row, 5,
                                           path->lambdas, {});
    return std::pair(path->coefficients, validation->deviance);
  };
  set_threads(1);
  const auto one = run();
  set_threads(2);
  const auto two = run();
  set_threads(0);
  EXPECT_EQ(one, two);
}

TEST(ElasticNet, FoldsKeepCustomersWholeAndHaveBothOutcomes) {
  Random random(7);
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::vector<std::uint32_t> group;
  for (std::uint32_t customer = 0; customer < 90; ++customer) {
    for (int row = 0; row < 3; ++row) {
      y.push_back(customer % 9 == 0 && row == 2 ? 1 : 0);
      weight.push_back(1);
      group.push_back(1000 - customer);
    }
  }
  const auto folds = make_folds(y, weight, group, 10, 3);
  ASSERT_EQ(folds.count, 10U);
  std::vector<int> churners(10, 0);
  for (std::size_t r = 0; r < y.size(); ++r) {
    EXPECT_EQ(folds.of_row[r], folds.of_row[r / 3 * 3]);
    churners[folds.of_row[r]] += y[r];
  }
  EXPECT_EQ(churners, std::vector<int>(10, 1));
  EXPECT_EQ(make_folds(y, weight, group, 20, 3).count, 10U);
}

TEST(ElasticNet, ALambdaAskedForIsTheOneOnThePath) {
  const Data data = drawn(800, 6, 9);
  std::vector<std::vector<double>> columns(6);
  const std::vector<std::uint8_t> valid(800, 1);
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f"};
  ClassifierTask task{.y = data.y, .weight = data.weight, .seed = 4};
  task.train.rows = 800;
  for (std::size_t j = 0; j < 6; ++j) {
    for (std::size_t r = 0; r < 800; ++r) columns[j].push_back(data.x[r * 6 + j]);
  }
  for (std::size_t j = 0; j < 6; ++j) {
    task.train.columns.push_back({.name = names[j], .values = columns[j], .valid = valid});
  }
  const auto free = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(free.ok());
  const auto& path = free->tables[1];
  const auto chosen = std::ranges::find_if(
      path.rows, [](const auto& row) { return std::get<double>(row.back()) == 1; });
  ASSERT_NE(chosen, path.rows.end());
  const double lambda = std::get<double>((*chosen)[0]);
  const auto fixed = descriptor.fit_classifier(task, {{"lambda", lambda}}, silent());
  ASSERT_TRUE(fixed.ok());
  const auto& a = std::get<forms::LinearPredictor>(free->form);
  const auto& b = std::get<forms::LinearPredictor>(fixed->form);
  for (std::size_t j = 0; j < 6; ++j) EXPECT_NEAR(a.coefficients[j], b.coefficients[j], 1e-3);
  EXPECT_EQ(free->tables[0].rows.size(),
            1 + static_cast<std::size_t>(std::get<double>((*chosen)[1])));
}

TEST(ElasticNet, OneOutcomeIsAnError) {
  Data data = drawn(20, 2, 11);
  data.y.assign(20, 0);
  const auto path = fit_path(data.view(), data.y, data.weight);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.error().kind, &models::errors::kOneClass);
}

}  // namespace
}  // namespace holdfast::elastic_net
