// Reference: split gains by the formulas of Rzepakowski & Jaroszewicz 2012
// (tests/reference/effect/SOURCE.md); simulated trials with known effects.
#include "effect/tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "effect/errors.hpp"
#include "effect/made_trial.hpp"
#include "effect/ranking.hpp"
#include "effect/reference_values.hpp"

namespace holdfast::effect {
namespace {

double error_of(const std::vector<double>& found, const std::vector<double>& truth) {
  double squares = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) squares += std::pow(found[i] - truth[i], 2);
  return std::sqrt(squares / static_cast<double>(truth.size()));
}

TEST(DivergenceReference, SplitGainsEqualThePapersFormulas) {
  const auto table = reference_table("splits.csv");
  ASSERT_EQ(table.size(), 50);
  for (const auto& c : table) {
    const ArmCounts all{c[0], c[1], c[2], c[3]};
    const ArmCounts left{c[4], c[5], c[6], c[7]};
    EXPECT_NEAR(split_gain(Divergence::KullbackLeibler, all, left), c[8], 1e-13);
    EXPECT_NEAR(split_gain(Divergence::Euclidean, all, left), c[9], 1e-13);
    EXPECT_NEAR(split_gain(Divergence::ChiSquared, all, left), c[10], 1e-12);
    EXPECT_NEAR(split_gain(Divergence::KullbackLeibler, all, left, false), c[11], 1e-13);
  }
}

// Few values, so that every cut is a bin's: the root is the best of all splits counted one by one.
TEST(UpliftTree, SplitsWhereTheGainIsHighest) {
  auto made = made_trial(800, 4, 1);
  for (auto& value : made.x) value = std::round(2 * value);
  const auto tree =
      fit_uplift_tree(made.trial(), made.view(), made.names, {.depth_max = 1, .leaf_rows_min = 50});
  double best = 0;
  std::size_t best_column = 9;
  double best_value = 0;
  for (std::size_t c = 0; c < 4; ++c) {
    for (double value = -8; value < 8; ++value) {
      ArmCounts all, left;
      for (std::size_t row = 0; row < 800; ++row) {
        for (auto* counts : {&all, &left}) {
          if (counts == &left && made.view()(row, c) > value) continue;
          const bool is_treated = made.treated[row] == 1;
          (is_treated ? counts->treated : counts->control) += 1;
          (is_treated ? counts->treated_won : counts->control_won) += made.outcome[row];
        }
      }
      if (left.rows() < 50 || all.rows() - left.rows() < 50) continue;
      const double gain = split_gain(Divergence::KullbackLeibler, all, left);
      if (gain > best) {
        best = gain;
        best_column = c;
        best_value = value;
      }
    }
  }
  const auto& root = tree->nodes[0];
  EXPECT_EQ(root.gain, best);
  EXPECT_EQ(static_cast<std::size_t>(root.column), best_column);
  EXPECT_EQ(best_column, 0);
  EXPECT_GT(root.cut, best_value);
  EXPECT_LT(root.cut, best_value + 1);
}

TEST(UpliftTree, FindsTheKnownEffectsByEachDivergence) {
  const auto made = made_trial(20000, 6, 2);
  for (const auto kind :
       {Divergence::KullbackLeibler, Divergence::Euclidean, Divergence::ChiSquared}) {
    for (const bool is_honest : {false, true}) {
      const auto tree =
          fit_uplift_tree(made.trial(), made.view(), made.names,
                          {.divergence = kind, .depth_max = 1, .is_honest = is_honest});
      ASSERT_EQ(tree->nodes.size(), 3);
      EXPECT_EQ(tree->nodes[0].column, 0);
      EXPECT_NEAR(tree->nodes[0].cut, 0, 0.1);
      // A leaf's effect has a standard error of at most √(2·¼/2500) = 0.014.
      EXPECT_NEAR(tree->nodes[1].effect, -0.1, 0.045);
      EXPECT_NEAR(tree->nodes[2].effect, 0.25, 0.045);
    }
  }
}

// Without any effect, leaves chosen for their difference show it again; honest leaves show only
// chance.
TEST(UpliftTree, HonestLeavesShowLessOfWhatIsNotThere) {
  double chosen = 0;
  double honest = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto made = made_trial(2000, 10, seed);
    Random random(1000 + seed);
    for (auto& y : made.outcome) y = random.chance(0.4) ? 1 : 0;
    for (const bool is_honest : {false, true}) {
      const auto tree = fit_uplift_tree(
          made.trial(), made.view(), made.names,
          {.depth_max = 1, .is_honest = is_honest, .check_overlap = false, .seed = seed});
      ASSERT_EQ(tree->nodes.size(), 3);
      const double apart = std::abs(tree->nodes[1].effect - tree->nodes[2].effect);
      (is_honest ? honest : chosen) += apart / 20;
    }
  }
  EXPECT_GT(chosen, 0.1);
  EXPECT_LT(honest, 0.8 * chosen);
}

