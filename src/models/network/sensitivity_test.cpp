// Reference: the analysis as the domain document gives it (DOMAIN.md, BP neural network with
// sensitivity analysis), worked by hand; and made data whose influences are known.

#include "models/sensitivity.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/task.hpp"

namespace holdfast::network {

using models::InputSensitivity;
using models::Sensitivity;
using models::sensitivity_of;
using models::sensitivity_table;

extern const ModelDescriptor descriptor;

namespace {

double sigmoid(double score) { return 1 / (1 + std::exp(-score)); }

/// Three customers; means: calls 2, premium 400, balance 0; branch: "a" most often.
struct ByHand {
  std::vector<double> calls = {1, 2, 3};
  std::vector<double> premium = {300, 400, 500};
  std::vector<double> balance = {-1, 0, 1};
  std::vector<std::uint32_t> branch = {0, 0, 1};
  std::vector<std::string> branches = {"a", "b"};
  std::vector<std::uint8_t> valid = {1, 1, 1};
  std::vector<double> weight = {1, 1, 1};

  dataset::Columns columns() const {
    return {.rows = 3,
            .columns = {{.name = "calls", .values = calls, .valid = valid},
                        {.name = "premium", .values = premium, .valid = valid},
                        {.name = "balance", .values = balance, .valid = valid},
                        {.name = "branch", .codes = branch, .categories = branches, .valid = valid}}};
  }

  /// logit = −2 + 0.5 × calls + 0.001 × premium + 0.3 × balance + 0.8 × (branch is b), through a
  /// preparation that standardises premium as (premium − 400) / 50.
  FittedModel model() const {
    using Kind = dataset::Term::Kind;
    FittedModel model;
    model.column_names = {"calls", "premium", "balance", "branch"};
    model.categories = {{}, {}, {}, branches};
    model.reference = models::reference_of(columns(), weight);
    model.preparation.terms = {
        {.kind = Kind::Numeric, .column = "calls", .name = "calls"},
        {.kind = Kind::Numeric, .column = "premium", .name = "premium", .center = 400, .scale = 50},
        {.kind = Kind::Numeric, .column = "balance", .name = "balance"},
        {.kind = Kind::Indicator, .column = "branch", .name = "branch=b", .categories = {"b"}}};
    model.form = forms::Network{.layers = {{.activation = forms::Activation::Identity,
                                            .inputs = 4,
                                            .outputs = 1,
                                            .weights = {0.5, 0.05, 0.3, 0.8},
                                            .biases = {-1.6}}}};
    model.calibration.kind = forms::Calibration::Kind::Logistic;
    return model;
  }
};

TEST(Sensitivity, WorkedByHand) {
  const ByHand made;
  const auto found = sensitivity_of(made.model(), made.columns(), made.weight, 0.7);
  // Base point: calls 2, premium 400, balance 0, branch a: logit −2 + 1 + 0.4 = −0.6.
  const double y = sigmoid(-0.6);
  EXPECT_NEAR(found.y, y, 1e-15);
  // Calls 2 → 4: +1. Premium 400 → 800, in its own units: +0.4. Balance has mean 0: one standard
  // deviation, √(2/3): +0.3 √(2/3). Branch a → b: +0.8.
  const double by_calls = sigmoid(0.4) - y;
  const double by_premium = sigmoid(-0.2) - y;
  const double by_balance = sigmoid(-0.6 + 0.3 * std::sqrt(2.0 / 3)) - y;
  const double by_branch = sigmoid(0.2) - y;
  const double sum = by_calls + by_premium + by_balance + by_branch;
  ASSERT_EQ(found.inputs.size(), 4U);
  const std::size_t order[] = {0, 3, 1, 2};
  const double changes[] = {by_calls, by_branch, by_premium, by_balance};
  double cumulative = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& input = found.inputs[i];
    EXPECT_EQ(input.column, order[i]);
    EXPECT_NEAR(input.y_var, changes[i], 1e-14);
    EXPECT_NEAR(input.relative, changes[i] / y, 1e-13);
    EXPECT_NEAR(input.contribution, (changes[i] / y) / (sum / y), 1e-14);
    cumulative += changes[i] / sum;
    EXPECT_NEAR(input.cumulative, cumulative, 1e-14);
  }
  EXPECT_EQ(std::get<double>(found.inputs[2].base), 400);
  EXPECT_EQ(std::get<double>(found.inputs[2].changed), 800);
  EXPECT_EQ(std::get<std::string>(found.inputs[1].base), "a");
  EXPECT_EQ(std::get<std::string>(found.inputs[1].changed), "b");
  // 0.41 + 0.33 reach 70 %: two KPIs.
  EXPECT_GT((by_calls + by_branch) / sum, 0.7);
  EXPECT_TRUE(found.inputs[0].is_kpi && found.inputs[1].is_kpi);
  EXPECT_FALSE(found.inputs[2].is_kpi || found.inputs[3].is_kpi);
  const auto all = sensitivity_of(made.model(), made.columns(), made.weight, 1);
  EXPECT_TRUE(std::ranges::all_of(all.inputs, &InputSensitivity::is_kpi));
}

TEST(Sensitivity, CategoriesAreWeightedByTheirShares) {
  // Shares: a 4, b 3, c 1. Base a: logit 0; b: +1, c: −2.
  const std::vector<std::uint32_t> codes = {0, 0, 0, 0, 1, 1, 1, 2};
  const std::vector<std::string> names = {"a", "b", "c"};
  const std::vector<std::uint8_t> valid(8, 1);
  const std::vector<double> weight(8, 1.0);
  const dataset::Columns columns{
      .rows = 8,
      .columns = {{.name = "branch", .codes = codes, .categories = names, .valid = valid}}};
  FittedModel model;
  model.column_names = {"branch"};
  model.categories = {names};
  model.reference = models::reference_of(columns, weight);
  for (const auto* name : {"b", "c"}) {
    model.preparation.terms.push_back({.kind = dataset::Term::Kind::Indicator,
                                       .column = "branch",
                                       .name = name,
                                       .categories = {name}});
  }
  model.form = forms::Network{.layers = {{.inputs = 2, .outputs = 1, .weights = {1, -2},
                                          .biases = {0}}}};
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  const auto found = sensitivity_of(model, columns, weight, 0.8);
  ASSERT_EQ(found.inputs.size(), 1U);
  const double to_b = sigmoid(1) - 0.5;
  const double to_c = 0.5 - sigmoid(-2);
  EXPECT_NEAR(found.inputs[0].y_var, (3 * to_b + 1 * to_c) / 4, 1e-15);
  EXPECT_NEAR(found.inputs[0].y_changed, (3 * sigmoid(1) + 1 * sigmoid(-2)) / 4, 1e-15);
  EXPECT_EQ(std::get<std::string>(found.inputs[0].changed), "(other)");
  EXPECT_DOUBLE_EQ(found.inputs[0].contribution, 1);
}

TEST(Sensitivity, AColumnSeenOnlyAsMissingIsChangedToMissing) {
  const std::vector<double> values = {5, 5, 5, 5};
  const std::vector<std::uint8_t> valid = {1, 1, 1, 0};
  const std::vector<double> weight(4, 1.0);
  const dataset::Columns columns{.rows = 4,
                                 .columns = {{.name = "x", .values = values, .valid = valid}}};
  FittedModel model;
  model.column_names = {"x"};
  model.categories = {{}};
  model.reference = models::reference_of(columns, weight);
  model.preparation.terms = {
      {.kind = dataset::Term::Kind::Missing, .column = "x", .name = "x is missing"}};
  model.form = forms::Network{.layers = {{.inputs = 1, .outputs = 1, .weights = {2}, .biases = {0}}}};
  model.calibration.kind = forms::Calibration::Kind::Logistic;
  const auto found = sensitivity_of(model, columns, weight, 0.8);
  ASSERT_EQ(found.inputs.size(), 1U);
  EXPECT_NEAR(found.inputs[0].y_var, sigmoid(2) - 0.5, 1e-15);
}

/// Ten columns between 1 and 3; three of them move the odds, the others nothing.
struct Made {
  std::vector<std::vector<double>> values;
  std::vector<std::string> names;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;

