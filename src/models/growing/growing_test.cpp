// The engine against trees grown the slow, obvious way: at every node all rows are sorted anew and
// every cut is tried. Breiman et al. (1984), Classification and Regression Trees, section 4.4, for
// costs as altered priors.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/errors.hpp"
#include "models/growing/edit.hpp"
#include "models/growing/grower.hpp"
#include "models/growing/words.hpp"

namespace holdfast::growing {
namespace {

double gini(const std::vector<double>& counts) {
  double total = 0, squares = 0;
  for (const double count : counts) total += count;
  if (!(total > 0)) return 0;
  for (const double count : counts) squares += count * count;
  return total - squares / total;
}

/// The binary cut of least Gini impurity; the first of equals.
class GiniRule : public SplitRule {
 public:
  Split of_column(const NodeView& node, std::size_t c) const override {
    Split split;
    if (!node.sample().is_numeric(c)) return split;
    const auto order = node.order(c);
    std::vector<double> below(node.sample().classes_count()), above(below);
    for (const auto& place : order) above[node.cls(place.at)] += node.weight(place.at);
    const double before = gini(above);
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
      const auto at = order[i].at;
      below[node.cls(at)] += node.weight(at);
      above[node.cls(at)] -= node.weight(at);
      if (order[i].rank == order[i + 1].rank) continue;
      const double gain = before - gini(below) - gini(above);
      if (!(gain > split.measure + 1e-9)) continue;
      split.measure = gain;
      split.column = static_cast<std::int32_t>(c);
      split.threshold = node.value(c, order[i].rank);
    }
    return split;
  }
  std::optional<std::size_t> best_of(const NodeView&, std::span<const Split> splits) const override {
    std::optional<std::size_t> best;
    for (std::size_t c = 0; c < splits.size(); ++c) {
      if (splits[c].is_none()) continue;
      if (!best || splits[c].measure > splits[*best].measure + 1e-9) best = c;
    }
    return best;
  }
  void finish(const NodeView& node, Split& split) const override {
    split.distribution = Distribution(2, node.sample().classes_count());
    for (const auto& place : node.order(static_cast<std::size_t>(split.column))) {
      const double value = node.value(static_cast<std::size_t>(split.column), place.rank);
      split.distribution.add(value <= split.threshold ? 0 : 1, node.cls(place.at),
                             node.weight(place.at));
    }
  }
};

struct Data {
  std::vector<std::string> names;
  std::vector<std::vector<double>> x;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::vector<std::string> areas = {"east", "north", "south"};
  std::vector<std::uint32_t> area;
  std::vector<std::uint8_t> all_valid;

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < x.size(); ++c) {
      columns.columns.push_back({.name = names[c], .values = x[c], .valid = valid[c]});
    }
    columns.columns.push_back(
        {.name = "area", .codes = area, .categories = areas, .valid = all_valid});
    return columns;
  }
};

Data made(std::size_t rows, std::size_t columns, double missing, std::uint64_t seed) {
  Random random(seed);
  Data data{.x = std::vector<std::vector<double>>(columns),
            .valid = std::vector<std::vector<std::uint8_t>>(columns)};
  for (std::size_t c = 0; c < columns; ++c) data.names.push_back("x" + std::to_string(c));
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      data.x[c].push_back(std::round(8 * random.normal()));
      data.valid[c].push_back(random.chance(missing) ? 0 : 1);
    }
    data.y.push_back(random.chance(data.x[0][r] > 3 ? 0.7 : data.x[1][r] > 0 ? 0.5 : 0.1) ? 1 : 0);
    data.weight.push_back(1);
    data.area.push_back(static_cast<std::uint32_t>(random.below(3)));
  }
  data.all_valid.assign(rows, 1);
  return data;
}

