// Oracle: a walk down every tree by decide(), row by row, summed in the order of the trees. The fast
// layouts must give its bits.

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/forms/byte_trees.hpp"
#include "models/forms/thin_trees.hpp"
#include "models/forms/tree_ensemble.hpp"

namespace holdfast::forms {
namespace {

struct Shape {
  std::size_t trees, columns, categories;  // The last columns are categories of 6.
  int depth;
  double leaf_chance = 0.1;
  bool is_less = false, is_float = false;
  std::size_t outputs = 1;
  double step = 0.25;  // Splits and values lie on a grid, so that they often are equal.
};

std::int32_t grow(Tree& tree, Random& random, const Shape& shape, int depth) {
  const auto index = static_cast<std::int32_t>(tree.nodes.size());
  const auto at = static_cast<std::size_t>(index);
  TreeNode node{.column = static_cast<std::int32_t>(random.below(shape.columns)),
                .missing = MissingRule::Default,
                .default_child = static_cast<std::int32_t>(random.below(2)),
                .value = random.normal() / 10};
  if (shape.is_float) node.value = static_cast<double>(static_cast<float>(node.value));
  if (shape.outputs > 1) {
    for (std::size_t k = 0; k < shape.outputs; ++k) node.values.push_back(random.normal());
  }
  node.split = shape.step * std::round(random.normal() / shape.step);
  if (random.chance(0.02)) node.split = std::numeric_limits<double>::infinity();
  node.threshold = static_cast<float>(node.split);
  node.is_category =
      static_cast<std::size_t>(node.column) >= shape.columns - shape.categories;
  if (node.is_category) {
    for (int k = 0; k < 5; ++k) {  // The sixth is unknown to the split.
      node.child_of_category.push_back(static_cast<std::int32_t>(random.below(3)) - 1);
    }
  }
  tree.nodes.push_back(node);
  if (depth == 0 || random.chance(shape.leaf_chance)) return index;
  const auto first = grow(tree, random, shape, depth - 1);
  const auto second = grow(tree, random, shape, depth - 1);
  tree.nodes[at].children = {first, second};
  return index;
}

TreeEnsemble ensemble_of(const Shape& shape, std::uint64_t seed) {
  Random random(seed);
  TreeEnsemble ensemble{.base = 0.3,
                        .is_less = shape.is_less,
                        .is_float = shape.is_float,
                        .outputs = shape.outputs};
  for (std::size_t t = 0; t < shape.trees; ++t) {
    grow(ensemble.trees.emplace_back(), random, shape, shape.depth);
  }
  return ensemble;
}

/// Columns with missing cells, equal values, huge and infinite ones, and codes unknown to the model.
struct Rows {
  std::size_t count;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::int32_t> own_code = {3, 0, -1, 5, 1, 2, 4};
  std::vector<Slice> slices;
  std::vector<Cell> cells;

