// Reference: R 4.2.2 `step`, `add1` and `drop1`; tests/reference/step/SOURCE.md.

#include "models/logistic/selection.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/logistic/reference_data.hpp"
#include "models/task.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::logistic {

extern const ModelDescriptor descriptor;

namespace {

using reference::csv;
using reference::Design;
using reference::design;
using reference::expect_near;

const std::vector<std::string> kBankColumns = {
    "CreditScore", "Geography",     "Gender",    "Age",            "Tenure",
    "Balance",     "NumOfProducts", "HasCrCard", "IsActiveMember", "EstimatedSalary"};

std::vector<std::vector<std::size_t>> sets_of(const Design& data,
                                              const std::vector<std::string>& columns) {
  std::vector<std::vector<std::size_t>> sets;
  for (const auto& column : columns) {
    auto& set = sets.emplace_back();
    for (std::size_t j = 0; j < data.names.size(); ++j) {
      if (data.names[j].starts_with(column)) set.push_back(j);
    }
  }
  return sets;
}

TEST(Selection, TakesTheStepsOfR) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: churn_modelling";
  const Design data = design(csv(*path), "Exited", {"CustomerId", "Surname"});
  const auto sets = sets_of(data, kBankColumns);
  const auto expected = csv(reference::path("step/churn_modelling_steps.csv"));
  for (const auto* direction : {"forward", "backward", "both"}) {
    for (const auto* criterion : {"aic", "bic"}) {
      SCOPED_TRACE(std::string(direction) + " " + criterion);
      const auto selection =
          select(data.view(), data.y, data.weight, sets,
                 {.direction = direction_of(std::string_view(direction) == "both" ? "stepwise"
                                                                                  : direction),
                  .criterion = criterion_of(criterion)});
      ASSERT_TRUE(selection.ok());
      std::size_t at = 0;
      for (const auto& row : expected) {
        if (row[0] != direction || row[1] != criterion) continue;
        ASSERT_LT(at, selection->steps.size());
        const auto& step = selection->steps[at++];
        if (!row[3].empty()) {
          EXPECT_EQ((step.has_entered ? "+" : "-") + kBankColumns[step.set], row[3]);
        }
        expect_near(step.deviance, row[4], "deviance");
        expect_near(step.criterion, row[5], "criterion");
      }
      EXPECT_EQ(at, selection->steps.size());
    }
  }
}

TEST(Selection, TestsOfSingleColumnsAreThoseOfR) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: churn_modelling";
  const Design data = design(csv(*path), "Exited", {"CustomerId", "Surname"});
  const auto rows = csv(reference::path("step/churn_modelling_single.csv"));
  ASSERT_EQ(rows.size(), 11U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    // Each column alone: what enters first is what R's tables say of it.
    const auto one = sets_of(data, {rows[i][0]});
    const auto entered = [&](Criterion criterion) {
      const auto selection = select(data.view(), data.y, data.weight, one,
                                    {.direction = Direction::Forward, .criterion = criterion,
                                     .p_enter = 1});
      return selection.ok() && selection->steps.size() == 2 ? selection->steps[1]
                                                            : SelectionStep{};
    };
    const auto score = entered(Criterion::Wald);
    expect_near(score.statistic, rows[i][2], rows[i][0] + " score");
    EXPECT_EQ(score.df, std::stoi(rows[i][1]));
    expect_near(entered(Criterion::LikelihoodRatio).statistic, rows[i][3], rows[i][0] + " ratio");
  }
  // And the first to leave all of them, by its likelihood ratio.
  const auto sets = sets_of(data, kBankColumns);
  const auto leaving = select(data.view(), data.y, data.weight, sets,
                              {.direction = Direction::Backward,
                               .criterion = Criterion::LikelihoodRatio});
  ASSERT_TRUE(leaving.ok());
  ASSERT_GE(leaving->steps.size(), 2U);
  EXPECT_EQ(kBankColumns[leaving->steps[1].set], "HasCrCard");
  expect_near(leaving->steps[1].statistic, rows[8][4], "HasCrCard leaves");
}

