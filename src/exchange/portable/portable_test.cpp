// Every classifier of the shelf, written and run in each format, gives the model's own numbers. The
// public engines that must agree too are asked in tests/end_to_end/portable_test.py.

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "exchange/portable/errors.hpp"
#include "exchange/portable/export.hpp"
#include "exchange/portable/tree_steps.hpp"
#include "models/calibration.hpp"
#include "models/task.hpp"

namespace holdfast::exchange {
namespace {

/// Customers with numbers, categories and missing values; names and values that need quoting.
struct Customers {
  std::vector<double> age, premium;
  std::vector<std::uint32_t> area;
  std::vector<std::string> areas = {"it's \"east\"", "north & <south>", "西部", "x"};
  std::vector<std::uint8_t> all, premium_known, area_known, y;
  std::vector<double> weight;

  Customers(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      age.push_back(std::round(20 + 50 * random.uniform()));
      premium.push_back(1000 * random.exponential(1));
      area.push_back(static_cast<std::uint32_t>(random.below(4)));
      all.push_back(1);
      premium_known.push_back(random.chance(0.1) ? 0 : 1);
      area_known.push_back(random.chance(0.05) ? 0 : 1);
      const double eta = -1.5 + (age[i] < 35 ? 1 : 0) + (area[i] == 2 ? 1.2 : 0) +
                         premium[i] / 4000;
      y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    columns.columns.push_back({.name = "age of \"driver\"", .values = age, .valid = all});
    columns.columns.push_back({.name = "premium", .values = premium, .valid = premium_known});
    columns.columns.push_back(
        {.name = "地区", .codes = area, .categories = areas, .valid = area_known});
    return columns;
  }
};

class EveryClassifier : public ::testing::TestWithParam<const ModelDescriptor*> {};

template <typename Rows>
void expect_same(const FittedModel& model, const Rows& customers, const std::string& what) {
  for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
    const auto exported = export_model(model, customers.view(), {.format = format});
    const auto name = what + " format " + std::to_string(static_cast<int>(format));
    ASSERT_TRUE(exported.ok()) << name << ": " << render(exported.error(), Language::En);
    EXPECT_LE(exported->largest_difference, 1e-6) << name;
    EXPECT_FALSE(exported->content.empty());
  }
}

TEST_P(EveryClassifier, SaysTheSameInEveryFormatAndCalibration) {
  const Customers train(1500, 1), tuning(800, 2), later(400, 3);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  const auto fitted = GetParam()->fit_classifier(task, {}, silent());
  ASSERT_TRUE(fitted.ok());
  const auto formula = formula_of(*fitted);
  if (!formula.ok()) {
    EXPECT_EQ(formula.error().kind, &errors::kNoFormula);
    return;
  }
  const auto own = evaluate(*formula, *fitted, later.view());
  const auto p = predict(*fitted, later.view());
  for (std::size_t r = 0; r < p.size(); ++r) EXPECT_NEAR(own[r], p[r], 1e-6);
  for (const std::string kind : {"none", "platt", "isotonic", "beta"}) {
    auto model = *fitted;
    models::calibrate(model, tuning.view(), tuning.y, tuning.weight, kind);
    expect_same(model, later, std::string(GetParam()->id) + " " + kind);
  }
}

TEST(Boosting, SetsOfCategoriesSayTheSameInEveryFormat) {
  const Customers train(1500, 1), later(400, 3);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  const auto model = (*find_model("boosting"))
                         ->fit_classifier(task,
                                          {{"rounds", std::int64_t{60}},
                                           {"categories", std::string("sets")},
                                           {"sets_from", std::int64_t{2}},
                                           {"monotone", std::vector<std::string>{"+premium"}}},
                                          silent());
  ASSERT_TRUE(model.ok());
  std::size_t of_two = 0;
  for (const auto& tree : std::get<forms::TreeEnsemble>(model->form).trees) {
    for (const auto& node : tree.nodes) {
      of_two += std::ranges::count(node.child_of_category, 1) == 2 ? 1 : 0;
    }
  }
  EXPECT_GT(of_two, 0U);
  expect_same(*model, later, "boosting of sets");
}

std::vector<const ModelDescriptor*> classifiers() {
  std::vector<const ModelDescriptor*> result;
  for (const auto* model : all_models()) {
    if (model->fit_classifier != nullptr) result.push_back(model);
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Portable, EveryClassifier, ::testing::ValuesIn(classifiers()),
                         [](const auto& one) { return std::string(one.param->id); });

/// Customers whose columns stand in for one another, with missing cells that say something: `zone`
/// and `town` tell the same apart, rows without `amount` leave most.
struct Relatives {
  std::vector<double> zone, amount, blank;
  std::vector<std::uint32_t> town, plan;
  std::vector<std::string> towns = {"a", "b", "c", "d", "never seen"};
  std::vector<std::string> plans = {"basic", "family", "young", "gold", "old"};
  std::vector<std::uint8_t> zone_known, amount_known, blank_known, town_known, plan_known, y;
  std::vector<double> weight;

  Relatives(std::size_t n, std::uint64_t seed, double missing) {
    Random random(seed);
    const auto known = [&](double share) {
      return static_cast<std::uint8_t>(random.chance(share) ? 0 : 1);
    };
    for (std::size_t i = 0; i < n; ++i) {
      const auto place = static_cast<std::uint32_t>(random.below(4));
      zone.push_back(place + 0.8 * random.uniform());
      town.push_back(random.chance(0.9) ? place : static_cast<std::uint32_t>(random.below(4)));
      plan.push_back(static_cast<std::uint32_t>(random.below(5)));
      amount.push_back(std::round(1000 * random.exponential(1)));
      blank.push_back(std::round(100 * random.uniform()));
      zone_known.push_back(known(missing));
      town_known.push_back(known(missing));
      plan_known.push_back(known(missing));
      amount_known.push_back(known(missing));
      blank_known.push_back(known(missing));
      constexpr double kOfPlan[] = {-1, 0, 1, -1, 0};
      const double eta = -2 + (place >= 2 ? 2 : 0) + (plan_known[i] == 0 ? 3 : kOfPlan[plan[i]]) +
                         (amount_known[i] == 0   ? 4.5
                          : amount[i] > 1200 ? 1.5
                          : amount[i] > 400  ? 0.7
                                             : 0) +
                         (blank_known[i] == 0 ? 2.5 : 0);
      y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
      weight.push_back(1);
    }
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    columns.columns.push_back({.name = "zone", .values = zone, .valid = zone_known});
    columns.columns.push_back(
        {.name = "town", .codes = town, .categories = towns, .valid = town_known});
    columns.columns.push_back({.name = "amount", .values = amount, .valid = amount_known});
    columns.columns.push_back({.name = "blank", .values = blank, .valid = blank_known});
    columns.columns.push_back(
        {.name = "plan", .codes = plan, .categories = plans, .valid = plan_known});
    return columns;
  }
  ClassifierTask task() const { return {.train = view(), .y = y, .weight = weight, .seed = 1}; }
};

/// Rows of every pattern of missing cells, of the category that training named but never had, and of
/// one that it did not name.
Relatives strange(std::uint64_t seed) {
  Relatives rows(640, seed, 0);
  for (std::size_t i = 0; i < rows.y.size(); ++i) {
    rows.zone_known[i] = (i & 1) == 0;
    rows.town_known[i] = (i & 2) == 0;
    rows.amount_known[i] = (i & 4) == 0;
    rows.blank_known[i] = (i & 8) == 0;
    rows.plan_known[i] = (i & 16) == 0;
    if (i % 7 == 0) rows.town[i] = 4;
    if (i % 11 == 0) rows.plan[i] = 1;
  }
  rows.plans[1] = "unheard of";
  return rows;
}

const forms::Tree& tree_of(const FittedModel& model) {
  return std::get<forms::TreeEnsemble>(model.form).trees[0];
}

void expect_formula_and_formats(const FittedModel& model, const Relatives& rows,
                                const std::string& what) {
  const auto formula = formula_of(model);
  ASSERT_TRUE(formula.ok());
  const auto own = evaluate(*formula, model, rows.view());
  const auto p = predict(model, rows.view());
  for (std::size_t r = 0; r < p.size(); ++r) ASSERT_NEAR(own[r], p[r], 1e-12) << what << r;
  expect_same(model, rows, what);
}

TEST(SurrogateTree, AsksTheSameStandInsInEveryFormat) {
  for (const std::string id : {"cart", "quest"}) {
    const Relatives train(4000, 11, 0.15);
    const auto fitted = (*find_model(id))->fit_classifier(
        train.task(), {{"pruning", std::string("complexity")}}, silent());
    ASSERT_TRUE(fitted.ok());
    bool has_numeric = false, has_category = false;
    auto without = *fitted;
    for (auto& node : std::get<forms::TreeEnsemble>(without.form).trees[0].nodes) {
      for (const auto& one : node.surrogates) (one.is_category ? has_category : has_numeric) = true;
      node.surrogates.clear();
    }
    EXPECT_TRUE(has_numeric && has_category) << id;
    const auto rows = strange(12);
    // Without its surrogates the tree would say something else of these rows.
    EXPECT_NE(predict(without, rows.view()), predict(*fitted, rows.view())) << id;
    expect_formula_and_formats(*fitted, rows, id);
  }
}

TEST(ChaidTree, KeepsTheChildOfMissingCellsInEveryFormat) {
  const Relatives train(6000, 13, 0.15);
  const auto fitted = (*find_model("chaid"))->fit_classifier(
      train.task(), {{"depth_max", std::int64_t{4}}}, silent());
  ASSERT_TRUE(fitted.ok());
  bool has_cuts = false, has_missing_behind_cuts = false, has_known_or_missing = false,
       has_missing_category = false;
  for (const auto& node : tree_of(*fitted).nodes) {
    if (node.children.empty()) continue;
    if (!node.is_category) {
      has_cuts |= node.cuts.size() > 1;
      has_missing_behind_cuts |= !node.cuts.empty() && std::isinf(node.cuts.back());
      has_known_or_missing |= node.cuts.empty() && std::isinf(node.split);
      continue;
    }
    has_missing_category |=
        std::ranges::find(node.child_of_category, node.default_child) == node.child_of_category.end();
  }
  EXPECT_TRUE(has_cuts);
  EXPECT_TRUE(has_missing_behind_cuts);
  EXPECT_TRUE(has_known_or_missing);
  EXPECT_TRUE(has_missing_category);
  expect_formula_and_formats(*fitted, strange(14), "chaid");
}

// Trials of trees, and rules alone and in trials; with grouped categories and missing values.
TEST(C50, VotesTheSameInEveryFormat) {
  const Customers train(1500, 6), later(400, 7);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  for (const std::int64_t trials : {1, 4}) {
    for (const bool has_rules : {false, true}) {
      const auto model = (*find_model("c50"))->fit_classifier(
          task, {{"trials", trials}, {"rules", has_rules}, {"subsets", true}}, silent());
      ASSERT_TRUE(model.ok());
      expect_same(*model, later,
                  "trials " + std::to_string(trials) + (has_rules ? " rules" : " trees"));
    }
  }
}

// A rule set by hand: no rule, one class's rules, both classes' and as many votes for both.
TEST(RuleSet, AnswersByHandInEveryFormat) {
  Customers customers(40, 8);
  for (std::size_t r = 0; r < 40; ++r) customers.age[r] = static_cast<double>(20 + r);
  forms::RuleSet form;
  form.lists.push_back({.default_class = 0, .default_shares = {0.7, 0.3}});
  auto& rules = form.lists[0].rules;
  rules.push_back({.conditions = {{.column = 0, .has_low = true, .has_high = true, .low = 30,
                                   .high = 40}},
                   .cls = 1, .confidence = 0.8});
  rules.push_back({.conditions = {{.column = 0, .has_low = true, .low = 35}}, .cls = 0,
                   .confidence = 0.6});
  rules.push_back({.conditions = {{.column = 0, .has_low = true, .low = 50}}, .cls = 1,
                   .confidence = 0.6});
  FittedModel model{.model_id = "c50"};
  model.calibration.kind = forms::Calibration::Kind::Identity;
  const auto view = customers.view();
  for (const auto& column : view.columns) {
    model.column_names.emplace_back(column.name);
    model.categories.emplace_back(column.categories.begin(), column.categories.end());
  }
  for (const bool is_winner_only : {false, true}) {
    form.is_winner_only = is_winner_only;
    model.form = form;
    const auto p = predict(model, view);
    EXPECT_DOUBLE_EQ(p[10], 0.3);  // 30: none.
    EXPECT_DOUBLE_EQ(p[11], 0.8);
    // 0.8 against 0.6, the winner's mean is 0.8: s = 0.6.
    EXPECT_DOUBLE_EQ(p[16], is_winner_only ? 0.8 : 0.2 + 0.6 * 0.8 / 1.4);
    EXPECT_DOUBLE_EQ(p[25], 0.4);
    EXPECT_DOUBLE_EQ(p[35], is_winner_only ? 0.4 : 0.5);  // Equal votes: the first class.
    expect_same(model, customers, is_winner_only ? "winner only" : "shares");
  }
}

TEST(Export, SaysSoOfMoreThanTwoClasses) {
  Customers train(600, 6);
  for (std::size_t r = 0; r < train.y.size(); r += 3) train.y[r] = 2;
  ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  task.classes = {"stay", "price", "service"};
  const auto model = (*find_model("multinomial"))->fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  for (const auto format : {Format::Pmml, Format::Onnx, Format::Sql}) {
    const auto exported = export_model(*model, train.view(), {.format = format});
    ASSERT_FALSE(exported.ok());
    EXPECT_EQ(exported.error().kind, &errors::kNotBinary);
    EXPECT_NE(render(exported.error(), Language::En).find("3 classes"), std::string::npos);
  }
}

TEST(Sql, SaysTheSameInOtherDialectsAsFarAsTextCanShow) {
  const Customers train(600, 5);
  const ClassifierTask task{.train = train.view(), .y = train.y, .weight = train.weight, .seed = 1};
  const auto model = (*find_model("logistic"))->fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto postgres = export_model(*model, train.view(),
                                     {.format = Format::Sql, .dialect = Dialect::Postgresql});
  const auto spark =
      export_model(*model, train.view(), {.format = Format::Sql, .dialect = Dialect::Spark});
  ASSERT_TRUE(postgres.ok() && spark.ok());
  EXPECT_NE(postgres->content.find("\"age of \"\"driver\"\"\""), std::string::npos);
  EXPECT_NE(spark->content.find("`age of \"driver\"`"), std::string::npos);
  EXPECT_EQ(spark->content.find("MATERIALIZED"), std::string::npos);
}

TEST(Formula, EffectsAreNoProbabilities) {
  FittedModel model{.kind = ModelKind::Effect, .model_id = "doubly_robust"};
  model.form = forms::LinearPredictor{.intercepts = {-0.1}};
  const auto formula = formula_of(model);
  ASSERT_TRUE(formula.ok());
  EXPECT_EQ(formula->answer, "effect");
  EXPECT_EQ(evaluate(*formula, model, {.rows = 1})[0], -0.1);  // Not cut at 0.
}

}  // namespace
}  // namespace holdfast::exchange
