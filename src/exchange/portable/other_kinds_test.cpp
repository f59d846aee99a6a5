// Models of when customers leave, of effects and of groups, written and run in each format: the
// model's own numbers. Public engines: tests/end_to_end/portable_kinds_test.py.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "exchange/portable/errors.hpp"
#include "exchange/portable/export.hpp"
#include "models/effect_task.hpp"
#include "models/grouping_task.hpp"
#include "models/leaving.hpp"
#include "models/survival_sample.hpp"

namespace holdfast::exchange {
namespace {

/// Customers of whom much is known: three kinds, who leave by two exits, treated or not.
struct Customers {
  std::vector<double> age, premium, duration, outcome, weight;
  std::vector<std::uint32_t> area, group;
  std::vector<std::uint8_t> all, premium_known, area_known, exit, treated;
  std::vector<std::string> areas = {"it's \"east\"", "north & <south>", "西部", "x"};

  Customers(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      const auto kind = random.below(3);
      age.push_back(std::round(25 + 15 * static_cast<double>(kind) + 5 * random.normal()));
      premium.push_back(1000 * std::exp(0.5 * static_cast<double>(kind) + 0.4 * random.normal()));
      area.push_back(static_cast<std::uint32_t>(random.chance(0.3) ? random.below(4) : kind));
      all.push_back(1);
      premium_known.push_back(random.chance(0.1) ? 0 : 1);
      area_known.push_back(random.chance(0.1) ? 0 : 1);
      treated.push_back(random.chance(0.5) ? 1 : 0);
      const double helped = treated[i] != 0 && age[i] > 40 ? 0.3 : 0;
      outcome.push_back(random.chance(0.3 + helped) ? 1 : 0);
      const double lapses = random.exponential(0.006 * std::exp(age[i] < 35 ? 0.8 : 0));
      const double dies = random.exponential(0.002 * std::exp(age[i] / 60 + (area[i] == 2 ? 0.7 : 0)));
      const double lost = 30 + 300 * random.uniform();
      duration.push_back(std::ceil(std::min({lapses, dies, lost})));
      exit.push_back(duration[i] >= lost ? 0 : lapses < dies ? 1 : 2);
      weight.push_back(1);
      group.push_back(static_cast<std::uint32_t>(i));
    }
  }
  dataset::Columns view() const {
    return {.rows = age.size(),
            .columns = {{.name = "age of \"driver\"", .values = age, .valid = all},
                        {.name = "premium", .values = premium, .valid = premium_known},
                        {.name = "地区", .codes = area, .categories = areas, .valid = area_known}}};
  }
  SurvivalTask survival() const {
    return {.train = view(), .duration = duration, .exit = exit, .weight = weight, .group = group,
            .exits = {"lapsed", "换公司"}, .seed = 11};
  }
  EffectTask effect() const {
    return {.train = view(), .outcome = outcome, .treated = treated, .seed = 3};
  }
  GroupingTask grouping() const { return {.train = view(), .seed = 3}; }
};

/// Later rows with an area never heard of and nothing known of some.
Customers strangers(std::size_t n) {
  Customers rows(n, 77);
  rows.areas[1] = "never seen";
  for (std::size_t i = 0; i < n; i += 9) rows.premium_known[i] = 0, rows.area_known[i] = 0;
  for (std::size_t i = 4; i < n; i += 11) rows.premium[i] = 1e9;
  return rows;
}

void expect_same(const FittedModel& model, const ExportOptions& options, const std::string& what) {
  const auto rows = strangers(400);
  for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
    auto own = options;
    own.format = format;
    const auto exported = export_model(model, rows.view(), own);
    const auto name = what + " as " + std::string(name_of(format));
    ASSERT_TRUE(exported.ok()) << name << ": " << render(exported.error(), Language::En);
    EXPECT_EQ(exported->rows_checked, 400U) << name;
    EXPECT_LE(exported->largest_difference, 1e-6) << name;
  }
}

std::vector<const ModelDescriptor*> of_kind(ModelKind kind) {
  std::vector<const ModelDescriptor*> found;
  for (const auto* model : all_models()) {
    if (model->kind == kind) found.push_back(model);
  }
  return found;
}

std::string name_of_model(const ::testing::TestParamInfo<const ModelDescriptor*>& one) {
  return std::string(one.param->id);
}

class Leaving : public ::testing::TestWithParam<const ModelDescriptor*> {
 protected:
  static FittedModel fitted(const Parameters& parameters = {}) {
    const Customers train(1500, 5);
    auto model = GetParam()->fit_survival(train.survival(), parameters, silent());
    EXPECT_TRUE(model.ok());
    return std::move(*model);
  }
};

