// References: compare_groups and survival_curve, themselves held against R survival 3.5.3
// (tests/reference/survival/SOURCE.md), on every node; known hazards.
#include "survival/forest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "survival/curves.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

struct Made {
  std::vector<double> x, exit;
  std::vector<std::uint8_t> event;
  std::size_t columns = 0;

  Spells spells() const { return {{}, exit, event, {}, {}}; }
  MatrixView view() const { return {x.data(), exit.size(), columns}; }
};

// The first column multiplies the hazard of exit 1, the second that of exit 2; the rest is noise.
Made made(std::size_t rows, std::size_t columns, double days, bool two_exits, std::uint64_t seed) {
  Random random(seed);
  Made data;
  data.columns = columns;
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<double> x;
    for (std::size_t c = 0; c < columns; ++c) x.push_back(std::round(8 * random.normal()) / 8);
    const double first = random.exponential(0.02 * std::exp(x[0]));
    const double second = two_exits ? random.exponential(0.02 * std::exp(-x[1])) : 1e9;
    const double lost = random.exponential(0.01);
    const double exit = std::min({first, second, lost});
    data.x.insert(data.x.end(), x.begin(), x.end());
    data.exit.push_back(days > 0 ? std::ceil(exit / days) : exit);
    data.event.push_back(exit == lost ? 0 : exit == first ? 1 : 2);
  }
  return data;
}

ForestOptions whole_tree() {
  ForestOptions options;
  options.trees = 1;
  options.with_replacement = false;
  options.leaf_rows_min = 8;
  options.times_max = 65'000;
  return options;
}

double chi_squared(const Made& data, const std::vector<std::size_t>& rows,
                   const std::vector<std::int32_t>& side, std::uint8_t exit) {
  std::vector<double> time;
  std::vector<std::uint8_t> event;
  for (const auto row : rows) {
    time.push_back(data.exit[row]);
    event.push_back(data.event[row] == exit ? 1 : 0);
  }
  const auto test = compare_groups({{}, time, event, {}, {}}, side);
  return test.ok() ? test->chi_squared : 0;
}

double chi_squared_at(const Made& data, const std::vector<std::size_t>& rows, std::size_t column,
                      double threshold, int exits) {
  std::vector<std::int32_t> side;
  for (const auto row : rows) side.push_back(data.view()(row, column) <= threshold ? 0 : 1);
  double sum = 0;
  for (int exit = 1; exit <= exits; ++exit) {
    sum += chi_squared(data, rows, side, static_cast<std::uint8_t>(exit));
  }
  return sum;
}

// The best χ² of a node's rows over all columns and cuts that leave enough rows on both sides.
double best_chi_squared(const Made& data, const std::vector<std::size_t>& rows, int leaf_rows_min,
                        int exits) {
  double best = 0;
  for (std::size_t c = 0; c < data.columns; ++c) {
    std::set<double> values;
    for (const auto row : rows) values.insert(data.view()(row, c));
    for (const double value : values) {
      const auto first = std::count_if(
          rows.begin(), rows.end(), [&](std::size_t row) { return data.view()(row, c) <= value; });
      const auto second = static_cast<std::ptrdiff_t>(rows.size()) - first;
      if (first < leaf_rows_min || second < leaf_rows_min) continue;
      best = std::max(best, chi_squared_at(data, rows, c, value, exits));
    }
  }
  return best;
}

std::size_t count_best_splits(const Made& data, const ForestTree& tree, int leaf_rows_min,
                              int exits) {
  std::vector<std::vector<std::size_t>> rows_of(tree.nodes.size());
  for (std::size_t row = 0; row < data.exit.size(); ++row) rows_of[0].push_back(row);
  std::size_t splits = 0;
  for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
    const auto& node = tree.nodes[n];
    const double best = best_chi_squared(data, rows_of[n], leaf_rows_min, exits);
    if (node.column == ForestNode::kLeaf) {
      EXPECT_LT(best, 1e-5) << "a leaf that could be split, of " << rows_of[n].size();
      continue;
    }
    EXPECT_NEAR(chi_squared_at(data, rows_of[n], node.column, node.threshold, exits), best,
                2e-5 * (1 + best));
    for (const auto row : rows_of[n]) {
      const bool is_first = data.view()(row, node.column) <= node.threshold;
      rows_of[node.child + (is_first ? 0 : 1)].push_back(row);
    }
    ++splits;
  }
  return splits;
}