  Rows(const Shape& shape, std::size_t rows_count, std::uint64_t seed) : count(rows_count) {
    Random random(seed);
    const double odd[] = {1e300, -1e300, std::numeric_limits<double>::infinity(),
                          -std::numeric_limits<double>::infinity(), -0.0,
                          std::numeric_limits<double>::quiet_NaN()};
    for (std::size_t c = 0; c < shape.columns; ++c) {
      const bool is_category = c >= shape.columns - shape.categories;
      auto& v = values.emplace_back();
      auto& k = codes.emplace_back();
      auto& ok = valid.emplace_back();
      for (std::size_t r = 0; r < count; ++r) {
        ok.push_back(random.chance(0.85) ? 1 : 0);
        if (is_category) k.push_back(static_cast<std::uint32_t>(random.below(8)));
        else if (random.chance(0.05)) v.push_back(odd[random.below(6)]);
        else v.push_back(shape.step * std::round(random.normal() / shape.step));
      }
    }
    for (std::size_t c = 0; c < shape.columns; ++c) {
      if (values[c].empty()) {
        slices.push_back({.codes = codes[c].data(), .valid = valid[c].data(), .own_code = own_code});
      } else {
        slices.push_back({.values = values[c].data(), .valid = valid[c].data()});
      }
    }
    for (std::size_t r = 0; r < count; ++r) {
      for (const auto& slice : slices) cells.push_back(slice.cell(r));
    }
  }
};

template <typename Sum>
std::vector<double> walked(const TreeEnsemble& ensemble, const Rows& rows) {
  std::vector<double> result;
  const std::size_t width = rows.slices.size();
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto row = std::span(rows.cells).subspan(r * width, width);
    for (std::size_t k = 0; k < ensemble.outputs; ++k) {
      auto sum = static_cast<Sum>(ensemble.outputs == 1 ? ensemble.base : 0);
      for (const auto& tree : ensemble.trees) {
        std::size_t at = 0;
        while (!tree.nodes[at].children.empty()) {
          const auto child = decide(ensemble, tree.nodes[at], row).child;
          at = static_cast<std::size_t>(tree.nodes[at].children[static_cast<std::size_t>(child)]);
        }
        sum += static_cast<Sum>(leaf_value(ensemble, tree.nodes[at], k));
      }
      result.push_back(static_cast<double>(sum));
    }
  }
  return result;
}

std::vector<double> walked(const TreeEnsemble& ensemble, const Rows& rows) {
  return ensemble.is_float ? walked<float>(ensemble, rows) : walked<double>(ensemble, rows);
}

class Layouts : public ::testing::TestWithParam<Shape> {};

TEST_P(Layouts, GiveTheBitsOfAWalk) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto ensemble = ensemble_of(GetParam(), seed);
    const Rows rows(GetParam(), 333, seed + 100);
    const auto expected = walked(ensemble, rows);
    std::vector<double> found(expected.size());
    if (const auto bytes = ByteTrees::of(ensemble)) {
      bytes->score(rows.slices, 0, rows.count, found);
      EXPECT_EQ(found, expected) << "bytes, seed " << seed;
    } else {
      EXPECT_GT(GetParam().depth, 8);
    }
    const auto thin = ThinTrees::of(ensemble);
    ASSERT_NE(thin, nullptr);
    thin->score(rows.slices, 0, rows.count, found);
    EXPECT_EQ(found, expected) << "thin, seed " << seed;
    const TreeScorer scorer(ensemble);
    scorer.score({.count = rows.count, .width = rows.slices.size(), .cells = rows.cells}, found);
    EXPECT_EQ(found, expected) << "rows of cells, seed " << seed;
    std::vector<double> part(10 * ensemble.outputs);
    scorer.score(rows.slices, 150, 160, part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      EXPECT_EQ(part[i], expected[150 * ensemble.outputs + i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Layouts,
    ::testing::Values(
        Shape{.trees = 30, .columns = 6, .categories = 2, .depth = 6},
        Shape{.trees = 30, .columns = 6, .categories = 0, .depth = 6, .is_less = true,
              .is_float = true},
        Shape{.trees = 20, .columns = 4, .categories = 1, .depth = 5, .is_less = true},
        Shape{.trees = 20, .columns = 4, .categories = 1, .depth = 5, .is_float = true},
        Shape{.trees = 3, .columns = 3, .categories = 1, .depth = 8, .leaf_chance = 0},
        Shape{.trees = 40, .columns = 2, .categories = 0, .depth = 7, .is_float = true,
              .step = 0.001},  // More thresholds of a column than a byte counts.
        Shape{.trees = 10, .columns = 5, .categories = 2, .depth = 6, .outputs = 3},
        Shape{.trees = 4, .columns = 5, .categories = 2, .depth = 11, .leaf_chance = 0.02},
        Shape{.trees = 3, .columns = 5, .categories = 1, .depth = 11, .leaf_chance = 0.02,
              .is_less = true, .is_float = true, .outputs = 2},
        Shape{.trees = 5, .columns = 1, .categories = 0, .depth = 0}));

TEST(TreeScorer, AColumnThatIsNotThereIsMissing) {
  const Shape shape{.trees = 20, .columns = 5, .categories = 2, .depth = 6};
  const auto ensemble = ensemble_of(shape, 1);
  Rows rows(shape, 50, 2);
  for (const std::size_t absent : {0U, 4U}) {
    std::ranges::fill(rows.valid[absent], std::uint8_t{0});
    for (std::size_t r = 0; r < rows.count; ++r) rows.cells[r * 5 + absent] = {};
    rows.slices[absent] = {};
  }
  std::vector<double> found(rows.count);
  TreeScorer(ensemble).score(rows.slices, 0, rows.count, found);
  EXPECT_EQ(found, walked(ensemble, rows));
}

TEST(TreeScorer, MissingCellsThatGoAllWaysTakeTheGeneralPath) {
  const Shape shape{.trees = 5, .columns = 4, .categories = 1, .depth = 4};
  auto ensemble = ensemble_of(shape, 3);
  for (auto& tree : ensemble.trees) {
    for (auto& node : tree.nodes) node.missing = MissingRule::Fractional, node.cover = 1;
  }
  EXPECT_EQ(ByteTrees::of(ensemble), nullptr);
  EXPECT_EQ(ThinTrees::of(ensemble), nullptr);
  Rows rows(shape, 40, 4);
  std::vector<double> by_cells(rows.count), in_place(rows.count);
  const TreeScorer scorer(ensemble);
  scorer.score({.count = rows.count, .width = 4, .cells = rows.cells}, by_cells);
  scorer.score(rows.slices, 0, rows.count, in_place);
  EXPECT_EQ(by_cells, in_place);
}

}  // namespace
}  // namespace holdfast::forms
