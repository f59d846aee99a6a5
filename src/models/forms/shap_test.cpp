// Oracle: Shapley values by their definition, over all subsets of columns, with the value of a
// subset computed by recursion over the tree (Lundberg et al. 2020, Nature Machine Intelligence 2,
// 56–67, eq. 2 and algorithm 1). Random small trees with numeric splits, category splits into
// several children, numeric splits by cuts, missing cells that go one way, to all or where a
// surrogate says (whose column is then the one that decides), and empty children.

#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/forms/calibration.hpp"
#include "models/forms/tree_ensemble.hpp"
#include "models/forms/tree_shap.hpp"

namespace holdfast::forms {
namespace {

constexpr std::size_t kColumns = 5;  // 0–2 numeric, 3–4 categories of three values.

std::int32_t grow(Tree& tree, Random& random, int depth, double cover) {
  const auto index = static_cast<std::int32_t>(tree.nodes.size());
  const auto at = static_cast<std::size_t>(index);
  tree.nodes.emplace_back();
  tree.nodes[at].cover = cover;
  tree.nodes[at].value = random.normal();
  if (depth == 0 || random.chance(0.15)) return index;
  TreeNode node = tree.nodes[at];
  node.column = static_cast<std::int32_t>(random.below(kColumns));
  node.is_category = node.column >= 3;
  node.split = random.normal();
  node.missing = random.chance(0.5) ? MissingRule::Fractional : MissingRule::Default;
  const bool has_cuts = !node.is_category && random.chance(0.3);
  const std::size_t children = node.is_category ? 2 + random.below(2) : has_cuts ? 3 : 2;
  if (has_cuts) node.cuts = {node.split, node.split + 0.5};
  if (children == 2 && random.chance(0.4)) {
    node.missing = MissingRule::Surrogate;
    node.surrogates = {{.column = static_cast<std::int32_t>(random.below(3)),
                        .split = random.normal(),
                        .low_child = static_cast<std::int32_t>(random.below(2))},
                       {.column = 3, .is_category = true, .child_of_category = {1, 0, -1}}};
  }
  if (node.is_category) {
    for (int c = 0; c < 3; ++c) {
      node.child_of_category.push_back(static_cast<std::int32_t>(random.below(children)));
    }
  }
  node.default_child = static_cast<std::int32_t>(random.below(children));
  double left = cover;
  for (std::size_t c = 0; c < children; ++c) {
    const double part = c + 1 == children ? left : random.chance(0.1) ? 0 : left * random.uniform();
    left -= part;
    node.children.push_back(grow(tree, random, depth - 1, part));
  }
  tree.nodes[at] = node;
  return index;
}

TreeEnsemble random_ensemble(std::uint64_t seed) {
  Random random(seed);
  TreeEnsemble ensemble{.base = 0.25, .is_less = random.chance(0.5)};
  for (int t = 0; t < 3; ++t) grow(ensemble.trees.emplace_back(), random, 4, 100);
  return ensemble;
}

std::vector<Cell> random_row(std::uint64_t seed) {
  Random random(seed);
  std::vector<Cell> row(kColumns);
  for (std::size_t c = 0; c < kColumns; ++c) {
    row[c].is_missing = random.chance(0.2);
    row[c].value = random.normal();
    row[c].code = static_cast<std::int32_t>(random.below(4));  // 3: unknown to the tree.
  }
  return row;
}

/// The tree's answer when only the columns of `known` are known.
double value_of(const TreeEnsemble& ensemble, const Tree& tree, std::size_t index,
                const std::vector<Cell>& row, unsigned known) {
  const auto& node = tree.nodes[index];
  if (node.children.empty()) return node.value;
  const auto decision = decide(ensemble, node, row);
  const int taken = (known >> decision.column & 1U) != 0 ? decision.child : -1;
  double sum = 0;
  for (std::size_t c = 0; c < node.children.size(); ++c) {
    const double share = taken < 0                        ? cover_share(tree, node, c)
                         : taken == static_cast<int>(c) ? 1
                                                          : 0;
    if (share == 0) continue;
    const auto child = static_cast<std::size_t>(node.children[c]);
    sum += share * value_of(ensemble, tree, child, row, known);
  }
  return sum;
}

double value_of(const TreeEnsemble& ensemble, const std::vector<Cell>& row, unsigned known) {
  double sum = ensemble.base;
  for (const auto& tree : ensemble.trees) sum += value_of(ensemble, tree, 0, row, known);
  return sum;
}

double factorial(int n) { return n <= 1 ? 1 : n * factorial(n - 1); }

double shapley(const TreeEnsemble& ensemble, const std::vector<Cell>& row, std::size_t column) {
  double phi = 0;
  for (unsigned set = 0; set < 1U << kColumns; ++set) {
    if ((set >> column & 1U) != 0) continue;
    const int size = __builtin_popcount(set);
    const double share = factorial(size) * factorial(static_cast<int>(kColumns) - size - 1) /
                         factorial(static_cast<int>(kColumns));
    phi += share * (value_of(ensemble, row, set | 1U << column) - value_of(ensemble, row, set));
  }
  return phi;
}

TEST(Shap, EqualsShapleyValuesOverAllSubsets) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto ensemble = random_ensemble(seed);
    const auto row = random_row(seed + 1000);
    const auto phi = shap_values(ensemble, row);
    ASSERT_EQ(phi.size(), kColumns + 1);
    for (std::size_t c = 0; c < kColumns; ++c) {
      ASSERT_NEAR(phi[c], shapley(ensemble, row, c), 1e-10) << "seed " << seed << " column " << c;
    }
    ASSERT_NEAR(phi[kColumns], value_of(ensemble, row, 0), 1e-10) << "seed " << seed;
  }
}