INSTANTIATE_TEST_SUITE_P(Portable, Leaving, ::testing::ValuesIn(of_kind(ModelKind::Survival)),
                         name_of_model);

TEST_P(Leaving, SaysTheSameInEveryFormatForFixedDays) {
  const auto model = fitted();
  for (const double days : {1.0, 90.0, 1000.0}) {
    for (const std::string exit : {"", "lapsed", "换公司"}) {
      expect_same(model, {.leaving = {.exit = exit, .days = days}},
                  std::string(GetParam()->id) + exit + std::to_string(days));
    }
  }
}

TEST_P(Leaving, ReadsDaysFromAColumnWhereItHasArithmeticOfTime) {
  const auto model = fitted();
  if (std::holds_alternative<forms::HazardTrees>(model.form)) {
    const auto exported = export_model(model, strangers(20).view(), {});
    ASSERT_FALSE(exported.ok());
    EXPECT_EQ(exported.error().kind, &errors::kNeedsDays);
    return;
  }
  expect_same(model, {}, std::string(GetParam()->id));
  expect_same(model, {.leaving = {.exit = "lapsed"}}, std::string(GetParam()->id));
}

// What is exported is one less the curve of staying that the analyses show.
TEST_P(Leaving, IsWhatTheCurvesSay) {
  const auto model = fitted();
  const auto rows = strangers(200);
  const auto portable = portable_of(model, {.days = 90});
  ASSERT_TRUE(portable.ok());
  const auto own = own_answers(*portable, rows.view());
  const auto curves = models::leaving_curves(model, rows.view(), 90);
  EXPECT_GT(std::ranges::max(own) - std::ranges::min(own), 0.1);
  for (std::size_t r = 0; r < 200; ++r) EXPECT_NEAR(own[r], 1 - curves.staying_at(r, 90), 1e-12);
}

TEST_P(Leaving, RefusesAnExitItDoesNotKnow) {
  const auto model = fitted();
  const auto exported =
      export_model(model, strangers(20).view(), {.leaving = {.exit = "sold", .days = 30}});
  ASSERT_FALSE(exported.ok());
  EXPECT_EQ(exported.error().kind, &errors::kNoSuchExit);
  EXPECT_NE(render(exported.error(), Language::En).find("换公司"), std::string::npos);
}

TEST_P(Leaving, StandsAsCoxRegressionWhereItIsProportional) {
  const auto model = fitted();
  ExportOptions options{.leaving = {.exit = "lapsed"}, .is_cox_element = true};
  if (std::holds_alternative<forms::HazardTrees>(model.form)) options.leaving.days = 90;
  const auto exported = export_model(model, strangers(200).view(), options);
  const auto* form = std::get_if<forms::HazardModel>(&model.form);
  const bool can = form != nullptr && (form->law == forms::HazardModel::Law::Proportional ||
                                       form->law == forms::HazardModel::Law::Subdistribution);
  ASSERT_EQ(exported.ok(), can);
  if (!can) {
    EXPECT_EQ(exported.error().kind, &errors::kNoElement);
    return;
  }
  EXPECT_NE(exported->content.find("modelType=\"CoxRegression\""), std::string::npos);
  EXPECT_LE(exported->largest_difference, 1e-9);
  options.leaving.exit.clear();  // Of two exits one has to be chosen.
  EXPECT_EQ(export_model(model, strangers(20).view(), options).error().kind, &errors::kNoElement);
}

TEST(LeavingLaws, EveryFamilyAndLongWaitsSayTheSame) {
  const Customers train(1200, 6);
  for (const std::string family : {"exponential", "weibull", "log_normal", "log_logistic"}) {
    const auto model = (*find_model("aft"))->fit_survival(train.survival(), {{"family", family}}, silent());
    ASSERT_TRUE(model.ok()) << family;
    expect_same(*model, {}, family);
    expect_same(*model, {.leaving = {.days = 90}}, family);
  }
}

class Effects : public ::testing::TestWithParam<const ModelDescriptor*> {};

INSTANTIATE_TEST_SUITE_P(Portable, Effects, ::testing::ValuesIn(of_kind(ModelKind::Effect)),
                         name_of_model);

