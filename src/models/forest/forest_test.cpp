// Reference: scikit-learn (forest_reference_test.cpp). Here: out-of-bag figures by hand, splits
// against all others that could be, and relations that must hold (Breiman 2001, sections 3 and 10).

#include "models/forest/forest.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/forest/bag.hpp"
#include "models/forest/form.hpp"
#include "models/forest/out_of_bag.hpp"
#include "models/task.hpp"

namespace holdfast::forest {

extern const ModelDescriptor descriptor;

namespace {

/// age and premium tell, idle does not; area is a category of five; a tenth of the premiums and of
/// the areas are missing.
struct Rows {
  std::vector<double> age, premium, idle, weight;
  std::vector<std::uint32_t> area;
  std::vector<std::string> areas = {"east", "north", "south", "west", "centre"};
  std::vector<std::uint8_t> known, all_known, y;

  Rows(std::size_t n, std::uint64_t seed, std::size_t classes = 2) {
    Random random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      age.push_back(20 + 50 * random.uniform());
      premium.push_back(std::round(100 * random.exponential(1)));
      idle.push_back(random.normal());
      area.push_back(static_cast<std::uint32_t>(random.below(5)));
      known.push_back(random.chance(0.9) ? 1 : 0);
      all_known.push_back(1);
      weight.push_back(1);
      const double p = 0.1 + (age[i] < 35 ? 0.4 : 0) + (area[i] == 1 || area[i] == 4 ? 0.3 : 0) +
                       std::min(0.19, premium[i] / 1000);
      y.push_back(random.chance(p) ? static_cast<std::uint8_t>(1 + random.below(classes - 1)) : 0);
    }
  }
  std::size_t size() const { return y.size(); }
  dataset::Columns view() const {
    return {.rows = size(),
            .columns = {{.name = "age", .values = age, .valid = all_known},
                        {.name = "premium", .values = premium, .valid = known},
                        {.name = "idle", .values = idle, .valid = all_known},
                        {.name = "area", .codes = area, .categories = areas, .valid = known}}};
  }
  FittedModel model_of(const Forest& forest) const {
    FittedModel model{.column_names = {"age", "premium", "idle", "area"},
                      .categories = {{}, {}, {}, areas},
                      .form = form_of(forest)};
    if (forest.classes > 2) model.classes.assign(forest.classes, "class");
    return model;
  }
};

Forest fitted(const Rows& rows, const Options& options, std::size_t classes = 2) {
  auto forest = fit(rows.view(), rows.y, rows.weight, classes, options, silent());
  EXPECT_TRUE(forest.ok());
  return std::move(*forest);
}

TEST(Forest, OutOfBagIsTheMeanOfTheTreesThatDidNotDrawTheRow) {
  const Rows rows(120, 1);
  const Options options{.trees = 25, .leaf_rows_min = 3, .seed = 7};
  const Forest forest = fitted(rows, options);
  const Bag bag(rows.weight, rows.y, rows.size(), true);
  std::vector<double> sum(rows.size(), 0.0), trees(rows.size(), 0.0);
  for (std::size_t t = 0; t < 25; ++t) {
    Random random = Random(7).split(t);
    std::vector<bool> is_drawn(rows.size(), false);
    std::size_t draws = 0;
    for (const auto& draw : bag.draw(random)) is_drawn[draw.row] = true, draws += draw.count();
    EXPECT_EQ(draws, rows.size());
    Forest alone = forest;
    alone.trees = {forest.trees[t]};
    const auto p = raw_score(rows.model_of(alone), rows.view());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (is_drawn[r]) continue;
      sum[r] += p[r];
      trees[r] += 1;
    }
  }
  double wrong = 0, brier = 0, judged = 0, wins = 0, pairs = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    ASSERT_EQ(forest.out_of_bag.trees[r], trees[r]);
    if (trees[r] == 0) continue;
    const double p = sum[r] / trees[r];
    ASSERT_NEAR(forest.out_of_bag.probability[2 * r + 1], p, 1e-11);
    ASSERT_NEAR(forest.out_of_bag.probability[2 * r], 1 - p, 1e-11);
    judged += 1;
    wrong += (p > 0.5) != (rows.y[r] == 1) ? 1 : 0;
    brier += (p - rows.y[r]) * (p - rows.y[r]);
    for (std::size_t s = 0; s < rows.size(); ++s) {
      if (trees[s] == 0 || rows.y[r] != 1 || rows.y[s] != 0) continue;
      const double q = forest.out_of_bag.probability[2 * s + 1];
      const double own = forest.out_of_bag.probability[2 * r + 1];
      pairs += 1;
      wins += own > q ? 1 : own == q ? 0.5 : 0;
    }
  }
  EXPECT_NEAR(forest.out_of_bag.rows_share, judged / 120, 1e-15);
  EXPECT_NEAR(forest.out_of_bag.error, wrong / judged, 1e-15);
  EXPECT_NEAR(forest.out_of_bag.brier, brier / judged, 1e-11);
  EXPECT_NEAR(forest.out_of_bag.auc, wins / pairs, 1e-14);
}

