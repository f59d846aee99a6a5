// Splits against the slow, obvious search over every subset and cut, and pruning against every
// subtree: Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, theorem
// 4.5 (subsets of two classes) and chapter 3 (minimal cost-complexity). Numbers of rpart stand in
// cart_reference_test.cpp.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/binary_tree/model.hpp"
#include "models/binary_tree/present.hpp"
#include "models/cart/cart.hpp"
#include "models/errors.hpp"
#include "models/tree_edit.hpp"

namespace holdfast::cart {

extern const ModelDescriptor descriptor;

namespace {

using binary_tree::kLeft;
using binary_tree::Node;
using binary_tree::Sample;
using binary_tree::Scales;
using binary_tree::Split;
using binary_tree::Tree;

struct Data {
  std::vector<std::vector<double>> numbers;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::uint8_t>> valid;  // Numbers, then categories.
  std::vector<std::string> names, categories;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::size_t classes_count = 2;

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < numbers.size(); ++c) {
      columns.columns.push_back({.name = names[c], .values = numbers[c], .valid = valid[c]});
    }
    for (std::size_t c = 0; c < codes.size(); ++c) {
      const std::size_t at = numbers.size() + c;
      columns.columns.push_back(
          {.name = names[at], .codes = codes[c], .categories = categories, .valid = valid[at]});
    }
    return columns;
  }
};

struct Shape {
  std::size_t rows = 300, numbers = 3, categories = 2, category_values = 6, classes = 2;
  double missing = 0;
  bool has_weights = false;
};

Data made(const Shape& shape, std::uint64_t seed) {
  Random random(seed);
  Data data{.numbers = std::vector<std::vector<double>>(shape.numbers),
            .codes = std::vector<std::vector<std::uint32_t>>(shape.categories),
            .valid = std::vector<std::vector<std::uint8_t>>(shape.numbers + shape.categories),
            .classes_count = shape.classes};
  for (std::size_t c = 0; c < data.valid.size(); ++c) data.names.push_back("x" + std::to_string(c));
  for (std::size_t k = 0; k < shape.category_values; ++k) {
    data.categories.push_back("k" + std::to_string(k));
  }
  for (std::size_t r = 0; r < shape.rows; ++r) {
    for (auto& column : data.numbers) column.push_back(std::round(6 * random.normal()));
    for (auto& column : data.codes) {
      column.push_back(static_cast<std::uint32_t>(random.below(shape.category_values)));
    }
    for (auto& column : data.valid) column.push_back(random.chance(shape.missing) ? 0 : 1);
    const double lean = (data.numbers.empty() ? 0 : data.numbers[0][r] / 6) +
                        (data.codes.empty() ? 0 : (data.codes[0][r] * 7) % 5 * 0.5);
    const double p = 1 / (1 + std::exp(1 - lean));
    int y = 0;
    for (std::size_t k = 1; k < shape.classes; ++k) y += random.chance(p) ? 1 : 0;
    data.y.push_back(static_cast<std::uint8_t>(y));
    data.weight.push_back(shape.has_weights ? 0.25 + static_cast<double>(random.below(4)) : 1);
  }
  return data;
}

Scales scales_of(const Sample& sample, std::vector<double> prior = {},
                 std::vector<double> loss = {}) {
  const auto weights = binary_tree::class_weights(sample, sample.rows);
  if (prior.empty()) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (const double w : weights) prior.push_back(w / total);
  }
  return binary_tree::scales_of({prior, binary_tree::losses(loss, sample.classes_count)}, weights);
}

double impurity(Impurity kind, const std::vector<double>& altered) {
  const double total = std::accumulate(altered.begin(), altered.end(), 0.0);
  if (!(total > 0)) return 0;
  double sum = 0;
  for (const double a : altered) {
    const double p = a / total;
    if (p > 0) sum += kind == Impurity::Gini ? p * (1 - p) : -p * std::log(p);
  }
  return total * sum;
}