  explicit Made(std::size_t n) : values(10), valid(n, 1), weight(n, 1) {
    Random random(1);
    for (std::size_t c = 0; c < 10; ++c) names.push_back("x" + std::to_string(c));
    for (std::size_t i = 0; i < n; ++i) {
      for (auto& column : values) column.push_back(1 + 2 * random.uniform());
      const double eta = -0.5 + 1.6 * (values[2][i] - 2) - 1.2 * (values[5][i] - 2) +
                         1.4 * (values[8][i] - 2);
      y.push_back(random.chance(sigmoid(eta)) ? 1 : 0);
    }
  }
  dataset::Columns columns() const {
    dataset::Columns result{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      result.columns.push_back({.name = names[c], .values = values[c], .valid = valid});
    }
    return result;
  }
};

TEST(Sensitivity, FindsTheInputsThatMatterAndTrainsAgainOnThem) {
  const Made made(6000);
  const ClassifierTask task{.train = made.columns(), .y = made.y, .weight = made.weight, .seed = 3};
  const auto model = descriptor.fit_classifier(task, {{"hidden", std::vector<double>{4}}}, silent());
  ASSERT_TRUE(model.ok());
  std::vector<std::string> used;
  for (const auto& term : model->preparation.terms) used.push_back(term.column);
  EXPECT_EQ(used, (std::vector<std::string>{"x2", "x5", "x8"}));
  EXPECT_EQ(std::get<forms::Network>(model->form).layers[0].inputs, 3U);
  const auto& table = *std::ranges::find(model->tables, "sensitivity", &ReportTable::id);
  ASSERT_EQ(table.rows.size(), 10U);
  double sum = 0;
  for (const auto& row : table.rows) sum += std::get<double>(row[7]);
  EXPECT_NEAR(sum, 1, 1e-12);
  // Inputs left out move nothing any more.
  const auto phi = contributions(*model, made.columns());
  for (std::size_t r = 0; r < 20; ++r) EXPECT_EQ(phi[r * 11], 0);

  const auto all = descriptor.fit_classifier(task, {{"kpi_share", 1.0}}, silent());
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->preparation.terms.size(), 10U);
}

}  // namespace
}  // namespace holdfast::network