TEST(ForestReference, EverySplitHasTheLargestLogRank) {
  const auto data = made(300, 4, 4, false, 3);  // Tied times.
  auto options = whole_tree();
  options.columns_tried = 4;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  EXPECT_GT(count_best_splits(data, fit->forest.trees[0], 8, 1), 10u);
  EXPECT_TRUE(fit->out_of_bag.empty());  // Every row was drawn.
}

TEST(ForestReference, SplitsBySumOverExits) {
  const auto data = made(400, 3, 4, true, 5);
  auto options = whole_tree();
  options.columns_tried = 3;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  EXPECT_GT(count_best_splits(data, fit->forest.trees[0], 8, 2), 10u);
}

TEST(ForestReference, WalkingOverBinsEqualsWalkingOverRows) {
  const auto data = made(3000, 3, 8, false, 7);  // Above the 1024 rows from which bins are filled.
  auto options = whole_tree();
  options.columns_tried = 3;
  options.leaf_rows_min = 700;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  EXPECT_GE(count_best_splits(data, fit->forest.trees[0], 700, 1), 1u);
}

TEST(Forest, TimesTakenTogetherFindNearlyTheBestSplit) {
  const auto data = made(2000, 3, 0, false, 9);  // Over 1000 distinct times.
  auto options = whole_tree();
  options.columns_tried = 3;
  options.depth_max = 1;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  const auto& root = fit->forest.trees[0].nodes[0];
  std::vector<std::size_t> rows(2000);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const double best = best_chi_squared(data, rows, 8, 1);
  EXPECT_GE(chi_squared_at(data, rows, root.column, root.threshold, 1), 0.995 * best);
}

TEST(ForestReference, LeavesAreNelsonAalen) {
  const auto data = made(600, 4, 3, false, 11);
  auto options = whole_tree();
  options.leaf_rows_min = 40;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  const auto& forest = fit->forest;
  std::vector<std::vector<std::size_t>> rows_of(forest.trees[0].leaf_steps.size() - 1);
  for (std::size_t row = 0; row < 600; ++row) {
    rows_of[forest.trees[0].leaf_of(data.view().row(row))].push_back(row);
  }
  EXPECT_GT(rows_of.size(), 4u);
  std::vector<double> hazards(forest.times.size());
  for (const auto& rows : rows_of) {
    ASSERT_GE(rows.size(), 40u);
    std::vector<double> exit;
    std::vector<std::uint8_t> event;
    for (const auto row : rows) {
      exit.push_back(data.exit[row]);
      event.push_back(data.event[row]);
    }
    const auto curve = survival_curve({{}, exit, event, {}, {}});
    forest.hazards(data.view().row(rows[0]), hazards);
    for (std::size_t t = 0; t < forest.times.size(); ++t) {
      double wanted = 0;
      for (std::size_t i = 0; i < curve->time.size(); ++i) {
        if (curve->time[i] <= forest.times[t]) wanted = curve->cumulative_hazard[i];
      }
      EXPECT_NEAR(hazards[t], wanted, 1e-6 * (1 + wanted));
    }
  }
}

TEST(Forest, ExitsAreKeptApartAndAddUp) {
  const auto data = made(500, 2, 3, true, 13);
  auto options = whole_tree();
  options.depth_max = 1;
  options.times = {5, 10, 20, 40};
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->forest.exits, (std::vector<std::uint8_t>{1, 2}));
  std::vector<double> hazards(8), left(8);
  fit->forest.hazards(data.view().row(0), hazards);
  probabilities_of(hazards, 2, left);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_NEAR(left[t] + left[4 + t], 1 - std::exp(-hazards[t] - hazards[4 + t]), 1e-12);
    EXPECT_GE(left[t], t == 0 ? 0 : left[t - 1]);
  }
}