/// What sending these rows left would gain; nothing where a side has too few.
double gain_of(const Sample& sample, const Scales& scales, Impurity kind, std::size_t least,
               const std::vector<bool>& is_known, const std::vector<bool>& is_left) {
  std::vector<double> left(sample.classes_count), right(left), all(left);
  std::size_t lefts = 0, rights = 0;
  for (const auto row : sample.rows) {
    if (!is_known[row]) continue;
    const double a = scales.altered[sample.y[row]] * sample.weight[row];
    all[sample.y[row]] += a;
    (is_left[row] ? left : right)[sample.y[row]] += a;
    ++(is_left[row] ? lefts : rights);
  }
  if (lefts < least || rights < least) return 0;
  return impurity(kind, all) - impurity(kind, left) - impurity(kind, right);
}

double best_gain(const Sample& sample, const Scales& scales, Impurity kind, std::size_t least,
                 std::size_t c) {
  const auto& column = sample.columns.columns[c];
  std::vector<bool> is_known(sample.columns.rows), is_left(sample.columns.rows);
  for (const auto row : sample.rows) is_known[row] = !binary_tree::is_missing(column, row);
  double best = 0;
  if (column.is_category()) {
    for (std::size_t subset = 1; subset < (std::size_t{1} << column.categories.size()); ++subset) {
      for (const auto row : sample.rows) is_left[row] = ((subset >> column.codes[row]) & 1) != 0;
      best = std::max(best, gain_of(sample, scales, kind, least, is_known, is_left));
    }
    return best;
  }
  for (const double cut : sample.values[c]) {
    for (const auto row : sample.rows) is_left[row] = column.values[row] <= cut;
    best = std::max(best, gain_of(sample, scales, kind, least, is_known, is_left));
  }
  return best;
}

binary_tree::NodeRows root_of(const Sample& sample, std::span<const double> weights) {
  binary_tree::NodeRows node{.rows = sample.rows, .class_weight = weights};
  for (const auto& order : sample.orders) node.orders.emplace_back(order);
  return node;
}

TEST(CartSplits, GainWhatTheBestOfAllSubsetsAndCutsGains) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const Shape shape{.classes = 2 + seed % 3, .missing = 0.1, .has_weights = seed % 2 == 0};
    const Data data = made(shape, seed);
    const auto columns = data.view();
    const Sample sample =
        binary_tree::sample_of(columns, data.y, data.weight, data.classes_count);
    std::vector<double> loss;
    for (std::size_t i = 0; i < shape.classes * shape.classes; ++i) {
      loss.push_back(i % (shape.classes + 1) == 0 ? 0 : 1 + static_cast<double>(i % 3));
    }
    const Scales scales = scales_of(sample, {}, loss);
    const Impurity kind = seed % 5 < 2 ? Impurity::Information : Impurity::Gini;
    const std::size_t least = 1 + seed % 9;
    const auto weights = binary_tree::class_weights(sample, sample.rows);
    const auto found =
        finder(sample, scales, {.impurity = kind, .leaf_rows_min = least, .competitors_max = 99})
            ->find(root_of(sample, weights));
    std::vector<double> gains(columns.columns.size());
    for (const auto& split : found) gains[static_cast<std::size_t>(split.column)] = split.improvement;
    for (std::size_t c = 0; c < gains.size(); ++c) {
      const double best = best_gain(sample, scales, kind, least, c);
      EXPECT_NEAR(gains[c], best, 1e-9 * (1 + best)) << "column " << c;
    }
    EXPECT_TRUE(std::ranges::is_sorted(found, std::greater<>(), &Split::improvement));
  }
}

