// What must hold for every model of a treatment's effect that the shelf has.

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "effect/errors.hpp"
#include "effect/ranking.hpp"
#include "effect/tree.hpp"
#include "models/effect_parts/encoded.hpp"
#include "models/effect_parts/made_columns.hpp"
#include "models/errors.hpp"

namespace holdfast::models {
namespace {

using Made = MadeColumns;

std::vector<const ModelDescriptor*> effect_models() {
  std::vector<const ModelDescriptor*> all;
  for (const auto* model : all_models()) {
    if (model->kind == ModelKind::Effect) all.push_back(model);
  }
  return all;
}

class EffectModel : public testing::TestWithParam<const ModelDescriptor*> {
 protected:
  Result<FittedModel> fit(const EffectTask& task, const Parameters& parameters = {}) {
    return GetParam()->fit_effect(task, parameters, silent());
  }
  /// Both texts of the refusal, one a line.
  std::string refusal(const EffectTask& task) {
    const auto fitted = fit(task);
    if (fitted.ok()) return "";
    return message_of(fitted.error(), Language::En) + "\n" +
           message_of(fitted.error(), Language::Zh);
  }
};

TEST_P(EffectModel, FindsWhomTheTreatmentHelps) {
  const Made made(6000), other(4000, 5, 77);
  const auto model = fit(made.task());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  EXPECT_EQ(model->kind, ModelKind::Effect);
  const auto effects = models::effects(*model, other.view());
  double helped = 0, harmed = 0;
  std::size_t helped_count = 0;
  for (std::size_t r = 0; r < effects.size(); ++r) {
    ASSERT_TRUE(std::isfinite(effects[r]));
    if (other.trial.effect[r] > 0) helped += effects[r], ++helped_count;
    else harmed += effects[r];
  }
  helped /= static_cast<double>(helped_count);
  harmed /= static_cast<double>(effects.size() - helped_count);
  EXPECT_NEAR(helped, 0.25, 0.07);
  EXPECT_NEAR(harmed, -0.1, 0.07);
  const auto ranking = effect::rank(other.trial.trial(), effects);
  const auto best = effect::rank(other.trial.trial(), other.trial.effect);
  ASSERT_TRUE(ranking.ok() && best.ok());
  EXPECT_GT(effect::areas(*ranking).qini, 0.9 * effect::areas(*best).qini);
}

TEST_P(EffectModel, ComesBackFromItsEnvelopeTheSame) {
  const Made made(3000);
  const auto model = fit(made.task());
  ASSERT_TRUE(model.ok());
  const auto back = from_json(to_json(*model, {}));
  ASSERT_TRUE(back.ok()) << message_of(back.error(), Language::En);
  EXPECT_EQ(back->kind, ModelKind::Effect);
  EXPECT_EQ(effects(*back, made.view()), effects(*model, made.view()));
  const auto again = fit(made.task());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(to_json(*again, {}), to_json(*model, {}));
}

TEST_P(EffectModel, ContributionsAddUp) {
  const Made made(2000), few(30, 5, 9);
  const auto model = fit(made.task());
  ASSERT_TRUE(model.ok());
  const auto score = raw_score(*model, few.view());
  const auto parts = contributions(*model, few.view());
  const std::size_t width = model->column_names.size() + 1;
  for (std::size_t r = 0; r < score.size(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < width; ++c) sum += parts[r * width + c];
    EXPECT_NEAR(sum, score[r], 1e-9);
  }
}

TEST_P(EffectModel, RefusesTrialsThatTellNothing) {
  Made made(2000);
  const auto right = made.trial;
  std::ranges::fill(made.trial.treated, std::uint8_t{1});
  EXPECT_THAT(refusal(made.task()), testing::AllOf(testing::HasSubstr("no control group"), testing::HasSubstr("对照组")));
  std::ranges::fill(made.trial.treated, std::uint8_t{0});
  EXPECT_THAT(refusal(made.task()), testing::AllOf(testing::HasSubstr("nobody of 2000 rows"), testing::HasSubstr("没有人接受")));
  made.trial = right;
  std::ranges::fill(made.trial.outcome, 1.0);
  EXPECT_THAT(refusal(made.task()), testing::AllOf(testing::HasSubstr("outcome is 1 in all 2000 rows"), testing::HasSubstr("结果都是 1")));
  made.trial.outcome.assign(2000, 12.5);
  EXPECT_THAT(refusal(made.task()), testing::HasSubstr("it must be 0 or 1"));
  made.trial = right;
  for (std::size_t r = 0; r < 2000; ++r) made.trial.treated[r] = made.values[3][r] > 0 ? 1 : 0;
  EXPECT_THAT(refusal(made.task()), testing::HasSubstr("x3 decides who was treated"));
}

TEST_P(EffectModel, StandsColumnsWithoutUse) {
  Made made(1500);
  std::ranges::fill(made.valid[2], std::uint8_t{0});           // Nothing known.
  std::ranges::fill(made.values[3], 4.0);                      // Constant.
  for (std::size_t r = 0; r < 1500; r += 3) made.values[4][r] = 1e300;
  const auto model = fit(made.task());
  ASSERT_TRUE(model.ok()) << message_of(model.error(), Language::En);
  const auto effects = models::effects(*model, made.view());
  EXPECT_TRUE(std::ranges::all_of(effects, [](double e) { return std::isfinite(e); }));
  dataset::Columns none{.rows = 1500, .columns = {}};
  auto task = made.task();
  task.train = none;
  EXPECT_THAT(refusal(task), testing::HasSubstr("no column that varies"));
}

INSTANTIATE_TEST_SUITE_P(Shelf, EffectModel, testing::ValuesIn(effect_models()),
                         [](const auto& tested) { return std::string(tested.param->id); });

TEST(Encoded, PutsWhatIsMissingBelowAndPartsCategories) {
  const std::vector<double> ages{30, 40, 0, 50};
  const std::vector<std::uint8_t> age_valid{1, 1, 0, 1}, all{1, 1, 1, 1};
  const std::vector<std::uint32_t> codes{0, 1, 1, 0};
  const std::vector<std::string> categories{"east", "west"};
  const dataset::Columns columns{.rows = 4,
                                 .columns = {{"age", ages, {}, {}, age_valid},
                                             {"area", {}, codes, categories, all}}};
  const auto encoded = encode(columns);
  EXPECT_THAT(encoded.names, testing::ElementsAre("age", "area=east", "area=west"));
  EXPECT_THAT(encoded.x, testing::ElementsAre(30, 1, 0, 40, 0, 1, 0, 0, 1, 50, 1, 0));
}

}  // namespace
}  // namespace holdfast::models