TEST_P(Effects, SayTheSameInEveryFormatBelow0Too) {
  const Customers train(3000, 8);
  const auto model = GetParam()->fit_effect(train.effect(), {}, silent());
  ASSERT_TRUE(model.ok()) << render(model.error(), Language::En);
  const auto effects = models::effects(*model, strangers(400).view());
  EXPECT_GT(std::ranges::max(effects) - std::ranges::min(effects), 0.05);
  expect_same(*model, {}, std::string(GetParam()->id));
  const auto exported = export_model(*model, strangers(20).view(), {.format = Format::Sql});
  EXPECT_EQ(exported->answer, "effect");
}

TEST(Groups, AreTheSameForEveryRowInEveryFormat) {
  const Customers train(1500, 9);
  const std::vector<std::pair<std::string, Parameters>> cases = {
      {"kmeans", {}},
      {"kmeans", {{"clusters", std::int64_t{1}}}},
      {"kmeans", {{"clusters", std::int64_t{9}}}},
      {"two_step", {}},
      {"two_step", {{"noise_share", 0.05}}},
      {"two_step", {{"clusters", std::int64_t{1}}}}};
  for (const auto& [id, given] : cases) {
    const auto* descriptor = *find_model(id);
    const auto parameters = checked_parameters(*descriptor, given);
    ASSERT_TRUE(parameters.ok());
    const auto model = descriptor->fit_grouping(train.grouping(), *parameters, silent());
    ASSERT_TRUE(model.ok()) << id;
    expect_same(*model, {}, id);
    const auto pmml = export_model(*model, train.view(), {.format = Format::Pmml});
    ASSERT_TRUE(pmml.ok());
    EXPECT_EQ(pmml->content.find("<ClusteringModel") != std::string::npos, id == "kmeans") << id;
    EXPECT_EQ(pmml->answer, "cluster");
  }
}

// Between centres, of numbers alone: what the standard's element says.
TEST(Groups, OfTwoStepByCentresAreAClusteringModel) {
  const Customers train(1500, 9);
  auto task = train.grouping();
  task.train.columns.pop_back();
  const auto* descriptor = *find_model("two_step");
  const auto parameters = checked_parameters(
      *descriptor, {{"distance", std::string("euclidean")}, {"clusters", std::int64_t{3}}});
  const auto model = descriptor->fit_grouping(task, *parameters, silent());
  ASSERT_TRUE(model.ok()) << render(model.error(), Language::En);
  expect_same(*model, {}, "two_step by centres");
  const auto pmml = export_model(*model, train.view(), {.format = Format::Pmml});
  EXPECT_NE(pmml->content.find("<ClusteringModel"), std::string::npos);
}

// Far rows are in no group.
TEST(Groups, SayNoneOfRowsTooFarFromAll) {
  const Customers train(1500, 9);
  const auto* descriptor = *find_model("two_step");
  const auto parameters = checked_parameters(*descriptor, {});
  auto model = *descriptor->fit_grouping(train.grouping(), *parameters, silent());
  auto distances = models::groups_of(model, strangers(400).view());
  std::ranges::nth_element(distances, distances.begin() + 300, {}, &forms::NearestCluster::distance);
  std::get<forms::ClusterProfiles>(model.form).far = distances[300].distance;
  const auto near = models::groups_of(model, strangers(400).view());
  const auto in_none = std::ranges::count(near, -1, &forms::NearestCluster::cluster);
  EXPECT_GT(in_none, 10);
  EXPECT_LT(in_none, 400);
  expect_same(model, {}, "two_step with far rows");
}

TEST(Export, OfAModelWithoutAFormNamesItsJson) {
  for (const auto* descriptor : all_models()) {
    if (!formats_of(*descriptor).empty()) continue;
    FittedModel model{.kind = descriptor->kind, .model_id = std::string(descriptor->id)};
    if (descriptor->id == "bayesian_network") model.form = forms::BayesianNetwork{};
    if (descriptor->kind == ModelKind::Value) model.form = forms::ValueModel{};
    if (descriptor->kind == ModelKind::Transition) model.form = forms::StateTransitions{};
    if (descriptor->id == "sequences") model.form = forms::SequencePatterns{};
    for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
      const auto exported = export_model(model, {}, {.format = format});
      ASSERT_FALSE(exported.ok()) << descriptor->id;
      EXPECT_EQ(exported.error().kind, &errors::kNoFormula) << descriptor->id;
      EXPECT_NE(render(exported.error(), Language::En)
                    .find("out/models/" + std::string(descriptor->id) + ".json"),
                std::string::npos);
    }
  }
}

}  // namespace
}  // namespace holdfast::exchange