TEST(CartSplits, OfManyCategoriesAndClassesComeNearTheBestSubset) {
  double found_gain = 0, best = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Data data = made({.rows = 400, .numbers = 1, .categories = 1, .category_values = 9,
                            .classes = 3}, seed);
    const auto columns = data.view();
    const Sample sample =
        binary_tree::sample_of(columns, data.y, data.weight, data.classes_count);
    const Scales scales = scales_of(sample);
    const auto weights = binary_tree::class_weights(sample, sample.rows);
    const auto gain_with = [&](std::size_t exact_max) {
      const auto found = finder(sample, scales, {.leaf_rows_min = 1, .competitors_max = 9,
                                                 .subset_categories_max = exact_max})
                             ->find(root_of(sample, weights));
      const auto of_category = std::ranges::find(found, 1, &Split::column);
      return of_category == found.end() ? 0 : of_category->improvement;
    };
    const double exact = gain_with(9), ordered = gain_with(2);
    EXPECT_LE(ordered, exact + 1e-9) << seed;
    found_gain += ordered;
    best += exact;
  }
  EXPECT_GT(found_gain, 0.95 * best);  // Coppersmith et al. (1999) report about 98%.
}

/// Least cost + alpha × leaves over all ways to cut a node's subtree back, and the leaves of the
/// smallest tree that reaches it.
struct Cut {
  double cost = 0;
  double leaves = 1;
};
Cut least_cut(const Tree& tree, std::size_t at, double alpha) {
  const Node& node = tree.nodes[at];
  const Cut leaf{node.risk + alpha, 1};
  if (node.is_leaf()) return leaf;
  const Cut left = least_cut(tree, static_cast<std::size_t>(node.left), alpha);
  const Cut right = least_cut(tree, static_cast<std::size_t>(node.right), alpha);
  const Cut both{left.cost + right.cost, left.leaves + right.leaves};
  return leaf.cost <= both.cost + 1e-9 ? leaf : both;
}

TEST(CartPruning, TakesTheSmallestTreeOfLeastCost) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    const Data data = made({.rows = 500, .classes = 2 + seed % 2, .missing = 0.05}, seed);
    const auto columns = data.view();
    const Sample sample =
        binary_tree::sample_of(columns, data.y, data.weight, data.classes_count);
    const Scales scales = scales_of(sample);
    const auto found = binary_tree::fit(sample, scales, {.split_rows_min = 10, .complexity = 0},
                                        [&] { return finder(sample, scales, {}); }, {}, 0);
    ASSERT_GT(found.table.size(), 2u);
    std::size_t leaves_before = 0;
    for (std::size_t i = 0; i < found.table.size(); ++i) {
      const auto& row = found.table[i];
      const Tree tree = binary_tree::pruned(found.tree, row);
      const auto leaves =
          static_cast<std::size_t>(std::ranges::count_if(tree.nodes, &Node::is_leaf));
      EXPECT_EQ(leaves, row.splits_count + 1);
      EXPECT_GT(leaves, leaves_before);
      leaves_before = leaves;
      // Anywhere between two complexities of the table the same tree is the best.
      const double next = i == 0 ? 2 * row.threshold : found.table[i - 1].threshold;
      const double alpha = (row.threshold + next) / 2;
      const Cut best = least_cut(found.tree, 0, alpha);
      const double cost = row.relative_error * found.tree.nodes[0].risk +
                          alpha * static_cast<double>(leaves);
      EXPECT_NEAR(cost, best.cost, 1e-9 * best.cost);
      EXPECT_EQ(static_cast<double>(leaves), best.leaves);
    }
  }
}

ClassifierTask task_of(const Data& data) {
  return {.train = data.view(), .y = data.y, .weight = data.weight, .seed = 7};
}

std::string fitted_json(const ClassifierTask& task, const Parameters& parameters = {}) {
  const auto model = descriptor.fit_classifier(task, parameters, silent());
  return model.ok() ? to_json(*model, {}) : message_of(model.error(), Language::En);
}

TEST(CartModel, IsTheSameWhateverTheThreadCount) {
  const Data data = made({.rows = 9000, .numbers = 6, .categories = 2, .missing = 0.1}, 3);
  set_threads(1);
  const auto one = fitted_json(task_of(data));
  set_threads(0);
  EXPECT_EQ(fitted_json(task_of(data)), one);
}

