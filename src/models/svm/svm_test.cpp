// Reference: closed forms by hand; machines of LIBSVM itself are compared in svm_reference_test.cpp.

#include "models/svm/svm.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/class_costs.hpp"
#include "models/errors.hpp"
#include "models/folds.hpp"
#include "models/svm/multiples.hpp"
#include "models/task.hpp"

namespace holdfast::svm {

extern const ModelDescriptor descriptor;

namespace {

/// Leavers inside a ring: no straight line tells them apart.
struct Ring {
  std::vector<double> a, b;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::vector<std::uint32_t> group;
  std::vector<std::uint8_t> valid;

  explicit Ring(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      a.push_back(4 * random.uniform() - 2);
      b.push_back(4 * random.uniform() - 2);
      const double inside = 1.2 - std::hypot(a.back(), b.back());
      y.push_back(random.chance(1 / (1 + std::exp(-6 * inside))) ? 1 : 0);
      weight.push_back(1);
      group.push_back(static_cast<std::uint32_t>(i / 2));
    }
    valid.assign(n, 1);
  }
  dataset::Columns view() const {
    return {.rows = y.size(),
            .columns = {{.name = "a", .values = a, .valid = valid},
                        {.name = "b", .values = b, .valid = valid}}};
  }
  ClassifierTask task() const {
    return {.train = view(), .y = y, .weight = weight, .group = group, .seed = 5};
  }
};

double log_loss(const FittedModel& model, const Ring& rows) {
  const auto p = predict(model, rows.view());
  double loss = 0;
  for (std::size_t i = 0; i < p.size(); ++i) loss -= std::log(rows.y[i] == 1 ? p[i] : 1 - p[i]);
  return loss / static_cast<double>(p.size());
}

const ReportTable& table(const FittedModel& model, std::string_view id) {
  return *std::ranges::find(model.tables, id, &ReportTable::id);
}

TEST(Svm, TwoPointsByHand) {
  // x = −1 stays, x = 3 leaves. The widest margin puts the surface at 1: w (3 − 1) = 1.
  const std::vector<double> x = {-1, 3};
  const std::vector<std::uint8_t> y = {0, 1};
  const std::vector<std::uint32_t> copies = {1, 1};
  const auto machine = fit_kernel({.x = {x.data(), 2, 1}, .y = y, .copies = copies},
                                  {.kernel = Kernel::Linear, .c = 10, .tolerance = 1e-9});
  ASSERT_TRUE(machine.ok());
  const auto& form = std::get<forms::LinearPredictor>(machine->form);
  EXPECT_NEAR(form.coefficients[0], 0.5, 1e-12);
  EXPECT_NEAR(form.intercepts[0], -0.5, 1e-12);
  EXPECT_EQ(machine->vectors, 2U);
  EXPECT_EQ(machine->vectors_at_bound, 0U);
}

TEST(Svm, RbfOfTwoPointsByHand) {
  // Both coefficients are a = 1 / (1 − exp(−γ d²)) where C allows it; halfway the score is 0. LIBSVM
  // keeps kernel values in float while it fits, 6e-8.
  const std::vector<double> x = {0, 1};
  const std::vector<std::uint8_t> y = {1, 0};
  const std::vector<std::uint32_t> copies = {1, 1};
  const auto machine = fit_kernel({.x = {x.data(), 2, 1}, .y = y, .copies = copies},
                                  {.c = 100, .gamma = 0.7, .tolerance = 1e-9});
  ASSERT_TRUE(machine.ok());
  const auto& form = std::get<forms::KernelExpansion>(machine->form);
  const double a = 1 / (1 - std::exp(-0.7));
  ASSERT_EQ(form.coefficients.size(), 2U);
  EXPECT_NEAR(form.coefficients[0], a, 1e-7);
  EXPECT_NEAR(form.coefficients[1], -a, 1e-7);
  const std::vector<double> asked = {0, 0.5, 1};
  const auto scores = decision_values(*machine, {asked.data(), 3, 1});
  EXPECT_NEAR(scores[0], 1, 1e-7);
  EXPECT_NEAR(scores[1], 0, 1e-7);
  EXPECT_NEAR(scores[2], -1, 1e-7);
}

TEST(Svm, WeightsThatAreMultiplesOfAUnitAreCopies) {
  const std::vector<std::uint8_t> y = {0, 0, 0, 1, 1};
  const auto found = multiples_of(std::vector<double>{0.1, 0.30000000000000004, 0, 2, 3}, y);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->copies, (std::vector<std::uint32_t>{1, 3, 0, 2, 3}));
  EXPECT_EQ(found->unit[0], 0.1);
  EXPECT_EQ(found->unit[1], 1);
  EXPECT_EQ(found->total, 9U);
}