TEST(Forest, OutOfBagAucIsThatOfNewRows) {
  const Rows rows(4000, 2), later(4000, 3);
  const Forest forest = fitted(rows, {.trees = 100, .leaf_rows_min = 10, .seed = 1});
  const auto p = raw_score(rows.model_of(forest), later.view());
  EXPECT_NEAR(forest.out_of_bag.auc, auc(p, later.y, later.weight), 0.03);
  EXPECT_GT(forest.out_of_bag.auc, 0.7);
}

/// Gini impurity times weight.
double impurity_of(const std::vector<double>& weights) {
  double all = 0, squares = 0;
  for (const double weight : weights) all += weight, squares += weight * weight;
  return all > 0 ? all - squares / all : 0;
}

/// The same of the rows chosen by `is_in`.
template <typename Chosen>
double impurity_of(const Rows& rows, const std::vector<double>& class_weight, const Chosen& is_in) {
  std::vector<double> weights(class_weight.size(), 0.0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (is_in(r)) weights[rows.y[r]] += class_weight[rows.y[r]];
  }
  return impurity_of(weights);
}

template <typename First>
void keep_best(const Rows& rows, const std::vector<double>& class_weight, std::size_t least,
               const First& goes_first, double& best) {
  std::size_t first = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) first += goes_first(r) ? 1 : 0;
  if (first < least || rows.size() - first < least) return;
  best = std::min(best, impurity_of(rows, class_weight, goes_first) +
                            impurity_of(rows, class_weight, [&](auto r) { return !goes_first(r); }));
}

/// Every threshold and every set of categories, missing cells on either side.
double least_impurity(const Rows& rows, const std::vector<double>& class_weight, std::size_t least) {
  double best = 1e300;
  for (const auto* column : {&rows.age, &rows.premium, &rows.idle}) {
    const auto& known = column == &rows.premium ? rows.known : rows.all_known;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const bool side : {false, true}) {
        if (known[i] == 0) continue;
        keep_best(rows, class_weight, least,
                  [&](std::size_t r) { return known[r] == 0 ? side : (*column)[r] <= (*column)[i]; },
                  best);
      }
    }
  }
  for (unsigned set = 0; set < 32; ++set) {
    for (const bool side : {false, true}) {
      keep_best(rows, class_weight, least,
                [&](std::size_t r) {
                  return rows.known[r] == 0 ? side : (set >> rows.area[r] & 1) != 0;
                },
                best);
    }
  }
  return best;
}

/// Grows one split of all rows, trying all columns.
void expect_best_split(const Rows& rows, const std::vector<double>& class_weight) {
  const Forest forest = fitted(rows,
                               {.trees = 1, .columns_tried = 4, .leaf_rows_min = 5, .depth_max = 1,
                                .with_replacement = false, .class_weights = class_weight},
                               class_weight.size());
  ASSERT_EQ(forest.trees[0].nodes.size(), 3U);
  const auto tree = form_of(forest).trees[0];
  double found = 0;
  for (const auto child : tree.nodes[0].children) {
    auto weights = tree.nodes[static_cast<std::size_t>(child)].class_cover;
    for (std::size_t k = 0; k < weights.size(); ++k) weights[k] *= class_weight[k];
    found += impurity_of(weights);
  }
  EXPECT_NEAR(found, least_impurity(rows, class_weight, 5), 1e-10);
}

TEST(Forest, SplitsAreTheBestOfAllThresholdsAndSetsOfCategories) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    expect_best_split(Rows(60 + seed, seed),
                      seed % 2 == 0 ? std::vector{1.0, 1.0} : std::vector{1.0, 4.5});
  }
}

TEST(Forest, SplitsOfSeveralClassesAreTheBestOfAllThresholds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Rows rows(80 + seed, seed, 3);
    std::ranges::fill(rows.area, 0U);
    expect_best_split(rows, {1, 2, 1.5});
  }
}