/// Explains rows as a model does, a block at a time.
std::vector<double> contributions_of(const TreeEnsemble& ensemble, const std::vector<Cell>& cells,
                                     std::size_t width) {
  const std::size_t count = cells.size() / width;
  std::vector<double> phi(count * (width + 1));
  TreeScorer(ensemble).contributions({.count = count, .width = width, .cells = cells}, 0, phi);
  return phi;
}

TEST(Shap, ManyRowsAtOnceEqualShapleyValuesOverAllSubsets) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto ensemble = random_ensemble(seed);
    std::vector<Cell> cells;
    for (std::uint64_t r = 0; r < 4; ++r) {
      for (const auto& cell : random_row(4 * seed + r)) cells.push_back(cell);
    }
    const auto phi = contributions_of(ensemble, cells, kColumns);
    for (std::uint64_t r = 0; r < 4; ++r) {
      const auto row = random_row(4 * seed + r);
      for (std::size_t c = 0; c < kColumns; ++c) {
        ASSERT_NEAR(phi[r * (kColumns + 1) + c], shapley(ensemble, row, c), 1e-10)
            << "seed " << seed << " row " << r << " column " << c;
      }
      ASSERT_NEAR(phi[r * (kColumns + 1) + kColumns], value_of(ensemble, row, 0), 1e-10);
    }
  }
}

/// Splits of two children on numbers, some children empty; most columns stand on a way repeatedly.
std::int32_t grow_deep(Tree& tree, Random& random, std::size_t columns, int depth, double cover) {
  const auto index = static_cast<std::int32_t>(tree.nodes.size());
  tree.nodes.emplace_back();
  TreeNode node{.column = static_cast<std::int32_t>(random.below(columns)),
                .missing = MissingRule::Default,
                .default_child = static_cast<std::int32_t>(random.below(2)),
                .cover = cover,
                .value = random.normal()};
  node.split = random.normal();
  if (depth > 0 && !random.chance(0.1)) {
    const double first = random.chance(0.05) ? 0 : cover * random.uniform();
    node.children.push_back(grow_deep(tree, random, columns, depth - 1, first));
    node.children.push_back(grow_deep(tree, random, columns, depth - 1, cover - first));
  }
  tree.nodes[static_cast<std::size_t>(index)] = node;
  return index;
}

TEST(Shap, IsTheSameWhateverIsKept) {
  const auto ensemble = random_ensemble(5);
  std::vector<Cell> cells = random_row(6);
  std::vector<std::vector<double>> phi;
  for (const std::size_t kept : {std::size_t{0}, std::size_t{3000}, TreeShap::kBytesKept}) {
    phi.emplace_back(kColumns + 1);
    TreeShap(ensemble, kept)
        .explain({.count = 1, .width = kColumns, .cells = cells}, 0, phi.back());
  }
  EXPECT_EQ(phi[0], phi[2]);
  EXPECT_EQ(phi[1], phi[2]);
}

TEST(Shap, OfDeepTreesEqualsTheAlgorithmOfPaths) {
  constexpr std::size_t kManyColumns = 20;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Random random(seed);
    TreeEnsemble ensemble{.is_less = random.chance(0.5)};
    grow_deep(ensemble.trees.emplace_back(), random, kManyColumns, 5 + 2 * static_cast<int>(seed), 1);
    std::vector<Cell> cells(3 * kManyColumns);
    for (auto& cell : cells) {
      cell.is_missing = random.chance(0.1);
      cell.value = random.normal();
    }
    const auto phi = contributions_of(ensemble, cells, kManyColumns);
    for (std::size_t r = 0; r < 3; ++r) {
      const auto expected =
          shap_values(ensemble, std::span(cells).subspan(r * kManyColumns, kManyColumns));
      for (std::size_t c = 0; c <= kManyColumns; ++c) {
        ASSERT_NEAR(phi[r * (kManyColumns + 1) + c], expected[c], 1e-10)
            << "seed " << seed << " row " << r << " column " << c;
      }
    }
  }
}

TEST(Shap, AddsUpToTheScore) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto ensemble = random_ensemble(seed);
    const auto row = random_row(seed + 5000);
    double score = 0;
    TreeScorer(ensemble).score({.count = 1, .width = kColumns, .cells = row}, std::span(&score, 1));
    double sum = 0;
    for (const double value : shap_values(ensemble, row)) sum += value;
    ASSERT_NEAR(sum, score, 1e-10) << "seed " << seed;
    ASSERT_NEAR(score, value_of(ensemble, row, (1U << kColumns) - 1), 1e-12) << "seed " << seed;
  }
}

TEST(Calibration, IsotonicIsLinearBetweenKnotsAndFlatBeyond) {
  const Calibration c{.kind = Calibration::Kind::Isotonic, .x = {0, 1, 3}, .y = {0.1, 0.2, 0.8}};
  EXPECT_DOUBLE_EQ(calibrated(c, -5), 0.1);
  EXPECT_DOUBLE_EQ(calibrated(c, 0.5), 0.15);
  EXPECT_DOUBLE_EQ(calibrated(c, 2), 0.5);
  EXPECT_DOUBLE_EQ(calibrated(c, 9), 0.8);
}

TEST(Calibration, LogisticIsFiniteAtBothEnds) {
  const Calibration c{.kind = Calibration::Kind::Logistic};
  EXPECT_EQ(calibrated(c, -1e300), 0);
  EXPECT_EQ(calibrated(c, 1e300), 1);
  EXPECT_DOUBLE_EQ(calibrated(c, std::log(3.0)), 0.75);
}

}  // namespace
}  // namespace holdfast::forms