TEST(Forest, FindsTheHazardsBehindTheData) {
  // Four groups by the signs of two columns, an interaction no line sees: rates 0.02 and 0.08.
  Random random(17);
  Made data;
  data.columns = 6;
  for (std::size_t i = 0; i < 8000; ++i) {
    for (std::size_t c = 0; c < 6; ++c) data.x.push_back(random.normal());
    const double* x = data.x.data() + i * 6;
    const double leaves = random.exponential((x[0] > 0) == (x[1] > 0) ? 0.02 : 0.08);
    const double lost = random.exponential(0.02);
    data.exit.push_back(std::min(leaves, lost));
    data.event.push_back(leaves <= lost ? 1 : 0);
  }
  ForestOptions options;
  options.leaf_rows_min = 60;
  options.columns_tried = 4;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  const std::vector<double> asked = {-1.0, -1.0, 0, 0, 0, 0, 1.0, -1.0, 0, 0, 0, 0};
  const auto hazards = forest_hazards(fit->forest, {asked.data(), 2, 6});
  const auto count = fit->forest.times.size();
  std::size_t compared = 0;
  for (std::size_t t = 0; t < count; ++t) {
    const double time = fit->forest.times[t];
    if (time < 5 || time > 25) continue;
    EXPECT_NEAR(hazards[t], 0.02 * time, 0.35 * 0.02 * time + 0.02) << time;
    EXPECT_NEAR(hazards[count + t], 0.08 * time, 0.25 * 0.08 * time) << time;
    ++compared;
  }
  EXPECT_GT(compared, 20u);
  EXPECT_GT(fit->importance[0] + fit->importance[1], 0.4);
  // Knowing the group is worth 0.63 here; the forest has to find it out.
  ASSERT_EQ(fit->out_of_bag.size(), 1u);
  EXPECT_GT(fit->out_of_bag[0].value, 0.59);
}

TEST(Forest, NoiseOrdersNobodyOutOfBag) {
  Random random(19);
  Made data;
  data.columns = 5;
  for (std::size_t i = 0; i < 3000; ++i) {
    for (std::size_t c = 0; c < 5; ++c) data.x.push_back(random.normal());
    data.exit.push_back(random.exponential(1));
    data.event.push_back(random.chance(0.6) ? 1 : 0);
  }
  const auto fit = fit_forest(data.spells(), data.view());
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->out_of_bag[0].value, 0.5, 0.03);
  for (const double share : fit->importance) EXPECT_NEAR(share, 0.2, 0.05);
  for (const auto trees : fit->out_of_bag_trees) EXPECT_NEAR(trees, 36.8, 25);
}

TEST(Forest, CompetingExitsPullApart) {
  const auto data = made(4000, 4, 1, true, 21);
  const auto fit = fit_forest(data.spells(), data.view());
  ASSERT_TRUE(fit.ok());
  ASSERT_EQ(fit->out_of_bag.size(), 2u);
  EXPECT_GT(fit->out_of_bag[0].value, 0.68);
  EXPECT_GT(fit->out_of_bag[1].value, 0.68);
  EXPECT_GT(fit->importance[0] + fit->importance[1], 0.6);
}

TEST(Forest, SameBytesForAnyThreadCount) {
  const auto data = made(2500, 5, 0, true, 23);
  ForestOptions options;
  options.trees = 20;
  std::vector<double> first;
  for (const int threads : {1, 2, 4}) {
    set_threads(threads);
    const auto fit = fit_forest(data.spells(), data.view(), options);
    auto found = forest_hazards(fit->forest, data.view());
    found.insert(found.end(), fit->out_of_bag_risk.begin(), fit->out_of_bag_risk.end());
    if (first.empty()) first = found;
    ASSERT_EQ(found.size(), first.size());
    EXPECT_EQ(std::memcmp(found.data(), first.data(), first.size() * sizeof(double)), 0);
  }
  set_threads(0);
}