/// A node grown the slow way; rows of unknown value go to both children in part.
void slowly(const Sample& sample, const Rows& rows, int depth, int depth_max, std::string& text) {
  const auto d = distribution_of(sample, rows);
  text += "(";
  double best = 0, threshold = 0;
  std::int32_t column = -1;
  if (depth < depth_max && std::abs(d.total() - d.cls(d.majority())) > 1e-6) {
    for (std::size_t c = 0; c < sample.columns_count(); ++c) {
      if (!sample.is_numeric(c)) continue;
      double gain_best = 0, cut = 0;
      for (const double at : sample.numeric(c).distinct) {
        std::vector<double> below(2), above(2), all(2);
        for (std::size_t i = 0; i < rows.row.size(); ++i) {
          const auto r = rows.row[i];
          if (sample.is_missing(c, r)) continue;
          all[sample.y()[r]] += rows.weight[i];
          (sample.column(c).values[r] <= at ? below : above)[sample.y()[r]] += rows.weight[i];
        }
        if (!(below[0] + below[1] > 0) || !(above[0] + above[1] > 1e-12)) continue;
        const double gain = gini(all) - gini(below) - gini(above);
        if (gain > gain_best + 1e-9) gain_best = gain, cut = at;
      }
      if (gain_best > best + 1e-9) {
        best = gain_best, threshold = cut, column = static_cast<std::int32_t>(c);
      }
    }
  }
  if (column < 0) {
    text += std::to_string(std::llround(1000 * d.total())) + ")";
    return;
  }
  text += std::to_string(column) + "<=" + std::to_string(threshold);
  Split split{.column = column, .threshold = threshold};
  split.distribution = distribution_of(sample, split, 2, rows);
  for (const auto& part : divided(sample, split, rows)) {
    slowly(sample, part, depth + 1, depth_max, text);
  }
  text += ")";
}

void written(const Branch& branch, std::string& text) {
  text += "(";
  if (branch.is_leaf()) {
    text += std::to_string(std::llround(1000 * branch.split.distribution.total())) + ")";
    return;
  }
  text += std::to_string(branch.split.column) + "<=" + std::to_string(branch.split.threshold);
  for (const auto& child : branch.children) written(*child, text);
  text += ")";
}

TEST(Growing, SameTreeAsTheSlowWayWithAndWithoutMissingValues) {
  for (const double missing : {0.0, 0.15}) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      SCOPED_TRACE(::testing::Message() << "missing " << missing << " seed " << seed);
      const Data data = made(150, 3, missing, seed);
      const Sample sample(data.view(), data.y, data.weight, 2);
      std::string expected, found;
      slowly(sample, sample.rows(), 0, 5, expected);
      const auto root = grown(sample, sample.rows(), GiniRule(), {.depth_max = 5});
      written(*root, found);
      EXPECT_EQ(found, expected);
    }
  }
}

TEST(Growing, SameBytesForAnyThreadCount) {
  const Data data = made(6000, 8, 0.05, 7);
  const Sample sample(data.view(), data.y, data.weight, 2);
  std::string one, two;
  set_threads(1);
  written(*grown(sample, sample.rows(), GiniRule(), {.depth_max = 12}), one);
  set_threads(4);
  written(*grown(sample, sample.rows(), GiniRule(), {.depth_max = 12}), two);
  set_threads(0);
  EXPECT_EQ(one, two);
}

TEST(Growing, GrowsOnAnyPartOfTheRows) {
  const Data data = made(400, 4, 0.1, 8);
  const Sample sample(data.view(), data.y, data.weight, 2);
  Rows odd;
  for (std::uint32_t r = 1; r < 400; r += 2) odd.add(r, 1);
  std::string expected, found;
  slowly(sample, odd, 0, 4, expected);
  written(*grown(sample, odd, GiniRule(), {.depth_max = 4}), found);
  EXPECT_EQ(found, expected);
}

TEST(Growing, ComesBackFromTheForm) {
  const Data data = made(500, 4, 0.1, 9);
  const Sample sample(data.view(), data.y, data.weight, 2);
  const auto root = grown(sample, sample.rows(), GiniRule(), {.depth_max = 4});
  const auto tree = tree_of(sample, *root, LeafShare::Raw);
  std::string before, after;
  written(*root, before);
  written(*branch_of(sample, tree, sample.rows()), after);
  EXPECT_EQ(before, after);
  double leaves = 0;
  for (const auto& node : tree.nodes) leaves += node.children.empty() ? node.cover : 0;
  EXPECT_NEAR(leaves, 500, 1e-9);
}

TEST(CostFactors, AreInProportionToTheCostsAndKeepTheWeight) {
  const std::vector<std::uint8_t> y = {0, 0, 0, 1};
  const std::vector<double> weight = {1, 1, 1, 1};
  const std::vector<double> costs = {0, 1, 5, 0};  // Missing a leaver costs 5.
  const auto factors = cost_factors(y, weight, 2, costs);
  EXPECT_DOUBLE_EQ(factors[1] / factors[0], 5);
  EXPECT_DOUBLE_EQ(3 * factors[0] + factors[1], 4);
  EXPECT_EQ(cost_factors(y, weight, 2, {}), (std::vector<double>{1, 1}));
  const auto priors = prior_factors(y, weight, std::vector<double>{0.5, 0.5});
  EXPECT_DOUBLE_EQ(3 * priors[0], 2);
  EXPECT_DOUBLE_EQ(priors[1], 2);
}

