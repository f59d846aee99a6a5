// Parts of CHAID against closed forms and the slow, obvious way. Sources: Kass (1980), Applied
// Statistics 29, 119–127 (merging, multipliers of section 3.3); Biggs, de Ville & Suen (1991),
// Journal of Applied Statistics 18, 49–62 (exhaustive search). Trees of an independent program stand
// in chaid_reference_test.cpp.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/chaid/partitions.hpp"
#include "models/chaid/rule.hpp"
#include "models/growing/grower.hpp"
#include "models/task.hpp"
#include "models/tree_edit.hpp"

namespace holdfast::chaid {

extern const ModelDescriptor descriptor;

namespace {

TEST(Multipliers, AreThoseOfKass) {
  EXPECT_NEAR(std::exp(log_partitions(5, 2)), 15, 1e-11);
  EXPECT_NEAR(std::exp(log_partitions(5, 3)), 25, 1e-11);
  EXPECT_NEAR(std::exp(log_partitions(10, 4)), 34105, 1e-7);
  EXPECT_NEAR(log_partitions(50, 3),
              std::log((std::pow(3.0, 50) - 3 * std::pow(2.0, 50) + 3) / 6), 1e-12);
  EXPECT_NEAR(log_partitions(200, 199), std::log(200 * 199 / 2), 1e-11);
  EXPECT_NEAR(log_partitions(10'000, 5), 10'000 * std::log(5.0) - std::log(120.0), 1e-9);
  EXPECT_EQ(log_partitions(7, 7), 0);
  EXPECT_NEAR(std::exp(log_choose(9, 3)), 84, 1e-10);

  const auto multiplier = [](Order order, bool has_missing, std::size_t from, std::size_t to,
                             bool is_exhaustive = false) {
    const Predictor predictor{.order = order, .has_missing = has_missing, .values_count = from};
    return std::exp(log_multiplier(predictor, to, {.is_exhaustive = is_exhaustive}));
  };
  EXPECT_NEAR(multiplier(Order::Monotonic, false, 10, 4), 84, 1e-9);          // C(9, 3)
  EXPECT_NEAR(multiplier(Order::Free, false, 5, 3), 25, 1e-9);                // S(5, 3)
  EXPECT_NEAR(multiplier(Order::Monotonic, true, 6, 3), 4 + 3 * 6, 1e-9);     // C(4,1) + 3 C(4,2)
  EXPECT_NEAR(multiplier(Order::Monotonic, false, 10, 4, true), 45, 1e-9);    // pairs on the way
  EXPECT_NEAR(multiplier(Order::Free, false, 5, 3, true), 20, 1e-9);
  EXPECT_NEAR(multiplier(Order::Monotonic, true, 6, 3, true), 25, 1e-9);
}

using Groups = std::vector<std::vector<std::size_t>>;

Predictor made(std::uint64_t seed, Order order, bool has_missing, std::size_t categories,
               std::size_t classes) {
  Random random(seed);
  Predictor predictor{.order = order, .has_missing = has_missing, .classes_count = classes};
  for (std::size_t i = 0; i < categories; ++i) {
    const double lean = static_cast<double>(random.below(3));
    for (std::size_t k = 0; k < classes; ++k) {
      predictor.counts.push_back(
          static_cast<double>(1 + random.poisson(8 + (k == 0 ? 6 * lean : 0))));
    }
  }
  return predictor;
}

std::vector<double> table_of(const Predictor& p, const Groups& groups) {
  std::vector<double> table(groups.size() * p.classes_count);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto category : groups[g]) {
      for (std::size_t k = 0; k < p.classes_count; ++k) {
        table[g * p.classes_count + k] += p.counts[category * p.classes_count + k];
      }
    }
  }
  return table;
}

bool are_neighbours(const Predictor& p, Groups pair) {
  if (p.order == Order::Free) return true;
  const std::size_t missing = p.has_missing ? p.categories_count() - 1 : p.categories_count();
  for (auto& group : pair) std::erase(group, missing);
  if (pair[0].empty() || pair[1].empty()) return true;
  std::ranges::sort(pair);
  return pair[0].back() + 1 == pair[1].front();
}

/// Every step of merging the most alike pair, written as the papers say it.
std::vector<Groups> slow_steps(const Predictor& p, double alpha_merge) {
  Groups groups;
  for (std::size_t i = 0; i < p.categories_count(); ++i) groups.push_back({i});
  std::vector<Groups> steps{groups};
  while (groups.size() > 2) {
    double best = -HUGE_VAL;
    std::size_t best_a = 0, best_b = 0;
    for (std::size_t a = 0; a < groups.size(); ++a) {
      for (std::size_t b = a + 1; b < groups.size(); ++b) {
        if (!are_neighbours(p, {groups[a], groups[b]})) continue;
        const auto test = independence(table_of(p, {groups[a], groups[b]}), p.classes_count,
                                       Statistic::Pearson);
        if (test.log_p > best) best = test.log_p, best_a = a, best_b = b;
      }
    }
    if (!(best > std::log(alpha_merge))) break;
    groups[best_a].insert(groups[best_a].end(), groups[best_b].begin(), groups[best_b].end());
    std::ranges::sort(groups[best_a]);
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(best_b));
    steps.push_back(groups);
  }
  for (auto& step : steps) std::ranges::sort(step);
  return steps;
}