TEST(CartModel, AWeightOfTwoIsTheRowTwice) {
  Data once = made({.rows = 400}, 5), twice = once;
  const std::size_t rows = once.y.size();
  for (std::size_t r = 0; r < rows; r += 3) {
    once.weight[r] = 2;
    for (auto& column : twice.numbers) column.push_back(column[r]);
    for (auto& column : twice.codes) column.push_back(column[r]);
    for (auto& column : twice.valid) column.push_back(1);
    twice.y.push_back(twice.y[r]);
    twice.weight.push_back(1);
  }
  // Rows, not weights, are counted where the least size of nodes is asked for.
  const Parameters parameters{{"split_rows_min", std::int64_t{2}},
                              {"leaf_rows_min", std::int64_t{1}},
                              {"complexity", 0.02},
                              {"pruning", std::string("complexity")},
                              {"surrogates_max", std::int64_t{0}}};
  const auto a = descriptor.fit_classifier(task_of(once), parameters, silent());
  const auto b = descriptor.fit_classifier(task_of(twice), parameters, silent());
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(predict(*a, once.view()), predict(*b, once.view()));
}

TEST(CartModel, ScoresRowsWithMissingCellsAsItGrewThem) {
  const Data data = made({.rows = 2000, .numbers = 4, .categories = 3, .missing = 0.3}, 11);
  const auto columns = data.view();
  const Sample sample = binary_tree::sample_of(columns, data.y, data.weight, data.classes_count);
  const Scales scales = scales_of(sample);
  const auto found = binary_tree::fit(sample, scales, {.complexity = 0.002},
                                      [&] { return finder(sample, scales, {}); }, {}, 0);
  const auto model = descriptor.fit_classifier(
      task_of(data), {{"priors", std::string("data")}, {"complexity", 0.002},
                      {"pruning", std::string("complexity")}}, silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict(*model, columns);
  std::vector<double> weight(found.tree.nodes.size()), ones(weight);
  std::vector<std::size_t> leaf_of(data.y.size());
  for (std::uint32_t r = 0; r < data.y.size(); ++r) {
    std::size_t at = 0;
    while (!found.tree.nodes[at].is_leaf()) {
      const Node& node = found.tree.nodes[at];
      at = static_cast<std::size_t>(
          binary_tree::side_of(node, columns, r) == kLeft ? node.left : node.right);
    }
    leaf_of[r] = at;
    weight[at] += 1;
    ones[at] += data.y[r];
  }
  std::size_t leaves = 0;
  for (std::size_t at = 0; at < weight.size(); ++at) {
    if (!found.tree.nodes[at].is_leaf()) continue;
    ++leaves;
    EXPECT_EQ(weight[at], static_cast<double>(found.tree.nodes[at].rows_count));
  }
  ASSERT_GT(leaves, 5u);
  for (std::size_t r = 0; r < p.size(); ++r) {
    ASSERT_NEAR(p[r], ones[leaf_of[r]] / weight[leaf_of[r]], 1e-12);
  }
}

TEST(CartModel, TellsSeveralClassesApart) {
  const Data data = made({.rows = 3000, .classes = 3, .missing = 0.1}, 21);
  ClassifierTask task = task_of(data);
  task.classes = {"stays", "pauses", "leaves"};
  task.costs = {0, 1, 4, 1, 0, 2, 3, 1, 0};
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict_classes(*model, data.view());
  ASSERT_EQ(p.size(), 3 * data.y.size());
  double right = 0, wrong = 0;
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    EXPECT_NEAR(p[3 * r] + p[3 * r + 1] + p[3 * r + 2], 1, 1e-12);
    for (std::size_t k = 0; k < 3; ++k) (k == data.y[r] ? right : wrong) += p[3 * r + k];
  }
  EXPECT_GT(2 * right, 1.1 * wrong);  // Guessing at random gives right = wrong / 2.
}

