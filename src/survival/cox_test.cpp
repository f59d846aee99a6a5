// Reference: R survival 3.5.3 (tests/reference/survival/SOURCE.md).
#include "survival/cox.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "survival/errors.hpp"
#include "survival/reference_values.hpp"

namespace holdfast::survival {
namespace {

using Names = std::vector<std::string>;

const std::vector<std::pair<std::string, Ties>> kTies = {
    {"breslow", Ties::Breslow}, {"efron", Ties::Efron}, {"exact", Ties::Exact}};

void expect_fit(const Spells& spells, const ReferenceTable& table, const Names& names,
                const CoxOptions& options, const std::string& name) {
  const auto x = table.matrix(names);
  const auto fit = fit_cox(spells, {x.data(), spells.rows(), names.size()}, options);
  ASSERT_TRUE(fit.ok()) << name << " " << message_of(fit.error(), Language::En);
  expect_near(fit->coefficients, name + ".coef");
  expect_near(fit->variance, name + ".variance");
  if (options.ridge > 0) return;
  expect_near({fit->loglik_null, fit->loglik}, name + ".loglik", 1e-10);
  if (!name.starts_with("cox.offset")) expect_near({fit->score.value}, name + ".score");
  if (name.starts_with("cox.offset") || name.starts_with("cox.strata")) return;
  expect_near(fit->naive_variance, name + ".naive");
  expect_near({fit->wald.value}, name + ".wald");
}

TEST(CoxReference, EveryTiesRuleEqualsCoxph) {
  const ReferenceTable lung("lung");
  const ReferenceTable veteran("veteran");
  const ReferenceTable rossi("rossi");
  const ReferenceTable heart("heart");
  const auto l = lung.events("event");
  const auto v = veteran.events("event");
  const auto r = rossi.events("arrest");
  const auto h = heart.events("event");
  for (const auto& [ties, rule] : kTies) {
    CoxOptions options;
    options.ties = rule;
    expect_fit({{}, lung["time"], l, {}, {}}, lung, {"age", "sex", "ecog"}, options,
               "cox.lung." + ties);
    expect_fit({{}, veteran["time"], v, {}, {}}, veteran,
               {"trt", "karno", "diagtime", "age", "prior", "small", "adeno", "large"}, options,
               "cox.veteran." + ties);
    expect_fit({{}, rossi["week"], r, {}, {}}, rossi,
               {"fin", "age", "race", "wexp", "mar", "paro", "prio"}, options, "cox.rossi." + ties);
    expect_fit({heart["start"], heart["stop"], h, {}, {}}, heart,
               {"age", "year", "surgery", "transplant"}, options, "cox.heart." + ties);
  }
}

TEST(CoxReference, WeightsStrataEntriesOffsetsAndRidgeEqualCoxph) {
  const ReferenceTable lung("lung");
  const ReferenceTable veteran("veteran");
  const ReferenceTable heart("heart");
  const auto l = lung.events("event");
  const auto v = veteran.events("event");
  const auto h = heart.events("event");
  const auto cell = veteran.integers("cell");
  const auto id = heart.integers("id");
  std::vector<double> offset;
  for (const double sex : lung["sex"]) offset.push_back(0.4 * sex);
  for (const auto& [ties, rule] : kTies) {
    if (rule == Ties::Exact) continue;
    CoxOptions plain;
    plain.ties = rule;
    auto robust = plain;
    robust.robust = true;
    auto clustered = plain;
    clustered.cluster = id;
    auto shifted = plain;
    shifted.offset = offset;
    auto ridge = plain;
    ridge.ridge = 20;
    const Names names = {"age", "sex", "ecog"};
    const Spells all{{}, lung["time"], l, {}, {}};
    expect_fit({lung["entry"], lung["time"], l, {}, {}}, lung, names, plain,
               "cox.truncated." + ties);
    expect_fit(all, lung, names, robust, "cox.robust." + ties);
    expect_fit({{}, lung["time"], l, lung["weight"], {}}, lung, names, robust,
               "cox.weighted." + ties);
    expect_fit({heart["start"], heart["stop"], h, {}, {}}, heart,
               {"age", "year", "surgery", "transplant"}, clustered, "cox.clustered." + ties);
    expect_fit({{}, veteran["time"], v, {}, cell}, veteran, {"trt", "karno", "age"}, plain,
               "cox.strata." + ties);
    expect_fit(all, lung, {"age", "ecog"}, shifted, "cox.offset." + ties);
    expect_fit(all, lung, names, ridge, "cox.ridge." + ties);
  }
}

struct Made {
  std::vector<double> x, entry, exit;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> stratum;
};

Made made(std::size_t rows, std::size_t cols) {
  Random random(11);
  Made data;
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < cols; ++c) {
      data.x.push_back(random.normal());
      sum += 0.1 * data.x.back();
    }
    data.entry.push_back(std::floor(20 * random.uniform()));
    data.exit.push_back(data.entry.back() + 1 +
                        std::floor(100 * random.exponential(std::exp(sum))));
    data.event.push_back(random.chance(0.6) ? 1 : 0);
    data.stratum.push_back(static_cast<std::int32_t>(random.below(3)));
  }
  return data;
}