TEST(Forest, ScoringByTheFormPutsTrainingRowsWhereGrowingPutThem) {
  for (const int bins_max : {7, 200, 4000}) {
    const Rows rows(1500, 4);
    const Forest forest = fitted(rows, {.trees = 3, .leaf_rows_min = 2, .with_replacement = false,
                                        .bins_max = bins_max, .seed = 5});
    const auto ensemble = form_of(forest);
    for (const auto& tree : ensemble.trees) {
      forms::TreeEnsemble alone{.trees = {tree}, .is_probability = true};
      double next = 0;
      std::map<double, double> expected, found;  // By leaf.
      for (auto& node : alone.trees[0].nodes) {
        node.value = next++;
        if (node.children.empty()) expected[node.value] = node.cover;
      }
      FittedModel model = rows.model_of(forest);
      model.form = alone;
      for (const double leaf : raw_score(model, rows.view())) found[leaf] += 1;
      EXPECT_EQ(found, expected) << bins_max << " bins";
    }
  }
}

TEST(Forest, BinsInOneByteAndInTwoGiveTheSameForest) {
  Rows rows(3000, 6);
  for (auto& age : rows.age) age = std::round(age);
  for (auto& value : rows.idle) value = std::round(10 * value);
  for (auto& premium : rows.premium) premium = std::round(premium / 10);
  const auto narrow = fitted(rows, {.trees = 5, .bins_max = 255, .seed = 2});
  const auto wide = fitted(rows, {.trees = 5, .bins_max = 4095, .seed = 2});
  EXPECT_EQ(raw_score(rows.model_of(narrow), rows.view()),
            raw_score(rows.model_of(wide), rows.view()));
  EXPECT_EQ(narrow.impurity, wide.impurity);
}

TEST(Forest, SameSeedGivesTheSameForestForAnyThreadCount) {
  const Rows rows(2000, 8);
  std::vector<std::string> answers;
  for (const int threads : {1, 2, 2}) {
    set_threads(threads);
    ClassifierTask task{.train = rows.view(), .y = rows.y, .weight = rows.weight, .seed = 3};
    const auto model = descriptor.fit_classifier(task, {{"trees", std::int64_t{12}}}, silent());
    ASSERT_TRUE(model.ok());
    answers.push_back(to_json(*model, {}));
  }
  set_threads(0);
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[1], answers[2]);
}

TEST(Forest, ImportanceFindsWhatTells) {
  const Rows rows(3000, 9);
  const Forest forest = fitted(rows, {.trees = 60, .columns_tried = 2, .leaf_rows_min = 10,
                                      .has_permutation = true, .seed = 1});
  double sum = 0;
  for (const double share : forest.impurity) sum += share;
  EXPECT_NEAR(sum, 1, 1e-12);
  for (const std::size_t telling : {0U, 3U}) {
    EXPECT_GT(forest.permutation[telling], 10 * std::abs(forest.permutation[2]));
    EXPECT_GT(forest.impurity[telling], forest.impurity[2]);
  }
}

TEST(Forest, AColumnThatNoTreeAsksHasNoImportance) {
  Rows rows(500, 10);
  std::ranges::fill(rows.idle, 3.5);
  const Forest forest = fitted(rows, {.trees = 10, .has_permutation = true, .seed = 1});
  EXPECT_EQ(forest.splits[2], 0);
  EXPECT_EQ(forest.impurity[2], 0);
  EXPECT_EQ(forest.permutation[2], 0);
}

TEST(Forest, LeavesKeepTheirLeastRowsAndTheirDepth) {
  const Rows rows(2000, 11);
  const Forest forest = fitted(rows, {.trees = 8, .leaf_rows_min = 25, .depth_max = 6, .seed = 1});
  for (const auto& tree : forest.trees) {
    std::vector<int> depth(tree.nodes.size(), 0);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
      EXPECT_GE(tree.counts[2 * i] + tree.counts[2 * i + 1], 25U);
      EXPECT_LE(depth[i], 6);
      if (tree.nodes[i].column < 0) continue;
      depth[tree.nodes[i].first] = depth[tree.nodes[i].first + 1] = depth[i] + 1;
    }
  }
}

TEST(Forest, MissingCellsGoWhereTheyDoMoreGood) {
  Rows rows(400, 12);
  for (std::size_t i = 0; i < rows.size(); ++i) {  // Missing leaves like a high premium.
    rows.known[i] = i % 4 == 0 ? 0 : 1;
    rows.y[i] = rows.known[i] == 0 || rows.premium[i] > 100 ? 1 : 0;
  }
  const Forest forest = fitted(rows, {.trees = 20, .columns_tried = 4, .seed = 1});
  const auto p = raw_score(rows.model_of(forest), rows.view());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_GT(p[i], rows.known[i] == 0 ? 0.9 : -1);
  }
}