TEST(Forest, AWeightIsAChanceOfBeingDrawn) {
  auto data = made(1000, 2, 1, false, 25);
  // Rows of weight 0 would turn the answer round.
  std::vector<double> weight(1000, 1.0);
  for (std::size_t i = 0; i < 500; ++i) {
    weight[i] = 0;
    data.x[2 * i] *= -5;
  }
  weight[999] = 40;
  for (const bool with_replacement : {true, false}) {
    ForestOptions options;
    options.with_replacement = with_replacement;
    options.sample_share = with_replacement ? 1 : 0.6;
    Spells spells = data.spells();
    spells.weight = weight;
    const auto fit = fit_forest(spells, data.view(), options);
    ASSERT_TRUE(fit.ok());
    for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(fit->out_of_bag_trees[i], 0u);
    EXPECT_LT(fit->out_of_bag_trees[999], 5u);
    EXPECT_GT(fit->out_of_bag[0].value, 0.65);
  }
}

TEST(Forest, MissingValuesAreAGroup) {
  Made data = made(2000, 2, 1, false, 27);
  for (std::size_t i = 0; i < 2000; i += 3) {
    data.x[2 * i + 1] = std::nan("");
    data.exit[i] = std::ceil(data.exit[i] / 8);  // Who is missing leaves sooner.
  }
  ForestOptions options;
  options.columns_tried = 2;
  const auto fit = fit_forest(data.spells(), data.view(), options);
  ASSERT_TRUE(fit.ok());
  const std::vector<double> asked = {0, 0, 0, std::nan("")};
  const auto hazards = forest_hazards(fit->forest, {asked.data(), 2, 2});
  const auto count = fit->forest.times.size();
  EXPECT_GT(hazards[count + count / 4], 3 * hazards[count / 4]);
}

TEST(Forest, RefuseWhatCannotBe) {
  auto data = made(50, 2, 1, false, 29);
  const auto kind_of = [&](const Spells& spells, const ForestOptions& options = {}) {
    const auto fit = fit_forest(spells, data.view(), options);
    return fit.ok() ? nullptr : fit.error().kind;
  };
  EXPECT_EQ(kind_of(data.spells()), nullptr);
  const std::vector<double> entry(50, -1.0);
  Spells late = data.spells();
  late.entry = entry;
  EXPECT_EQ(kind_of(late), &errors::kBadOption);
  ForestOptions options;
  options.trees = 0;
  EXPECT_EQ(kind_of(data.spells(), options), &errors::kBadOption);
  options = {};
  options.columns_tried = 3;
  EXPECT_EQ(kind_of(data.spells(), options), &errors::kBadOption);
  options = {};
  options.times = {2, 1};
  EXPECT_EQ(kind_of(data.spells(), options), &errors::kBadOption);
  data.x[7] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(kind_of(data.spells()), &errors::kBadValue);
  data.x[7] = 0;
  std::fill(data.event.begin(), data.event.end(), std::uint8_t{0});
  EXPECT_EQ(kind_of(data.spells()), &errors::kNoEvents);
}

TEST(Forest, OneRowAllAtOnceAndNothingThatVariesAreLeaves) {
  const std::vector<double> one = {3};
  const std::vector<std::uint8_t> left = {1};
  const std::vector<double> x = {1, 1, 1, 1};
  const auto single = fit_forest({{}, one, left, {}, {}}, {x.data(), 1, 1});
  ASSERT_TRUE(single.ok());
  std::vector<double> hazard(1);
  single->forest.hazards({x.data(), 1}, hazard);
  EXPECT_DOUBLE_EQ(hazard[0], 1);
  const std::vector<double> exit(4, 2.0);
  const std::vector<std::uint8_t> all = {1, 1, 1, 1};
  ForestOptions options;
  options.leaf_rows_min = 1;
  const auto same = fit_forest({{}, exit, all, {}, {}}, {x.data(), 4, 1}, options);
  ASSERT_TRUE(same.ok());
  for (const auto& tree : same->forest.trees) EXPECT_EQ(tree.nodes.size(), 1u);
}

}  // namespace
}  // namespace holdfast::survival
