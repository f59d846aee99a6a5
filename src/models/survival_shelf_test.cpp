// What must hold for every model of when customers leave, whatever it is; a new model is tested here
// without an edit. Reference: the known hazards of the sample; Aalen–Johansen (survival/competing,
// held against R survival).

#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.hpp"
#include "models/errors.hpp"
#include "models/leaving.hpp"
#include "models/survival_sample.hpp"
#include "survival/competing.hpp"
#include "survival/concordance.hpp"

namespace holdfast {
namespace {

using models::SurvivalSample;

std::vector<const ModelDescriptor*> survival_models() {
  std::vector<const ModelDescriptor*> found;
  for (const auto* model : all_models()) {
    if (model->kind == ModelKind::Survival) found.push_back(model);
  }
  return found;
}

class SurvivalShelf : public ::testing::TestWithParam<const ModelDescriptor*> {
 protected:
  Result<FittedModel> fit(const SurvivalTask& task) const {
    Progress progress;
    return GetParam()->fit_survival(task, {}, progress);
  }
  const ErrorKind* kind_of(const SurvivalTask& task) const {
    const auto model = fit(task);
    return model.ok() ? nullptr : model.error().kind;
  }
};

INSTANTIATE_TEST_SUITE_P(All, SurvivalShelf, ::testing::ValuesIn(survival_models()),
                         [](const auto& one) { return std::string(one.param->id); });

TEST_P(SurvivalShelf, OrdersWhoLeavesAndSaysHowMany) {
  const SurvivalSample train(4000);
  const SurvivalSample fresh(4000, 99);
  const auto model = fit(train.task());
  ASSERT_TRUE(model.ok()) << render(model.error(), Language::En);
  const auto curves = models::leaving_curves(*model, fresh.columns(), 180);
  const auto truth = survival::competing_curves(fresh.task().spells());
  for (std::size_t e = 0; e < 2; ++e) {
    std::vector<double> score(4000);
    std::vector<std::uint8_t> event(4000);
    double mean = 0;
    for (std::size_t r = 0; r < 4000; ++r) {
      score[r] = curves.incidence_at(r, e, 90);
      event[r] = fresh.exit[r] == e + 1 ? 1 : 0;
      mean += score[r] / 4000;
    }
    const auto found = survival::concordance({{}, fresh.duration, event, {}, {}}, score);
    EXPECT_GT(found->value, 0.68) << e;
    EXPECT_NEAR(mean, truth->probability_at(e, 90), 0.03) << e;
  }
}

TEST_P(SurvivalShelf, ChancesAddUpAndOnlyGrow) {
  const SurvivalSample sample(900);
  const auto model = fit(sample.task());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(models::exits_of(*model), (std::vector<std::string>{"lapsed", "died"}));
  const auto curves = models::leaving_curves(*model, sample.columns(), 400);
  ASSERT_EQ(curves.rows(), 900u);
  const auto count = curves.times.size();
  for (std::size_t r = 0; r < 900; r += 7) {
    for (std::size_t t = 0; t < count; ++t) {
      double sum = curves.staying[r * count + t];
      for (std::size_t e = 0; e < 2; ++e) {
        const double* own = curves.incidence.data() + (r * 2 + e) * count;
        sum += own[t];
        ASSERT_TRUE(std::isfinite(own[t]) && own[t] >= 0 && own[t] <= 1);
        if (t > 0) {
          // Subdistributions are scaled down where they would exceed 1.
          ASSERT_GE(own[t], own[t - 1] - 0.02);
        }
      }
      ASSERT_NEAR(sum, 1, 1e-9);
    }
    const double remaining = curves.remaining(r, 0, 300);
    EXPECT_TRUE(remaining >= 0 && remaining <= 300);
    EXPECT_LE(curves.riskiest_month(r, 0, 10), 10);
    EXPECT_LE(curves.leaving_within(r, 0, 60, 30), 1);
  }
}

TEST_P(SurvivalShelf, EnvelopeComesBackAsItWas) {
  const SurvivalSample sample(700);
  const auto model = fit(sample.task());
  ASSERT_TRUE(model.ok());
  const auto json = to_json(*model, {});
  const auto back = from_json(json);
  ASSERT_TRUE(back.ok()) << render(back.error(), Language::En);
  EXPECT_EQ(to_json(*back, {}), json);
  EXPECT_EQ(raw_score(*back, sample.columns()), raw_score(*model, sample.columns()));
  EXPECT_EQ(back->kind, ModelKind::Survival);
}

TEST_P(SurvivalShelf, ContributionsAddUp) {
  const SurvivalSample sample(600);
  const auto model = fit(sample.task());
  ASSERT_TRUE(model.ok());
  const auto scores = raw_score(*model, sample.columns());
  const auto outputs = outputs_count(*model);
  for (const std::size_t output : {std::size_t{0}, outputs - 1}) {
    const auto parts = contributions(*model, sample.columns(), output);
    for (std::size_t r = 0; r < 600; r += 13) {
      double sum = 0;
      for (std::size_t c = 0; c < 5; ++c) sum += parts[r * 5 + c];
      EXPECT_NEAR(sum, scores[r * outputs + output], 1e-9);
    }
  }
}

/// ln of the hazard until `time`, or where the law is proportional in odds ln of those: what a score
/// is added to.
double additive_hazard(const forms::HazardModel& form, std::size_t exit, double score, double time) {
  const double hazard = forms::cumulative_hazard(form, exit, score, time);
  return form.law == forms::HazardModel::Law::Discrete ? std::log(std::expm1(hazard)) : std::log(hazard);
}

// What the reasons of a row add up to is by how much its log-hazard is above that of the typical
// customer (Discrete: the log-odds of leaving in a period).
TEST_P(SurvivalShelf, ReasonsAddUpOnTheLogHazard) {
  const SurvivalSample sample(2000);
  const auto model = fit(sample.task());
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(has_exact_contributions(*model));
  const auto* form = std::get_if<forms::HazardModel>(&model->form);
  if (form == nullptr) return;  // Trees: of the cumulative hazard itself, as above.
  const auto scores = raw_score(*model, sample.columns());
  const bool is_discrete = form->law == forms::HazardModel::Law::Discrete;
  for (std::size_t exit = 0; exit < 2; ++exit) {
    const double time = is_discrete ? form->baselines[exit].time[0] : 60;
    const auto parts = contributions(*model, sample.columns(), exit);
    double moved = 0;
    for (std::size_t r = 0; r < 2000; r += 17) {
      double reasons = 0;
      for (std::size_t c = 0; c < 4; ++c) reasons += parts[r * 5 + c];
      const double base = parts[r * 5 + 4];
      const double own = additive_hazard(*form, exit, scores[r * 2 + exit], time);
      EXPECT_NEAR(own - additive_hazard(*form, exit, base, time), reasons, 1e-9);
      moved = std::max(moved, std::abs(reasons));
    }
    EXPECT_GT(moved, 0.5);
  }
}

TEST_P(SurvivalShelf, SameBytesForAnyThreadCount) {
  const SurvivalSample sample(800);
  std::string first;
  for (const int threads : {1, 2}) {
    set_threads(threads);
    const auto model = fit(sample.task());
    ASSERT_TRUE(model.ok());
    const auto json = to_json(*model, {});
    if (first.empty()) first = json;
    EXPECT_EQ(json, first);
  }
  set_threads(0);
}

TEST_P(SurvivalShelf, HardInputsAreNamed) {
  {
    SurvivalSample sample(50);
    for (auto& exit : sample.exit) exit = exit == 2 ? 1 : exit;
    EXPECT_EQ(kind_of(sample.task()), &models::errors::kNoExits);
  }
  {
    SurvivalSample sample(50);
    sample.duration[7] = 0;
    EXPECT_EQ(kind_of(sample.task()), &models::errors::kNoDuration);
    sample.duration[7] = -3;
    EXPECT_EQ(kind_of(sample.task()), &models::errors::kNoDuration);
    sample.duration[7] = std::nan("");
    EXPECT_EQ(kind_of(sample.task()), &models::errors::kNoDuration);
    sample.weight[7] = 0;  // No row, whatever it says.
    sample.duration[7] = 1;
    EXPECT_EQ(kind_of(sample.task()), nullptr);
  }
  {
    SurvivalSample sample(50);
    std::fill(sample.weight.begin(), sample.weight.end(), 0.0);
    EXPECT_EQ(kind_of(sample.task()), &models::errors::kNoRows);
  }
  {
    const SurvivalSample sample(50);
    auto task = sample.task();
    task.train.columns.clear();
    EXPECT_EQ(kind_of(task), &models::errors::kNoUsableColumn);
  }
}

TEST_P(SurvivalShelf, ExitsAllAtOneTimeAndAConstantColumnAreNoTrouble) {
  SurvivalSample sample(300);
  std::fill(sample.first.begin(), sample.first.end(), 4.0);
  for (std::size_t i = 0; i < 300; ++i) {
    if (sample.exit[i] > 0) sample.duration[i] = 30;
  }
  const auto model = fit(sample.task());
  if (!model.ok()) {
    EXPECT_FALSE(render(model.error(), Language::Zh).empty());
    return;
  }
  const auto curves = models::leaving_curves(*model, sample.columns(), 200);
  for (const double chance : curves.incidence) ASSERT_TRUE(chance >= 0 && chance <= 1);
}

TEST_P(SurvivalShelf, OneExitEachIsEnoughOrASentence) {
  SurvivalSample sample(40);
  bool has_seen[3] = {false, false, false};
  for (auto& exit : sample.exit) {
    if (exit > 0 && has_seen[exit]) exit = 0;
    has_seen[exit] = true;
  }
  const auto model = fit(sample.task());
  if (!model.ok()) {
    EXPECT_FALSE(render(model.error(), Language::En).empty());
    return;
  }
  const auto curves = models::leaving_curves(*model, sample.columns(), 200);
  for (const double chance : curves.incidence) ASSERT_TRUE(chance >= 0 && chance <= 1);
}

}  // namespace
}  // namespace holdfast