TEST(Forest, SeveralClassesShareOutOneProbability) {
  const Rows rows(3000, 13, 4);
  const Forest forest = fitted(rows, {.trees = 30, .leaf_rows_min = 20, .seed = 1}, 4);
  const auto p = predict_classes(rows.model_of(forest), rows.view());
  std::vector<double> mean(4, 0.0), share(4, 0.0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) sum += p[4 * r + k], mean[k] += p[4 * r + k];
    ASSERT_NEAR(sum, 1, 1e-12);
    share[rows.y[r]] += 1;
  }
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(mean[k] / share[k], 1, 0.05);
  EXPECT_LT(forest.out_of_bag.error, 0.5);
}

TEST(Forest, ManyCategoriesShareBins) {
  Random random(15);
  std::vector<std::uint32_t> codes;
  std::vector<std::string> categories;
  std::vector<std::uint8_t> y, valid(20'000, 1);
  for (std::uint32_t k = 0; k < 2000; ++k) categories.push_back(std::to_string(k));
  for (std::size_t i = 0; i < 20'000; ++i) {
    codes.push_back(static_cast<std::uint32_t>(random.below(2000)));
    y.push_back(random.chance(codes[i] % 2 == 0 ? 0.8 : 0.2) ? 1 : 0);
  }
  const std::vector<double> weight(y.size(), 1.0);
  const dataset::Columns columns{
      .rows = y.size(),
      .columns = {{.name = "k", .codes = codes, .categories = categories, .valid = valid}}};
  const auto forest =
      fit(columns, y, weight, 2, {.trees = 10, .leaf_rows_min = 50, .seed = 1}, silent());
  ASSERT_TRUE(forest.ok());
  EXPECT_EQ(forest->columns[0].bins, 255U);
  EXPECT_GT(forest->out_of_bag.auc, 0.8);
}

TEST(Bag, DrawsInProportionToWeight) {
  const std::vector<double> weight = {1, 2, 0.5, 4, 2.5};
  const std::vector<std::uint8_t> y = {0, 1, 0, 1, 0};
  Random random(16);
  for (const bool with_replacement : {true, false}) {
    const Bag bag(weight, y, with_replacement ? 5 : 1, with_replacement);
    std::vector<double> counts(5, 0.0);
    double all = 0;
    for (int i = 0; i < 40'000; ++i) {
      for (const auto& draw : bag.draw(random)) {
        counts[draw.row] += draw.count();
        all += draw.count();
        EXPECT_EQ(draw.cls(), y[draw.row]);
      }
    }
    for (std::size_t r = 0; r < 5; ++r) {
      const double p = weight[r] / 10;
      EXPECT_NEAR(counts[r] / all, p, 5 * std::sqrt(p * (1 - p) / all)) << "row " << r;
    }
  }
}

TEST(Bag, WithoutReplacementDrawsEachRowOnce) {
  const std::vector<double> weight(50, 1.0);
  const std::vector<std::uint8_t> y(50, 0);
  Random random(17);
  const auto draws = Bag(weight, y, 20, false).draw(random);
  ASSERT_EQ(draws.size(), 20U);
  for (std::size_t i = 0; i < draws.size(); ++i) {
    EXPECT_EQ(draws[i].count(), 1U);
    EXPECT_TRUE(i == 0 || draws[i - 1].row < draws[i].row);
  }
  EXPECT_EQ(left_out(draws, 50).size(), 30U);
}

TEST(Forest, AClassWeightForEveryClassOrNone) {
  const Rows rows(200, 18);
  ClassifierTask task{.train = rows.view(), .y = rows.y, .weight = rows.weight, .seed = 3};
  const auto model =
      descriptor.fit_classifier(task, {{"class_weights", std::vector<double>{1, 2, 3}}}, silent());
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, &models::errors::kParameterRange);
}

TEST(Forest, StopsWhenAsked) {
  const Rows rows(200, 19);
  cancel_requested() = true;
  const auto forest = fit(rows.view(), rows.y, rows.weight, 2, {}, silent());
  cancel_requested() = false;
  ASSERT_FALSE(forest.ok());
  EXPECT_EQ(forest.error().kind, &holdfast::errors::kCancelled);
}

}  // namespace
}  // namespace holdfast::forest