TEST(Merging, TakesTheStepsOfKassAndTheBestStepOfBiggs) {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    SCOPED_TRACE(seed);
    const Order order = seed % 3 == 0 ? Order::Free : Order::Monotonic;
    const Predictor p = made(seed, order, seed % 2 == 0, 2 + seed % 9, 2 + seed % 2);
    const Merged ours = merged(p, {.leaf_weight_min = 0});
    const auto steps = slow_steps(p, 0.05);
    EXPECT_EQ(ours.groups, steps.back());
    const auto test = independence(table_of(p, ours.groups), p.classes_count, Statistic::Pearson);
    EXPECT_NEAR(ours.test.log_p, test.log_p, 1e-9);
    EXPECT_NEAR(ours.log_adjusted_p,
                std::min(0.0, test.log_p + log_multiplier(p, ours.groups.size(), {})), 1e-9);

    const auto all = slow_steps(p, 0);
    double least = HUGE_VAL;
    Groups best;
    for (const auto& step : all) {
      const double log_p =
          independence(table_of(p, step), p.classes_count, Statistic::Pearson).log_p;
      if (log_p < least) least = log_p, best = step;
    }
    EXPECT_EQ(merged(p, {.is_exhaustive = true, .leaf_weight_min = 0}).groups, best);
  }
}

TEST(Merging, JoinsSmallGroupsToTheMostAlike) {
  // Two plain groups and one of six rows, whose share is near the first's.
  const Predictor p{.classes_count = 2, .counts = {300, 700, 700, 300, 1, 5}};
  EXPECT_EQ(merged(p, {.alpha_merge = 1, .leaf_weight_min = 0}).groups, (Groups{{0}, {1}, {2}}));
  EXPECT_EQ(merged(p, {.alpha_merge = 1, .leaf_weight_min = 50}).groups, (Groups{{0, 2}, {1}}));
  EXPECT_EQ(merged(p, {.alpha_merge = 1, .leaf_weight_min = 1e6}).groups, (Groups{{0, 1, 2}}));
  EXPECT_EQ(merged(p, {.alpha_merge = 1, .leaf_weight_min = 1e6}).log_adjusted_p, 0);
}

TEST(Merging, PartsAgainAndStillEnds) {
  std::size_t parted = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Order order = seed % 2 == 0 ? Order::Free : Order::Monotonic;
    const Predictor p = made(seed, order, seed % 3 == 0, 12, 2);
    for (const bool is_exhaustive : {false, true}) {
      const Options options{.is_exhaustive = is_exhaustive, .alpha_merge = 0.01,
                            .is_resplitting = true, .alpha_resplit = 0.3, .leaf_weight_min = 0};
      auto plain_options = options;
      plain_options.is_resplitting = false;
      const Merged ours = merged(p, options);
      std::vector<std::size_t> all;
      for (const auto& group : ours.groups) all.insert(all.end(), group.begin(), group.end());
      std::ranges::sort(all);
      std::vector<std::size_t> expected(12);
      std::iota(expected.begin(), expected.end(), 0);
      ASSERT_EQ(all, expected) << seed;
      parted += ours.groups != merged(p, plain_options).groups ? 1 : 0;
    }
  }
  EXPECT_GT(parted, 20u);
}

struct Data {
  std::vector<double> amount;
  std::vector<std::uint32_t> area;
  std::vector<std::uint8_t> amount_valid, area_valid, y;
  std::vector<std::string> areas;
  std::vector<double> weight;

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    columns.columns.push_back({.name = "amount", .values = amount, .valid = amount_valid});
    columns.columns.push_back(
        {.name = "area", .codes = area, .categories = areas, .valid = area_valid});
    return columns;
  }
  ClassifierTask task() const { return {.train = view(), .y = y, .weight = weight, .seed = 1}; }
};

Data made_rows(std::size_t rows, std::size_t areas, double missing, bool has_signal,
               std::uint64_t seed) {
  Random random(seed);
  Data data;
  for (std::size_t k = 0; k < areas; ++k) data.areas.push_back("a" + std::to_string(k));
  for (std::size_t r = 0; r < rows; ++r) {
    data.amount.push_back(std::round(1000 * random.exponential(1)));
    data.area.push_back(static_cast<std::uint32_t>(random.below(areas)));
    data.amount_valid.push_back(random.chance(missing) ? 0 : 1);
    data.area_valid.push_back(random.chance(missing) ? 0 : 1);
    const bool is_known = data.amount_valid[r] != 0;
    const double p = !has_signal ? 0.3 : !is_known ? 0.9 : data.amount[r] > 1200 ? 0.5 : 0.15;
    data.y.push_back(random.chance(p) ? 1 : 0);
    data.weight.push_back(1);
  }
  return data;
}

