// Folds, search and combined models on generated rows whose truth is known: churn follows one column
// linearly and another by a step, so that a linear model and a tree each see a part, and together
// more (Wolpert 1992; Breiman 1996). No published values; each test states what must hold.

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "automodel/combine.hpp"
#include "automodel/criterion.hpp"
#include "automodel/fit.hpp"
#include "automodel/folds.hpp"
#include "automodel/search.hpp"
#include "core/random.hpp"

namespace holdfast::automodel {
namespace {

dataset::Dataset made(std::size_t customers, std::uint64_t seed) {
  Random random(seed);
  dataset::Dataset data;
  auto& matrix = data.matrix;
  matrix.columns.resize(3);
  for (const char* name : {"slope", "step", "noise"}) {
    features::FeatureInfo info;
    info.name = name;
    matrix.features.push_back(info);
  }
  for (std::size_t c = 0; c < customers; ++c) {
    matrix.customer_keys.push_back(fmt::format("C{}", c));
    for (int r = 0; r < 2; ++r) {
      const double slope = random.normal(), step = random.normal(), noise = random.normal();
      const double logit = -1 + slope + (step > 0.5 && step < 1.5 ? 2.5 : 0);
      data.y.push_back(random.chance(1 / (1 + std::exp(-logit))) ? 1 : 0);
      matrix.customer.push_back(static_cast<std::uint32_t>(c));
      const double values[] = {slope, step, noise};
      for (std::size_t i = 0; i < 3; ++i) {
        matrix.columns[i].values.push_back(values[i]);
        matrix.columns[i].valid.push_back(1);
      }
      matrix.value_cents.push_back(0);
    }
  }
  matrix.rows = data.y.size();
  data.weight.assign(matrix.rows, 1.0);
  data.modelled = {0, 1, 2};
  return data;
}

/// Every fifth row tunes, every fifth judges, the others train.
struct Rows {
  std::vector<std::uint32_t> train, tuning, test;
  explicit Rows(const dataset::Dataset& data) {
    for (std::uint32_t row = 0; row < data.matrix.rows; ++row) {
      const auto part = data.matrix.customer[row] % 5;
      (part == 0 ? tuning : part == 1 ? test : train).push_back(row);
    }
  }
};

study::Study asked(std::vector<std::string> ids) {
  study::Study study;
  study.models.choose_by = "auc";
  for (auto& id : ids) study.models.compare.push_back({.id = std::move(id)});
  return study;
}

double auc_on(const study::Study& study, const dataset::Dataset& data, const FittedModel& model,
              const std::vector<std::uint32_t>& rows) {
  const auto frame = dataset::Frame::gather(data, rows);
  return metrics_of(study, data, rows, predict(model, frame.view()))->auc.estimate;
}

TEST(Folds, KeepACustomersRowsTogetherAndCoverAll) {
  const auto data = made(300, 1);
  const Rows rows(data);
  const auto folds = folds_of(data, rows.train, 4, 7);
  std::size_t held_out = 0;
  for (const auto& fold : folds) {
    std::set<std::uint32_t> customers;
    for (const auto row : fold.held_out) customers.insert(data.matrix.customer[row]);
    for (const auto row : fold.train) EXPECT_FALSE(customers.contains(data.matrix.customer[row]));
    EXPECT_EQ(fold.train.size() + fold.held_out.size(), rows.train.size());
    held_out += fold.held_out.size();
  }
  EXPECT_EQ(held_out, rows.train.size());
}

TEST(Search, TriesTheStudysOwnSetFirstAndLeavesSetParametersAlone) {
  const auto* model = *find_model("boosting");
  study::ModelSpec given{.id = "boosting"};
  const auto free = candidates(*model, given, 6, 1);
  ASSERT_EQ(free.size(), 6u);
  EXPECT_TRUE(free[0].parameters.empty());
  for (std::size_t i = 0; i < free.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(free[i].parameters, free[j].parameters);
  }
  given.parameters["depth_max"] = std::int64_t{2};
  for (const auto& spec : candidates(*model, given, 6, 1)) {
    EXPECT_EQ(std::get<std::int64_t>(spec.parameters.at("depth_max")), 2);
  }
  EXPECT_EQ(candidates(*model, given, 6, 1)[3].parameters, candidates(*model, given, 6, 1)[3].parameters);
}

TEST(Search, KeepsTheBestOfEachModelAndSaysWhatItTried) {
  const auto data = made(600, 2);
  const Rows rows(data);
  auto study = asked({"c45", "logistic"});
  study.models.search_tries = 3;
  const auto found = search(study, data, rows.train, rows.tuning, silent());
  ASSERT_TRUE(found.ok());
  for (const std::string id : {"c45", "logistic"}) {
    double best = 0;
    const Tried* chosen = nullptr;
    for (const auto& tried : found->tried) {
      if (tried.model_id != id) continue;
      best = std::max(best, tried.mean);
      if (tried.is_chosen) chosen = &tried;
    }
    ASSERT_NE(chosen, nullptr) << id;
    EXPECT_EQ(chosen->mean, best);
    const auto spec = std::ranges::find(found->specs, id, &study::ModelSpec::id);
    EXPECT_EQ(spec->parameters, chosen->spec.parameters);
  }
}

TEST(Search, StopsBehindItsTimeBudgetWithOneSetOfEachModel) {
  const auto data = made(400, 3);
  const Rows rows(data);
  auto study = asked({"c45", "logistic"});
  study.models.search_tries = 50;
  study.models.time_budget_seconds = 1e-9;
  const auto found = search(study, data, rows.train, rows.tuning, silent());
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->is_out_of_time);
  EXPECT_EQ(found->tried.size(), 2u);
}

TEST(Combined, DoNoWorseThanTheirBestMember) {
  const auto data = made(3000, 4);
  const Rows rows(data);
  const auto study = asked({"logistic", "c45", "boosting"});
  const FitRows fit_rows{.train = rows.train, .tuning = rows.tuning};
  double best = 0;
  for (const auto& spec : study.models.compare) {
    const auto model = fit(study, spec, {}, data, fit_rows, silent());
    ASSERT_TRUE(model.ok());
    best = std::max(best, auc_on(study, data, *model, rows.test));
  }
  for (const auto id : {kStack, kBlend}) {
    const auto model =
        fit(study, {.id = std::string(id)}, study.models.compare, data, fit_rows, silent());
    ASSERT_TRUE(model.ok());
    EXPECT_GT(auc_on(study, data, *model, rows.test), best - 0.005) << id;
    const auto& form = std::get<forms::Stack>(model->form);
    for (const double weight : form.weights) EXPECT_GE(weight, 0);
    const auto again = from_json(to_json(*model, {}));
    ASSERT_TRUE(again.ok());
    const auto frame = dataset::Frame::gather(data, rows.test);
    EXPECT_EQ(predict(*again, frame.view()), predict(*model, frame.view()));
  }
}

TEST(Combined, SaysSoWithOneMemberOnly) {
  const auto data = made(300, 5);
  const Rows rows(data);
  const auto study = asked({"logistic"});
  const auto model = fit(study, {.id = "stack"}, study.models.compare, data,
                         {.train = rows.train, .tuning = rows.tuning}, silent());
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind->name, "automodel.too_few_members");
}

// By hand: at costs 4 to 1 everyone over 1/5 is called; of four rows one stayer is called (1) and one
// churner is not (4).
TEST(Cost, CountsErrorsAtTheThresholdTheCostsImply) {
  const std::vector<double> p = {0.1, 0.25, 0.3, 0.15};
  const std::vector<std::uint8_t> y = {0, 0, 1, 1};
  EXPECT_DOUBLE_EQ(evaluation::error_cost({.probability = p, .y = y},
                                          {.missed = 4, .false_alarm = 1}),
                   5.0 / 4);
}

}  // namespace
}  // namespace holdfast::automodel