TEST(Cox, SameBitsForAnyThreadCount) {
  const auto data = made(40'000, 4);
  const Spells spells{data.entry, data.exit, data.event, {}, data.stratum};
  set_threads(1);
  const auto one = fit_cox(spells, {data.x.data(), data.exit.size(), 4});
  set_threads(4);
  const auto four = fit_cox(spells, {data.x.data(), data.exit.size(), 4});
  set_threads(0);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->coefficients, four->coefficients);
  EXPECT_EQ(one->variance, four->variance);
  EXPECT_EQ(one->loglik, four->loglik);
  for (const double b : one->coefficients) EXPECT_NEAR(b, 0.1, 0.03);
}

// Several blocks with late entries and strata against one sum a time.
TEST(Cox, ResidualsAddUpToTheGradient) {
  const auto data = made(30'000, 3);
  const Spells spells{data.entry, data.exit, data.event, {}, data.stratum};
  const MatrixView x{data.x.data(), data.exit.size(), 3};
  const auto fit = fit_cox(spells, x);
  ASSERT_TRUE(fit.ok());
  const auto residuals = cox_residuals(spells, x, *fit);
  ASSERT_TRUE(residuals.ok());
  std::vector<double> sum(4);
  for (std::size_t i = 0; i < x.rows; ++i) {
    sum[3] += residuals->martingale[i];
    for (std::size_t c = 0; c < 3; ++c) sum[c] += residuals->score[i * 3 + c];
  }
  for (const double s : sum) EXPECT_NEAR(s, 0, 1e-6);
}

TEST(Cox, SaysWhatCannotBeEstimated) {
  const std::vector<double> exit = {1, 2, 3, 4, 5, 6};
  const std::vector<std::uint8_t> event = {1, 1, 1, 0, 1, 0};
  const std::vector<std::uint8_t> none(6);
  const std::vector<double> noise = {1, 3, 2, 5, 1, 2};
  const std::vector<double> ahead = {6, 5, 4, 3, 2, 1};
  const std::vector<double> flat(6, 2.0);
  const std::vector<double> twice = {1, 2, 3, 6, 2, 4, 5, 10, 1, 2, 2, 4};
  const auto error = [&](const std::vector<double>& x, std::size_t cols, const auto& events,
                         CoxOptions options = {}) {
    const auto fit = fit_cox({{}, exit, events, {}, {}}, {x.data(), 6, cols}, options);
    return fit.ok() ? nullptr : fit.error().kind;
  };
  EXPECT_EQ(error(noise, 1, event), nullptr);
  EXPECT_EQ(error(noise, 1, none), &errors::kNoEvents);
  EXPECT_EQ(error(ahead, 1, event), &errors::kRunsAway);
  EXPECT_EQ(error(flat, 1, event), &errors::kCollinear);
  EXPECT_EQ(error(twice, 2, event), &errors::kCollinear);
  CoxOptions ridge;
  ridge.ridge = 0.1;
  EXPECT_EQ(error(ahead, 1, event, ridge), nullptr);
  EXPECT_EQ(error(twice, 2, event, ridge), nullptr);
  const std::vector<double> missing = {1, std::nan(""), 2, 5, 1, 2};
  EXPECT_EQ(error(missing, 1, event), &errors::kBadValue);
}

TEST(Cox, AllAtOneTimeSayNothing) {
  const std::vector<double> exit(5, 7.0);
  const std::vector<std::uint8_t> event(5, 1);
  const std::vector<double> x = {1, 2, 5, 3, 4};
  const auto fit = fit_cox({{}, exit, event, {}, {}}, {x.data(), 5, 1});
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->coefficients[0], 0, 1e-12);
}

TEST(Cox, ZeroWeightRowsAreAbsent) {
  const ReferenceTable lung("lung");
  const auto event = lung.events("event");
  const auto x = lung.matrix({"age", "sex"});
  const auto rows = event.size();
  std::vector<double> weight(rows, 1.0);
  for (std::size_t i = rows - 20; i < rows; ++i) weight[i] = 0;
  const auto all = fit_cox({{}, lung["time"], event, weight, {}}, {x.data(), rows, 2});
  const std::span<const double> time(lung["time"].data(), rows - 20);
  const auto less =
      fit_cox({{}, time, std::span(event).first(rows - 20), {}, {}}, {x.data(), rows - 20, 2});
  EXPECT_EQ(all->coefficients, less->coefficients);
}

}  // namespace
}  // namespace holdfast::survival