TEST(Svm, OtherWeightsAreRefusedWithAHint) {
  Ring ring(200, 1);
  Random random(2);
  for (double& w : ring.weight) w = 0.5 + random.uniform();
  const auto model = descriptor.fit_classifier(ring.task(), {}, silent());
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, &models::errors::kFractionalWeights);
  EXPECT_NE(hint_of(model.error(), Language::En).find("round"), std::string::npos);
}

TEST(Svm, WeightTwoIsARowTwice) {
  Ring ring(120, 3);
  Ring twice(120, 3);
  for (std::size_t i = 0; i < 120; i += 3) {
    ring.weight[i] = 2;
    twice.a.push_back(twice.a[i]);
    twice.b.push_back(twice.b[i]);
    twice.y.push_back(twice.y[i]);
    twice.group.push_back(twice.group[i]);  // Stands in the same fold.
    twice.weight.push_back(1);
    twice.valid.push_back(1);
  }
  // Without winsorising, whose quantiles count rows.
  const Parameters exact = {{"tolerance", 1e-10}, {"outlier_quantile", 0.0}};
  const auto a = descriptor.fit_classifier(ring.task(), exact, silent());
  const auto b = descriptor.fit_classifier(twice.task(), exact, silent());
  ASSERT_TRUE(a.ok() && b.ok());
  const auto pa = predict(*a, ring.view());
  const auto pb = predict(*b, ring.view());
  for (std::size_t i = 0; i < pa.size(); ++i) EXPECT_NEAR(pa[i], pb[i], 1e-5);
}

TEST(Svm, AKernelSeesTheRingAndALineDoesNot) {
  const Ring train(500, 7), later(500, 8);
  const auto rbf = descriptor.fit_classifier(train.task(), {}, silent());
  const auto line = descriptor.fit_classifier(train.task(), {{"kernel", std::string("linear")}},
                                              silent());
  const auto fast = descriptor.fit_classifier(train.task(), {{"method", std::string("linear")}},
                                              silent());
  ASSERT_TRUE(rbf.ok() && line.ok() && fast.ok());
  EXPECT_TRUE(std::holds_alternative<forms::KernelExpansion>(rbf->form));
  EXPECT_TRUE(std::holds_alternative<forms::LinearPredictor>(line->form));
  EXPECT_TRUE(std::holds_alternative<forms::LinearPredictor>(fast->form));
  EXPECT_LT(log_loss(*rbf, later), 0.75 * log_loss(*line, later));
  EXPECT_LT(log_loss(*rbf, later), 0.75 * log_loss(*fast, later));
}

TEST(Svm, ProbabilitiesOfHeldOutRowsFitWhatCame) {
  const Ring train(600, 9), later(4000, 10);
  const auto model = descriptor.fit_classifier(train.task(), {}, silent());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->calibration.kind, forms::Calibration::Kind::Platt);
  const auto p = predict(*model, later.view());
  double expected[2] = {}, found[2] = {};  // Below and above a half.
  for (std::size_t i = 0; i < p.size(); ++i) {
    expected[p[i] > 0.5 ? 1 : 0] += p[i];
    found[p[i] > 0.5 ? 1 : 0] += later.y[i];
  }
  EXPECT_NEAR(found[0] / expected[0], 1, 0.25);
  EXPECT_NEAR(found[1] / expected[1], 1, 0.1);
}

TEST(Svm, CrossValidationChoosesTheLeastHeldOutLoss) {
  const Ring train(300, 11);
  const auto model = descriptor.fit_classifier(
      train.task(),
      {{"c", std::vector<double>{0.001, 1}}, {"gamma", std::vector<double>{0.5, 500}}}, silent());
  ASSERT_TRUE(model.ok());
  const auto& found = table(*model, "search");
  ASSERT_EQ(found.rows.size(), 4U);
  double chosen = 0, least = 1e9;
  for (const auto& row : found.rows) {
    const double loss = std::get<double>(row[2]);
    least = std::min(least, loss);
    if (std::get<std::string>(row[4]) == "*") chosen = loss;
  }
  EXPECT_EQ(chosen, least);
  EXPECT_EQ(std::get<forms::KernelExpansion>(model->form).gamma, 0.5);
}

TEST(Svm, SameBitsForAnyThreadCount) {
  const Ring train(200, 12);
  const Parameters grid = {{"c", std::vector<double>{0.1, 1, 10}}};
  set_threads(1);
  const auto one = descriptor.fit_classifier(train.task(), grid, silent());
  set_threads(0);
  const auto all = descriptor.fit_classifier(train.task(), grid, silent());
  ASSERT_TRUE(one.ok() && all.ok());
  EXPECT_EQ(to_json(*one, {}), to_json(*all, {}));
}