TEST(UpliftForest, RecoversEffectsBetterThanATree) {
  const auto made = made_trial(10000, 10, 4);
  const auto fresh = made_trial(5000, 10, 5);
  const auto tree = fit_uplift_tree(made.trial(), made.view(), made.names, {.depth_max = 6});
  const auto forest = fit_uplift_forest(made.trial(), made.view(), made.names,
                                        {{.depth_max = 6, .columns_tried = 6}});
  const auto by_tree = predict(*tree, fresh.view());
  const auto by_forest = predict(*forest, fresh.view());
  EXPECT_LT(error_of(by_forest, fresh.effect), error_of(by_tree, fresh.effect));
  EXPECT_LT(error_of(by_forest, fresh.effect), 0.08);  // The effects' own spread is 0.175.
  EXPECT_GT(forest->importance[0], 0.5);
  const auto found = areas(*rank(fresh.trial(), by_forest));
  const auto best = areas(*rank(fresh.trial(), fresh.effect));
  EXPECT_GT(found.qini, 0.8 * best.qini);
}

TEST(UpliftForest, HasTheSameBitsForAnyThreadCount) {
  const auto made = made_trial(3000, 8, 6);
  const ForestOptions options{{.is_honest = true, .seed = 7}, 20};
  const auto many =
      predict(*fit_uplift_forest(made.trial(), made.view(), made.names, options), made.view());
  const auto tree = predict(*fit_uplift_tree(made.trial(), made.view(), made.names), made.view());
  set_threads(1);
  EXPECT_EQ(many, predict(*fit_uplift_forest(made.trial(), made.view(), made.names, options),
                          made.view()));
  EXPECT_EQ(tree, predict(*fit_uplift_tree(made.trial(), made.view(), made.names), made.view()));
  set_threads(0);
  auto other = options;
  other.tree.seed = 8;
  EXPECT_NE(many,
            predict(*fit_uplift_forest(made.trial(), made.view(), made.names, other), made.view()));
}

TEST(UpliftTree, IsOneLeafWhereThereIsNothingToSplit) {
  auto made = made_trial(300, 3, 8);
  std::fill(made.x.begin(), made.x.end(), 4.0);
  const auto tree = fit_uplift_tree(made.trial(), made.view(), made.names);
  ASSERT_EQ(tree->nodes.size(), 1);
  const auto all = rank(made.trial(), std::vector<double>(300, 0.0))->all();
  EXPECT_DOUBLE_EQ(tree->nodes[0].effect, all.uplift());
}

TEST(UpliftTree, HoldsLeavesOfTheLeastSize) {
  const auto made = made_trial(4000, 5, 9);
  const auto tree =
      fit_uplift_tree(made.trial(), made.view(), made.names,
                      {.depth_max = 12, .leaf_rows_min = 60, .leaf_arm_rows_min = 20});
  EXPECT_GT(tree->nodes.size(), 9);
  for (const auto& node : tree->nodes) {
    EXPECT_GE(node.counts.rows(), 60);
    EXPECT_GE(std::min(node.counts.treated, node.counts.control), 20);
  }
}

TEST(UpliftTree, RefusesWhatCannotBeCompared) {
  auto made = made_trial(2000, 3, 10);
  EXPECT_EQ(fit_uplift_tree(made.trial(), made.view(), made.names, {.bins = 1}).error().kind,
            &errors::kBadOption);
  for (std::size_t row = 0; row < 2000; ++row) made.treated[row] = made.view()(row, 1) > 0 ? 1 : 0;
  EXPECT_EQ(fit_uplift_tree(made.trial(), made.view(), made.names).error().kind, &errors::kDecided);
  EXPECT_EQ(fit_uplift_forest(made.trial(), made.view(), made.names).error().kind,
            &errors::kDecided);
  std::fill(made.treated.begin(), made.treated.end(), std::uint8_t{1});
  EXPECT_EQ(fit_uplift_tree(made.trial(), made.view(), made.names).error().kind,
            &errors::kNoControl);
  made.outcome[3] = 7;
  made.treated[0] = 0;
  EXPECT_EQ(fit_uplift_tree(made.trial(), made.view(), made.names).error().kind,
            &errors::kNotBinary);
}

}  // namespace
}  // namespace holdfast::effect