TEST(CostFactors, ChangeTheTreeButNotTheRowsThatPeopleSee) {
  const Data data = made(500, 4, 0.1, 10);
  const Sample sample(data.view(), data.y, data.weight, 2, {0.5, 3});
  const auto tree = tree_of(sample, *grown(sample, sample.rows(), GiniRule(), {.depth_max = 3}),
                            LeafShare::Raw);
  double lost = 0;
  for (const auto y : data.y) lost += y;
  EXPECT_NEAR(tree.nodes[0].cover, 500, 1e-9);
  EXPECT_NEAR(tree.nodes[0].class_cover[1], lost, 1e-9);
}

/// A tree of depth 2 and its sample, for changes by hand.
class ByHand : public ::testing::Test {
 protected:
  const Data data = made(500, 4, 0.1, 11);
  const Sample sample{data.view(), data.y, data.weight, 2};
  const GiniRule rule;
  const forms::Tree tree = tree_of(
      sample, *grown(sample, sample.rows(), rule, {.depth_max = 2}), LeafShare::Raw);

  Result<forms::Tree> change(const TreeEdit& edit) const {
    return edited(sample, tree, rule, {.depth_max = 4}, LeafShare::Raw, edit);
  }
};

TEST_F(ByHand, PrunesABranch) {
  const auto pruned = change({.kind = TreeEdit::Kind::Prune, .node = 1});
  ASSERT_TRUE(pruned.ok());
  EXPECT_EQ(pruned->nodes.size(), tree.nodes.size() - 2);
  EXPECT_TRUE(pruned->nodes[1].children.empty());
  EXPECT_NEAR(pruned->nodes[1].cover, tree.nodes[1].cover, 1e-9);
}

TEST_F(ByHand, ForcesANumericSplitAndCountsItsRows) {
  const auto forced = change(
      {.kind = TreeEdit::Kind::Split, .node = 0, .column = "x3", .cuts = {5, -5}});
  ASSERT_TRUE(forced.ok());
  ASSERT_EQ(forced->nodes[0].cuts, (std::vector<double>{-5, 5}));
  ASSERT_EQ(forced->nodes[0].children.size(), 3U);
  double below = 0, between = 0, above = 0;
  for (std::size_t r = 0; r < 500; ++r) {
    if (data.valid[3][r] == 0) continue;
    (data.x[3][r] <= -5 ? below : data.x[3][r] <= 5 ? between : above) += 1;
  }
  const double known = below + between + above;
  EXPECT_NEAR(forced->nodes[1].cover, 500 * below / known, 1e-9);
  EXPECT_NEAR(forced->nodes[3].cover, 500 * above / known, 1e-9);
}

TEST_F(ByHand, ForcesGroupsOfCategories) {
  const auto forced = change({.kind = TreeEdit::Kind::Split,
                              .node = 0,
                              .column = "area",
                              .groups = {{"south", "east"}, {"north"}}});
  ASSERT_TRUE(forced.ok());
  EXPECT_EQ(forced->nodes[0].child_of_category, (std::vector<std::int32_t>{0, 1, 0}));
  EXPECT_EQ(forced->nodes[2].cover, std::ranges::count(data.area, 1U));
  EXPECT_TRUE(text_of(*forced, data.view(), {"stays", "leaves"})
                  .starts_with("\narea ∈ {east, south}: "));
}

TEST_F(ByHand, GrowsBelowANodeAsTheRuleWould) {
  const auto stump = change({.kind = TreeEdit::Kind::Prune, .node = 0});
  ASSERT_TRUE(stump.ok());
  ASSERT_EQ(stump->nodes.size(), 1U);
  const auto again = edited(sample, *stump, rule, {.depth_max = 2}, LeafShare::Raw,
                            {.kind = TreeEdit::Kind::Grow, .node = 0});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(text_of(*again, data.view(), {"0", "1"}), text_of(tree, data.view(), {"0", "1"}));
}

