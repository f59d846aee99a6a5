// References: survival/cox, itself held against R survival 3.5.3 (tests/reference/survival/SOURCE.md);
// the known hazards of the sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/errors.hpp"
#include "models/leaving.hpp"
#include "models/survival_sample.hpp"
#include "survival/cox.hpp"

namespace holdfast::cox {

extern const ModelDescriptor descriptor;

namespace {

using models::SurvivalSample;

FittedModel fitted(const SurvivalTask& task, const Parameters& parameters = {}) {
  Progress progress;
  auto model = descriptor.fit_survival(task, parameters, progress);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : render(model.error(), Language::En));
  return model.ok() ? std::move(*model) : FittedModel{};
}

double coefficient(const FittedModel& model, std::size_t exit, std::string_view term) {
  const auto& form = std::get<forms::HazardModel>(model.form);
  const auto& terms = model.preparation.terms;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    if (terms[t].name != term) continue;
    return form.predictor.coefficients[exit * terms.size() + t] / terms[t].scale;
  }
  ADD_FAILURE() << "no term " << term;
  return 0;
}

TEST(CoxModelReference, FindsTheHazardsBehindEachExit) {
  const SurvivalSample sample(6000);
  const auto model = fitted(sample.task());
  EXPECT_NEAR(coefficient(model, 0, "first"), 1, 0.08);
  EXPECT_NEAR(coefficient(model, 0, "second"), 0, 0.08);
  EXPECT_NEAR(coefficient(model, 1, "second"), -1, 0.08);
  EXPECT_NEAR(coefficient(model, 1, "first"), 0, 0.08);
  EXPECT_EQ(model.kind, ModelKind::Survival);
  EXPECT_EQ(model.tables.at(0).id, "hazard_ratios");
}

TEST(CoxModelReference, CurvesAreTheEnginesOwn) {
  SurvivalSample sample(800);
  for (auto& exit : sample.exit) exit = exit == 2 ? 0 : exit;  // One exit: 1 − exp(−hazard).
  auto task = sample.task();
  task.exits = {"lapsed"};
  const auto model = fitted(task);
  const auto terms = dataset::apply(model.preparation, task.train);
  const auto count = model.preparation.terms.size();
  survival::CoxOptions options;
  std::vector<std::int32_t> cluster(sample.group.begin(), sample.group.end());
  options.cluster = cluster;
  const MatrixView x{terms.data(), 800, count};
  const auto fit = survival::fit_cox(task.spells(), x, options);
  ASSERT_TRUE(fit.ok());
  const auto baseline = survival::cox_baseline(task.spells(), x, *fit, options);
  const auto curve = survival::cox_curve(*fit, *baseline, x.row(3));
  ASSERT_TRUE(curve.ok());
  const auto& form = std::get<forms::HazardModel>(model.form);
  const auto scores = raw_score(model, task.train);
  for (std::size_t k = 0; k < curve->time.size(); k += 10) {
    const double hazard = forms::cumulative_hazard(form, 0, scores[3], curve->time[k]);
    EXPECT_NEAR(hazard, curve->hazard[k], 1e-9);
  }
}

TEST(CoxModel, AColumnSaidTwiceLeavesAndIsNamed) {
  const SurvivalSample sample(500);
  auto task = sample.task();
  auto twice = task.train.columns[0];
  twice.name = "again";
  task.train.columns.push_back(twice);
  const auto model = fitted(task, {{"terms_max", std::int64_t{0}}});
  EXPECT_EQ(coefficient(model, 0, "again"), 0);
  const auto table = std::ranges::find(model.tables, "left_out", &ReportTable::id);
  ASSERT_NE(table, model.tables.end());
  EXPECT_EQ(std::get<std::string>(table->rows.at(0).at(1)), "again");
}

TEST(CoxModel, OfInputsThatAllButSayTheSameOneStays) {
  SurvivalSample sample(2000);
  auto task = sample.task();
  // Nearly the first column; and a column missing where the first is small, which says it too.
  std::vector<double> near(2000), late(2000);
  std::vector<std::uint8_t> there(2000, 1), known(2000, 1);
  for (std::size_t i = 0; i < 2000; ++i) {
    near[i] = sample.first[i] + 0.2 * sample.noise[i];
    late[i] = sample.noise[i];
    known[i] = sample.first[i] > -0.3 ? 1 : 0;
  }
  task.train.columns.push_back({.name = "near", .values = near, .valid = there});
  task.train.columns.push_back({.name = "late", .values = late, .valid = known});
  const auto model = fitted(task);
  const auto table = std::ranges::find(model.tables, "left_out", &ReportTable::id);
  ASSERT_NE(table, model.tables.end());
  std::vector<std::string> gone;
  for (const auto& row : table->rows) {
    if (std::get<std::string>(row[0]) == "lapsed") gone.push_back(std::get<std::string>(row[1]));
  }
  EXPECT_EQ(gone.size(), 2u);
  EXPECT_NE(std::ranges::find(gone, "late is missing"), gone.end());
  // What stays says how much it is, not one half against the other.
  EXPECT_NEAR(coefficient(model, 0, "first") + coefficient(model, 0, "near"), 1, 0.15);
}

TEST(CoxModel, PerfectSeparationIsHeld) {
  SurvivalSample sample(400);
  for (std::size_t i = 0; i < 400; ++i) sample.second[i] = sample.exit[i] == 1 ? 1 : 0;
  const auto model = fitted(sample.task());
  EXPECT_TRUE(std::isfinite(coefficient(model, 0, "second")));
  EXPECT_GT(coefficient(model, 0, "second"), 1);
}

TEST(CoxModel, TheLassoLeavesNoiseOut) {
  const SurvivalSample sample(2000);
  const auto model =
      fitted(sample.task(), {{"penalty", std::string("elastic_net")}, {"lambda", 0.05}});
  EXPECT_EQ(coefficient(model, 0, "noise"), 0);
  EXPECT_GT(coefficient(model, 0, "first"), 0.5);
  const auto chosen = fitted(sample.task(), {{"penalty", std::string("elastic_net")}});
  EXPECT_NEAR(coefficient(chosen, 0, "first"), 1, 0.15);
}

}  // namespace
}  // namespace holdfast::cox