/// A column that is nearly the sum of two others enters first and leaves once they are in.
Design overtaken() {
  Random random(29);
  Design data{.names = {"sum", "a", "b", "noise"}};
  for (int r = 0; r < 4000; ++r) {
    const double a = random.normal();
    const double b = random.normal();
    const double sum = a + b + 0.5 * random.normal();
    data.x.insert(data.x.end(), {sum, a, b, random.normal()});
    data.y.push_back(random.chance(1 / (1 + std::exp(0.5 - a - b))) ? 1 : 0);
    data.weight.push_back(1);
  }
  return data;
}

TEST(Selection, StepwiseTakesBackWhatOthersReplace) {
  const Design data = overtaken();
  const auto sets = sets_of(data, data.names);
  for (const auto criterion :
       {Criterion::Aic, Criterion::Bic, Criterion::Wald, Criterion::LikelihoodRatio}) {
    const auto selection =
        select(data.view(), data.y, data.weight, sets,
               {.direction = Direction::Stepwise, .criterion = criterion, .p_enter = 0.01});
    ASSERT_TRUE(selection.ok());
    EXPECT_EQ(selection->steps[1].set, 0U);
    EXPECT_EQ(selection->sets, (std::vector<std::size_t>{1, 2}));
    const auto forward =
        select(data.view(), data.y, data.weight, sets,
               {.direction = Direction::Forward, .criterion = criterion, .p_enter = 0.01});
    ASSERT_TRUE(forward.ok());
    EXPECT_EQ(forward->sets, (std::vector<std::size_t>{0, 1, 2}));
  }
}

TEST(Selection, WaldAndScoreAgreeWithTheLikelihoodRatioInLargeSamples) {
  const Design data = overtaken();
  const auto sets = sets_of(data, data.names);
  const auto statistic = [&](Direction direction, Criterion criterion) {
    const auto selection = select(data.view(), data.y, data.weight, sets,
                                  {.direction = direction, .criterion = criterion,
                                   .p_enter = 0.999, .p_remove = 0});
    return selection->steps[1].statistic;
  };
  EXPECT_NEAR(statistic(Direction::Backward, Criterion::Wald),
              statistic(Direction::Backward, Criterion::LikelihoodRatio), 1e-3);
}

TEST(Selection, TheModelKeepsTheChosenColumnsOnly) {
  const Design data = overtaken();
  const std::size_t p = data.names.size();
  std::vector<std::vector<double>> columns(p);
  const std::vector<std::uint8_t> valid(data.y.size(), 1);
  ClassifierTask task{.y = data.y, .weight = data.weight};
  task.train.rows = data.y.size();
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t r = 0; r < data.y.size(); ++r) columns[j].push_back(data.x[r * p + j]);
  }
  for (std::size_t j = 0; j < p; ++j) {
    task.train.columns.push_back({.name = data.names[j], .values = columns[j], .valid = valid});
  }
  const auto model = descriptor.fit_classifier(
      task, {{"selection", std::string("stepwise")}, {"criterion", std::string("bic")},
             {"errors", std::string("hc1")}}, silent());
  ASSERT_TRUE(model.ok());
  ASSERT_EQ(model->preparation.terms.size(), 2U);
  EXPECT_EQ(model->preparation.terms[0].column, "a");
  EXPECT_EQ(model->preparation.terms[1].column, "b");
  EXPECT_EQ(model->tables.back().id, "selection");
  EXPECT_EQ(std::get<std::string>(model->tables.back().rows[1][1]), "+ sum");
  EXPECT_EQ(predict(*model, task.train).size(), data.y.size());
  // Firth's correction of the same.
  const auto firth = descriptor.fit_classifier(task, {{"firth", true}}, silent());
  ASSERT_TRUE(firth.ok());
  EXPECT_EQ(firth->tables[0].rows.size(), p + 1);
}

TEST(Selection, GivesTheSameBitsForAnyThreadCount) {
  const Design data = overtaken();
  const auto sets = sets_of(data, data.names);
  const auto run = [&] { return select(data.view(), data.y, data.weight, sets, {})->steps.back().deviance; };
  set_threads(1);
  const double one = run();
  set_threads(2);
  EXPECT_EQ(run(), one);
  set_threads(0);
}

}  // namespace
}  // namespace holdfast::logistic
