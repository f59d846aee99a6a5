// Measures worked by hand on small tables; choices on generated rows whose truth is known. Source of
// the definitions: the headers (Siddiqi 2006; Peng, Long & Ding 2005; DOMAIN.md for sensitivity).

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/task.hpp"
#include "selection/kpi.hpp"

namespace holdfast::selection {
namespace {

/// Columns a (strong), a_again (its copy with a little noise), b (weaker, of its own), noise.
struct Rows {
  std::vector<std::vector<double>> values = std::vector<std::vector<double>>(4);
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;

  explicit Rows(std::size_t n, std::uint64_t seed = 1) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      const double a = 3 + random.normal(), b = 5 + random.normal();
      const double row[] = {a, a + 0.1 * random.normal(), b, 2 + random.normal()};
      for (std::size_t c = 0; c < 4; ++c) values[c].push_back(row[c]);
      y.push_back(random.chance(1 / (1 + std::exp(1 - 1.5 * (a - 3) - 0.8 * (b - 5)))) ? 1 : 0);
      valid.push_back(1);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    const char* names[] = {"a", "a_again", "b", "noise"};
    for (std::size_t c = 0; c < 4; ++c) {
      columns.columns.push_back({.name = names[c], .values = values[c], .valid = valid});
    }
    return columns;
  }
};

// 30 leavers and 70 stayers; of 40 with the state, 24 leave.
TEST(Univariate, AgreesWithHandCalculation) {
  std::vector<std::uint32_t> codes;
  std::vector<std::uint8_t> y, valid(100, 1);
  const std::vector<double> weight(100, 1.0);
  const std::vector<std::string> names = {"no", "yes"};
  for (int i = 0; i < 100; ++i) {
    codes.push_back(i < 40 ? 1 : 0);
    y.push_back(i < 24 || (i >= 40 && i < 46) ? 1 : 0);
  }
  dataset::Columns columns{.rows = 100};
  columns.columns.push_back({.name = "x", .codes = codes, .categories = names, .valid = valid});
  const auto result = univariate(columns, discretised(columns, weight), y, weight)[0];
  // Expected 12 / 28 and 18 / 42: differences of 12 in every cell.
  const double chi = 144.0 / 12 + 144.0 / 28 + 144.0 / 18 + 144.0 / 42;
  EXPECT_NEAR(result.chi_squared, chi, 1e-9);
  EXPECT_NEAR(result.cramers_v, std::sqrt(chi / 100), 1e-12);
  const double l1 = 24.5 / 31, l0 = 6.5 / 31, s1 = 16.5 / 71, s0 = 54.5 / 71;
  EXPECT_NEAR(result.information_value,
              (l1 - s1) * std::log(l1 / s1) + (l0 - s0) * std::log(l0 / s0), 1e-12);
  const auto h = [](double p) { return -p * std::log2(p) - (1 - p) * std::log2(1 - p); };
  const double gain = h(0.3) - 0.4 * h(0.6) - 0.6 * h(0.1);
  EXPECT_NEAR(result.information_gain, gain, 1e-12);
  EXPECT_NEAR(result.gain_ratio, gain / h(0.4), 1e-12);
}

TEST(Mrmr, PassesOverACopyForAColumnOfItsOwn) {
  const Rows rows(5000);
  const auto discrete = discretised(rows.view(), rows.weight);
  const auto chosen = mrmr(discrete, rows.y, rows.weight, 4);
  ASSERT_GE(chosen.size(), 2u);
  EXPECT_TRUE(chosen[0].name == "a" || chosen[0].name == "a_again");
  EXPECT_EQ(chosen[1].name, "b");
}

FittedModel logistic_on(const Rows& rows) {
  const ClassifierTask task{.train = rows.view(), .y = rows.y, .weight = rows.weight, .seed = 1};
  auto model = (*find_model("logistic"))->fit_classifier(task, {}, silent());
  EXPECT_TRUE(model.ok());
  return std::move(*model);
}

TEST(Permutation, FindsWhatTheModelUsesAndNothingInNoise) {
  const Rows rows(4000);
  const auto model = logistic_on(rows);
  const auto strengths = permutation_strengths(model, rows.view(), rows.y, 2, 7);
  for (const auto& one : strengths) {
    if (one.name == "noise") {
      EXPECT_NEAR(one.value, 0, 0.005);
    }
    if (one.name == "b") {
      EXPECT_GT(one.value, 0.02);
    }
  }
}

// DOMAIN.md: contributions are relative changes of the answer at the mean, shared out to 1.
TEST(Sensitivity, IsTheRelativeChangeAtTheMeanSharedOut) {
  const Rows rows(4000);
  const auto model = logistic_on(rows);
  const auto strengths = sensitivity_strengths(model, rows.view(), rows.weight);
  double sum = 0;
  for (const auto& one : strengths) sum += one.value;
  EXPECT_NEAR(sum, 1, 1e-12);
  std::vector<double> change;
  for (std::size_t c = 0; c < 4; ++c) {
    Rows base(1), raised(1);
    for (std::size_t k = 0; k < 4; ++k) {
      base.values[k] = {model.reference[k].value};
      raised.values[k] = {model.reference[k].value * (k == c ? 2 : 1)};
    }
    const double p = predict(model, base.view())[0];
    change.push_back(std::abs(predict(model, raised.view())[0] - p) / p);
  }
  const double total = change[0] + change[1] + change[2] + change[3];
  for (const auto& one : strengths) {
    const std::size_t c = one.name == "a" ? 0 : one.name == "a_again" ? 1 : one.name == "b" ? 2 : 3;
    EXPECT_NEAR(one.value, change[c] / total, 1e-12) << one.name;
  }
}

TEST(Kpis, PassTheLevelsInTurn) {
  const Rows rows(4000);
  const auto columns = rows.view();
  const auto discrete = discretised(columns, rows.weight);
  Evidence evidence{.univariate = univariate(columns, discrete, rows.y, rows.weight),
                    .mrmr = mrmr(discrete, rows.y, rows.weight, 4),
                    .sensitivity = {{"b", 0.7}, {"a", 0.2}, {"noise", 0.1}}};
  study::SelectionSpec spec;
  spec.named = {"a", "b", "noise"};
  const auto kpis = choose_kpis(evidence, spec);
  const auto find = [&](const std::string& name) {
    return *std::ranges::find(kpis, name, &Kpi::name);
  };
  EXPECT_FALSE(find("a_again").is_named);
  EXPECT_FALSE(find("a_again").is_computed);
  EXPECT_TRUE(find("noise").is_named);
  EXPECT_FALSE(find("noise").is_found);
  EXPECT_TRUE(find("a").is_computed);  // 0.7 of 0.9 is not yet 80 %.
  EXPECT_EQ(kpis[0].name, "b");
}

}  // namespace
}  // namespace holdfast::selection
