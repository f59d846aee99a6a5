#include "models/forms/double_trees.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "models/forms/forms.hpp"

namespace holdfast::forms {
namespace {

// The threshold in double must part every double as the comparison in float does: tried at the
// threshold's neighbours, where rounding decides.
TEST(DoubleTrees, PartValuesAsFloatComparisonDoes) {
  Random random(4);
  for (int i = 0; i < 20'000; ++i) {
    const auto threshold = static_cast<float>(random.normal() * std::pow(10, random.normal() * 3));
    const double at = split_in_double(threshold);
    double value = at;
    for (int step = 0; step < 3; ++step) value = std::nextafter(value, -1e300);
    for (int step = 0; step < 7; ++step) {
      EXPECT_EQ(static_cast<float>(value) < threshold, value < at) << threshold;
      value = std::nextafter(value, 1e300);
    }
  }
}

// A stump per threshold; in double each row reaches the leaf it had in float.
TEST(DoubleTrees, SendRowsToTheSameLeaves) {
  for (const bool is_less : {true, false}) {
    Random random(5);
    TreeEnsemble in_float{.base = 0.25, .is_less = is_less, .is_float = true};
    std::vector<Cell> cells;
    for (int i = 0; i < 200; ++i) {
      const auto threshold = static_cast<float>(random.normal());
      Tree tree;
      tree.nodes.resize(3);
      tree.nodes[0] = {.column = 0, .threshold = threshold, .split = static_cast<double>(threshold),
                       .children = {1, 2}, .missing = MissingRule::Default, .cover = 2};
      tree.nodes[1].value = static_cast<double>(static_cast<float>(random.normal()));
      tree.nodes[2].value = static_cast<double>(static_cast<float>(random.normal()));
      in_float.trees.push_back(tree);
      for (const double value : {static_cast<double>(threshold), std::nextafter(static_cast<double>(threshold), -9.0),
                                 std::nextafter(static_cast<double>(threshold), 9.0)})
        cells.push_back({.value = value, .is_missing = false});
    }
    auto in_double = in_float;
    use_doubles(in_double);
    EXPECT_FALSE(in_double.is_float);
    const Rows rows{.count = cells.size(), .width = 1, .cells = cells};
    std::vector<double> before(cells.size()), after(cells.size());
    TreeScorer(in_float).score(rows, before);
    TreeScorer(in_double).score(rows, after);
    for (std::size_t r = 0; r < cells.size(); ++r) {
      double exact = in_float.base;
      for (const auto& tree : in_float.trees) {
        const auto& root = tree.nodes[0];
        const auto value = static_cast<float>(cells[r].value);
        const bool is_first = is_less ? value < root.threshold : value <= root.threshold;
        exact += tree.nodes[is_first ? 1 : 2].value;
      }
      EXPECT_EQ(after[r], exact);
      EXPECT_NEAR(before[r], exact, 1e-4);
    }
  }
}

}  // namespace
}  // namespace holdfast::forms