TEST(CartModel, KeepsRowsOfACustomerInOneFold) {
  const Data data = made({.rows = 1000}, 2);
  std::vector<std::uint32_t> group;
  for (std::uint32_t r = 0; r < 1000; ++r) group.push_back((r * 17) % 130);
  const auto columns = data.view();
  const Sample sample = binary_tree::sample_of(columns, data.y, data.weight, 2);
  const auto fold = binary_tree::drawn_folds(sample, group, 10, 5);
  std::vector<std::uint32_t> of_group(130, 99);
  std::vector<int> groups(10);
  for (std::size_t r = 0; r < 1000; ++r) {
    if (of_group[group[r]] == 99) {
      of_group[group[r]] = fold[r];
      ++groups[fold[r]];
    }
    EXPECT_EQ(fold[r], of_group[group[r]]);
  }
  EXPECT_EQ(groups, std::vector<int>(10, 13));
  EXPECT_NE(fold, binary_tree::drawn_folds(sample, group, 10, 6));
}

TEST(CartModel, TakesTenThousandCategories) {
  const Data data = made({.rows = 20'000, .numbers = 1, .categories = 2,
                          .category_values = 10'000, .missing = 0.05}, 8);
  const auto model = descriptor.fit_classifier(task_of(data), {{"folds", std::int64_t{2}}},
                                               silent());
  ASSERT_TRUE(model.ok());
  for (const double p : predict(*model, data.view())) ASSERT_TRUE(p >= 0 && p <= 1);
}

TEST(CartModel, GrowsByHandWhatItGrewItself) {
  const Data data = made({.rows = 3000, .numbers = 4, .categories = 2, .missing = 0.1}, 31);
  const auto task = task_of(data);
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto& editing = *descriptor.tree_editing;
  const auto leaf = editing.edit(task, *model, {.kind = TreeEdit::Kind::Prune});
  ASSERT_TRUE(leaf.ok());
  EXPECT_EQ(std::get<forms::TreeEnsemble>(leaf->form).trees[0].nodes.size(), 1u);
  const auto again = editing.edit(task, *leaf, {.kind = TreeEdit::Kind::Grow});
  ASSERT_TRUE(again.ok());
  EXPECT_GT(std::get<forms::TreeEnsemble>(again->form).trees[0].nodes.size(), 3u);
  EXPECT_EQ(predict(*again, data.view()), predict(*model, data.view()));
  const auto found = editing.candidates(task, *model, 0);
  ASSERT_TRUE(found.ok());
  const auto& root = std::get<forms::TreeEnsemble>(model->form).trees[0].nodes[0];
  ASSERT_FALSE(found->empty());
  EXPECT_EQ((*found)[0].column, data.names[static_cast<std::size_t>(root.column)]);
  const auto forced = editing.edit(
      task, *model, {.kind = TreeEdit::Kind::Split, .node = 0, .column = "x1", .cuts = {0}});
  ASSERT_TRUE(forced.ok());
  const auto& node = std::get<forms::TreeEnsemble>(forced->form).trees[0].nodes[0];
  EXPECT_EQ(node.column, 1);
  EXPECT_EQ(node.missing, forms::MissingRule::Surrogate);
}

TEST(CartModel, SaysHowManyPriorsItTakes) {
  const Data data = made({}, 1);
  for (const auto& prior : {std::vector<double>{0.2, 0.3, 0.5}, std::vector<double>{0, 0}}) {
    const auto model =
        descriptor.fit_classifier(task_of(data), {{"prior_values", prior}}, silent());
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().kind, &models::errors::kPriors);
  }
  const Parameters priors{{"prior_values", std::vector<double>{30, 10}}};
  EXPECT_TRUE(descriptor.fit_classifier(task_of(data), priors, silent()).ok());
}

}  // namespace
}  // namespace holdfast::cart