TEST(ChaidModel, GivesMissingCellsAChildOfTheirOwnWhereTheyDiffer) {
  const Data data = made_rows(4000, 4, 0.2, true, 3);
  const auto model = descriptor.fit_classifier(data.task(), {{"depth_max", std::int64_t{1}}},
                                               silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict(*model, data.view());
  double rows = 0, ones = 0;
  for (std::size_t r = 0; r < p.size(); ++r) {
    if (data.amount_valid[r] != 0) continue;
    rows += 1;
    ones += data.y[r];
  }
  for (std::size_t r = 0; r < p.size(); ++r) {
    if (data.amount_valid[r] == 0) EXPECT_NEAR(p[r], ones / rows, 1e-12);
    else EXPECT_LT(p[r], 0.7);
  }
  bool is_said = false;
  for (const auto& row : model->tables[0].rows) is_said |= std::get<std::string>(row[0]) == "amount = ?";
  EXPECT_TRUE(is_said);
}

TEST(ChaidModel, SplitsNoiseInAtMostAlphaOfSamples) {
  // One column at a time: Bonferroni bounds the chance by alpha over all ways of merging.
  constexpr int kSamples = 1000;
  for (const auto* method : {"chaid", "exhaustive"}) {
    int of_amount = 0, of_area = 0;
    for (int i = 0; i < kSamples; ++i) {
      const Data data = made_rows(300, 5, 0.1, false, static_cast<std::uint64_t>(i) + 1);
      for (const bool is_area : {false, true}) {
        auto task = data.task();
        task.train.columns = {task.train.columns[is_area ? 1 : 0]};
        const auto model = descriptor.fit_classifier(
            task, {{"method", std::string(method)}, {"depth_max", std::int64_t{1}},
                   {"leaf_weight_min", 20.0}}, silent());
        ASSERT_TRUE(model.ok());
        const auto& tree = std::get<forms::TreeEnsemble>(model->form).trees[0];
        (is_area ? of_area : of_amount) += tree.nodes.size() > 1 ? 1 : 0;
      }
    }
    // 0.05 and 3.09 standard deviations of 1000 draws: a chance of 0.001.
    const double bound = kSamples * (0.05 + 3.09 * std::sqrt(0.05 * 0.95 / kSamples));
    EXPECT_LE(of_amount, bound) << method;
    EXPECT_LE(of_area, bound) << method;
  }
}

std::string fitted_json(const Data& data, const Parameters& parameters = {}) {
  const auto model = descriptor.fit_classifier(data.task(), parameters, silent());
  return model.ok() ? to_json(*model, {}) : message_of(model.error(), Language::En);
}

TEST(ChaidModel, IsTheSameWhateverTheThreadCount) {
  const Data data = made_rows(20'000, 30, 0.1, true, 9);
  set_threads(1);
  const auto one = fitted_json(data);
  set_threads(0);
  EXPECT_EQ(fitted_json(data), one);
}

TEST(ChaidModel, AWeightOfTwoIsTheRowTwice) {
  Data once = made_rows(800, 6, 0.1, true, 4), twice = once;
  const std::size_t rows = once.y.size();
  for (std::size_t r = 0; r < rows; r += 3) {
    once.weight[r] = 2;
    twice.amount.push_back(once.amount[r]);
    twice.area.push_back(once.area[r]);
    twice.amount_valid.push_back(once.amount_valid[r]);
    twice.area_valid.push_back(once.area_valid[r]);
    twice.y.push_back(once.y[r]);
    twice.weight.push_back(1);
  }
  const auto a = descriptor.fit_classifier(once.task(), {}, silent());
  const auto b = descriptor.fit_classifier(twice.task(), {}, silent());
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(predict(*a, once.view()), predict(*b, once.view()));
}

TEST(ChaidModel, DoesNotFallForTenThousandCategoriesOfNoise) {
  const Data data = made_rows(20'000, 10'000, 0.05, true, 6);
  const auto model = descriptor.fit_classifier(data.task(), {}, silent());
  ASSERT_TRUE(model.ok());
  for (const auto& node : std::get<forms::TreeEnsemble>(model->form).trees[0].nodes) {
    EXPECT_NE(node.column, 1);
  }
}

TEST(ChaidModel, IsChangedByHand) {
  const Data data = made_rows(2000, 4, 0.1, true, 12);
  const auto task = data.task();
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto found = descriptor.tree_editing->candidates(task, *model, 0);
  ASSERT_TRUE(found.ok());
  ASSERT_FALSE(found->empty());
  EXPECT_EQ((*found)[0].column, "amount");
  EXPECT_LT((*found)[0].p_value, 1e-10);
  const auto leaf = descriptor.tree_editing->edit(task, *model, {.kind = TreeEdit::Kind::Prune});
  ASSERT_TRUE(leaf.ok());
  const auto again = descriptor.tree_editing->edit(task, *leaf, {.kind = TreeEdit::Kind::Grow});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(predict(*again, data.view()), predict(*model, data.view()));
}

}  // namespace
}  // namespace holdfast::chaid