TEST(Svm, ManyRowsAreFittedLinearAndItIsSaid) {
  const Ring train(400, 13);
  const auto model = descriptor.fit_classifier(
      train.task(), {{"kernel_rows_max", std::int64_t{300}}}, silent());
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(std::holds_alternative<forms::LinearPredictor>(model->form));
  EXPECT_TRUE(std::ranges::any_of(model->notes, [](const Text& note) {
    return note.en.find("kernel_rows_max") != std::string::npos;
  }));
}

TEST(Svm, CostlyLeaversAreMissedLess) {
  const Ring train(500, 14);
  auto task = train.task();
  const auto plain = descriptor.fit_classifier(task, {}, silent());
  task.costs = {0, 1, 20, 0};
  const auto costly = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(plain.ok() && costly.ok());
  const auto missed = [&](const FittedModel& model) {
    const auto scores = raw_score(model, train.view());
    int count = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) count += train.y[i] == 1 && scores[i] < 0;
    return count;
  };
  EXPECT_LT(missed(*costly), missed(*plain) / 2);
}

TEST(Svm, TenThousandCategoriesAreSound) {
  Ring train(10'500, 15);
  std::vector<std::string> names;
  std::vector<std::uint32_t> codes;
  for (std::uint32_t i = 0; i < 10'500; ++i) {
    if (i < 10'000) names.push_back("c" + std::to_string(i));
    codes.push_back(i % 10'000);
  }
  auto task = train.task();
  task.train.columns.push_back(
      {.name = "code", .codes = codes, .categories = names, .valid = train.valid});
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  for (const double p : predict(*model, task.train)) ASSERT_TRUE(p >= 0 && p <= 1);
}

TEST(Svm, AFarAwayRowKeepsAFiniteScore) {
  const Ring train(200, 16);
  for (const auto* kernel : {"rbf", "polynomial", "sigmoid", "linear"}) {
    const auto model = descriptor.fit_classifier(
        train.task(),
        {{"kernel", std::string(kernel)}, {"degree", std::int64_t{6}}, {"outlier_quantile", 0.0}},
        silent());
    ASSERT_TRUE(model.ok()) << kernel;
    const std::vector<double> far = {1e300, -1e300};
    const std::vector<std::uint8_t> valid = {1, 1};
    const dataset::Columns rows{.rows = 2,
                                .columns = {{.name = "a", .values = far, .valid = valid},
                                            {.name = "b", .values = far, .valid = valid}}};
    for (const double score : raw_score(*model, rows)) EXPECT_TRUE(std::isfinite(score)) << kernel;
    for (const double p : predict(*model, rows)) EXPECT_TRUE(p >= 0 && p <= 1) << kernel;
  }
}

TEST(Folds, KeepCustomersTogetherAndOutcomesEven) {
  const Ring ring(1000, 17);
  auto task = ring.task();
  const auto folds = models::folds_of(task, 5);
  std::vector<double> rows(5), churners(5);
  for (std::size_t r = 0; r < folds.size(); ++r) {
    ASSERT_LT(folds[r], 5U);
    EXPECT_EQ(folds[r], folds[r / 2 * 2]);  // Two rows a customer.
    rows[folds[r]] += 1;
    churners[folds[r]] += ring.y[r];
  }
  for (int f = 0; f < 5; ++f) {
    EXPECT_NEAR(rows[f], 200, 4);
    EXPECT_NEAR(churners[f], churners[0], 40);
  }
  std::vector<std::uint8_t> one(1000, 0);
  one[3] = 1;
  task.y = one;
  EXPECT_TRUE(models::folds_of(task, 5).empty());
}

TEST(ClassCosts, HaveMeanOneAndFollowTheRowsOfTheTable) {
  const std::vector<std::uint8_t> y = {0, 0, 0, 1};
  const std::vector<double> weight = {1, 1, 1, 1};
  ClassifierTask task{.train = {.rows = 4}, .y = y, .weight = weight};
  EXPECT_EQ(models::class_costs(task, false), (std::vector<double>{1, 1}));
  const auto balanced = models::class_costs(task, true);
  EXPECT_DOUBLE_EQ(balanced[0], 4.0 / 6);
  EXPECT_DOUBLE_EQ(balanced[1], 2);
  task.costs = {0, 1, 9, 0};
  const auto costs = models::class_costs(task, false);
  EXPECT_DOUBLE_EQ(costs[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(costs[1], 3);
}

}  // namespace
}  // namespace holdfast::svm