TEST_F(ByHand, RanksTheColumnsOfANode) {
  const auto found = candidates(sample, tree, rule, 0);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 4U);  // The rule knows no categories.
  EXPECT_EQ((*found)[0].column, data.names[static_cast<std::size_t>(tree.nodes[0].column)]);
  EXPECT_GE((*found)[0].measure, (*found)[1].measure);
  EXPECT_TRUE((*found)[0].children.en.starts_with("<= "));
}

TEST_F(ByHand, SaysWhatCannotBeDone) {
  const auto kind_of = [&](const TreeEdit& edit) { return change(edit).error().kind; };
  EXPECT_EQ(kind_of({.node = 99}), &models::errors::kNoSuchNode);
  EXPECT_EQ(kind_of({.kind = TreeEdit::Kind::Split, .node = 0, .column = "moon"}),
            &models::errors::kNoSuchColumn);
  EXPECT_EQ(kind_of({.kind = TreeEdit::Kind::Split, .node = 0, .column = "x0", .cuts = {1e6}}),
            &models::errors::kPartsNothing);
  EXPECT_EQ(kind_of({.kind = TreeEdit::Kind::Split, .node = 0, .column = "area", .cuts = {1}}),
            &models::errors::kPartsNothing);
  EXPECT_EQ(kind_of({.kind = TreeEdit::Kind::Split,
                     .node = 0,
                     .column = "area",
                     .groups = {{"west"}, {"east"}}}),
            &models::errors::kNoSuchCategory);
}

TEST(Words, FoldSeveralSplitsOfAColumnAndCountMoreThanTwoClasses) {
  const Data data = made(10, 2, 0, 12);
  forms::Tree tree;
  tree.nodes.resize(5);
  tree.nodes[0] = {.column = 0, .split = 5, .children = {1, 2}, .cover = 10, .class_cover = {7, 3}};
  tree.nodes[1] = {.column = 0, .split = 1, .children = {3, 4}, .cover = 8, .class_cover = {6, 2}};
  tree.nodes[2] = {.cover = 2, .class_cover = {0, 2}};
  tree.nodes[3] = {.cover = 4, .class_cover = {4, 0}};
  tree.nodes[4] = {.cover = 4, .class_cover = {2, 2}};
  const auto leaves = leaves_table(tree, data.view(), {});
  ASSERT_EQ(leaves.rows.size(), 3U);
  EXPECT_EQ(std::get<std::string>(leaves.rows[0][0]), "x0 > 5");
  EXPECT_EQ(std::get<std::string>(leaves.rows[1][0]), "1 < x0 <= 5");
  EXPECT_EQ(std::get<double>(leaves.rows[1][4]), 1.0);  // L/A
  EXPECT_EQ(std::get<double>(leaves.rows[1][5]), 0.5);  // L/T
  for (auto& node : tree.nodes) node.class_cover.push_back(0);
  tree.nodes[3].class_cover = {1, 0, 3};
  const auto several = leaves_table(tree, data.view(), {"a", "b", "c"});
  EXPECT_EQ(several.columns.size(), 7U);
  EXPECT_EQ(std::get<std::string>(several.rows[0][5]), "c");
  EXPECT_EQ(std::get<double>(several.rows[0][6]), 0.75);
  EXPECT_EQ(std::get<std::string>(rules_table(tree, data.view(), {"a", "b", "c"}).rows[0][0]),
            "if x0 <= 1, 75.0% are c (3 of 4)");
}

TEST(Words, WriteTheTreeLineByLine) {
  const Data data = made(10, 2, 0, 12);
  forms::Tree tree;
  tree.nodes.resize(5);
  tree.nodes[0] = {.column = 0, .split = 5, .children = {1, 2}, .cover = 10, .class_cover = {7, 3}};
  tree.nodes[1] = {.column = 1, .split = 1, .children = {3, 4}, .cover = 8, .class_cover = {6, 2}};
  tree.nodes[2] = {.cover = 2, .class_cover = {0, 2}};
  tree.nodes[3] = {.cover = 4, .class_cover = {3, 1}};
  tree.nodes[4] = {.cover = 4, .class_cover = {3, 1}};
  const auto text = text_table(tree, data.view(), {});
  ASSERT_EQ(text.rows.size(), 6U);
  EXPECT_EQ(std::get<std::string>(text.rows[0][0]), "x0 <= 5");
  EXPECT_EQ(std::get<std::string>(text.rows[1][0]), "|   x1 <= 1: A (4.0/1.0)");
  EXPECT_EQ(std::get<std::string>(text.rows[3][0]), "x0 > 5: L (2.0)");
}

}  // namespace
}  // namespace holdfast::growing
