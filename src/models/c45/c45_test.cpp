// Quinlan (1993), C4.5: Programs for Machine Learning, section 4.2: U_25%(0, 6) = 0.206,
// U_25%(0, 9) = 0.143, U_25%(0, 1) = 0.750 as printed there. The golf data of section 2.1 gives the
// tree of figure 2-1.

#include "models/c45/c45.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/growing/error_pruning.hpp"
#include "models/growing/words.hpp"
#include "models/task.hpp"
#include "models/tree_edit.hpp"
#include "testing/printed.hpp"

namespace holdfast::c45 {

extern const ModelDescriptor descriptor;

namespace {

using growing::added_errors;

TEST(AddedErrors, PrintedUpperLimits) {
  EXPECT_PRINTED(added_errors(6, 0, 0.25) / 6, "0.206");
  EXPECT_PRINTED(added_errors(9, 0, 0.25) / 9, "0.143");
  EXPECT_PRINTED(added_errors(1, 0, 0.25), "0.750");
}

TEST(AddedErrors, GrowsAsTheConfidenceFalls) {
  EXPECT_GT(added_errors(100, 5, 0.1), added_errors(100, 5, 0.25));
  EXPECT_EQ(added_errors(100, 5, 0.9), 0);
  EXPECT_EQ(added_errors(5, 5, 0.25), 0);
}

/// Quinlan's golf data: outlook, temperature, humidity, windy; class 1: play.
struct Golf {
  std::vector<std::string> outlooks = {"sunny", "overcast", "rain"};
  std::vector<std::string> windies = {"true", "false"};
  std::vector<std::uint32_t> outlook = {0, 0, 1, 2, 2, 2, 1, 0, 0, 2, 0, 1, 1, 2};
  std::vector<double> temperature = {85, 80, 83, 70, 68, 65, 64, 72, 69, 75, 75, 72, 81, 71};
  std::vector<double> humidity = {85, 90, 78, 96, 80, 70, 65, 95, 70, 80, 70, 90, 75, 80};
  std::vector<std::uint32_t> windy = {1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0};
  std::vector<std::uint8_t> y = {0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0};
  std::vector<std::uint8_t> valid = std::vector<std::uint8_t>(14, 1);
  std::vector<std::uint8_t> outlook_valid = std::vector<std::uint8_t>(14, 1);
  std::vector<double> weight = std::vector<double>(14, 1.0);

  dataset::Columns view() const {
    return {.rows = 14,
            .columns = {
                {.name = "outlook",
                 .codes = outlook,
                 .categories = outlooks,
                 .valid = outlook_valid},
                {.name = "temperature", .values = temperature, .valid = valid},
                {.name = "humidity", .values = humidity, .valid = valid},
                {.name = "windy", .codes = windy, .categories = windies, .valid = valid}}};
  }
};

TEST(C45, DrawsQuinlansGolfTree) {
  const Golf golf;
  const auto tree = fit(golf.view(), golf.y, golf.weight, 2, {});
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(growing::text_of(*tree, golf.view(), {"Don't Play", "Play"}),
            "\noutlook = sunny\n"
            "|   humidity <= 75: Play (2.0)\n"
            "|   humidity > 75: Don't Play (3.0)\n"
            "outlook = overcast: Play (4.0)\n"
            "outlook = rain\n"
            "|   windy = true: Don't Play (2.0)\n"
            "|   windy = false: Play (3.0)\n"
            "\nNumber of Leaves  : \t5\n\nSize of the tree : \t8\n");
}

TEST(C45, MissingRowsGoToEveryChildInProportion) {
  Golf golf;
  golf.outlook_valid[11] = 0;  // The missing case of Quinlan's section 3.2.
  const auto tree = fit(golf.view(), golf.y, golf.weight, 2, {.confidence = 1});
  ASSERT_TRUE(tree.ok());
  ASSERT_EQ(tree->nodes[0].column, 0);
  const auto cover = [&](std::size_t child) {
    return tree->nodes[static_cast<std::size_t>(tree->nodes[0].children[child])].cover;
  };
  EXPECT_NEAR(cover(0), 5 + 5.0 / 13, 1e-12);
  EXPECT_NEAR(cover(1), 3 + 3.0 / 13, 1e-12);
  EXPECT_NEAR(cover(2), 5 + 5.0 / 13, 1e-12);
}

TEST(C45, LeavesTableCountsEveryRowOnce) {
  const Golf golf;
  const ClassifierTask task{.train = golf.view(), .y = golf.y, .weight = golf.weight};
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto& leaves = model->tables[0];
  ASSERT_EQ(leaves.id, "leaves");
  double total = 0;
  double lost = 0;
  for (const auto& row : leaves.rows) {
    total += std::get<double>(row[1]);
    lost += std::get<double>(row[3]);
  }
  EXPECT_EQ(total, 14);
  EXPECT_EQ(lost, 9);
  EXPECT_EQ(std::get<std::string>(model->tables[1].rows[0][0]),
            "if outlook = sunny and humidity <= 75, 100.0% leave (2 of 2)");
  EXPECT_EQ(std::get<std::string>(model->tables[1].rows[0][1]),
            "如果 outlook = sunny 且 humidity <= 75,流失率 100.0%(2 个中流失 2 个)");
}

TEST(C45, SameTreeForAnyThreadCountAndRowOrder) {
  Random random(3);
  constexpr std::size_t kRows = 8000;
  std::vector<std::vector<double>> x(6);
  std::vector<std::uint8_t> y, valid(kRows, 1);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (auto& column : x) column.push_back(std::round(20 * random.normal()));
    y.push_back(random.chance(x[0][r] > 5 ? 0.7 : x[1][r] < 0 ? 0.4 : 0.1) ? 1 : 0);
  }
  const std::vector<double> weight(kRows, 1.0);
  dataset::Columns columns{.rows = kRows};
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f"};
  for (std::size_t c = 0; c < 6; ++c) {
    columns.columns.push_back({.name = names[c], .values = x[c], .valid = valid});
  }
  set_threads(1);
  const auto one = fit(columns, y, weight, 2, {});
  set_threads(2);
  const auto two = fit(columns, y, weight, 2, {});
  set_threads(0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(growing::text_of(*one, columns, {"0", "1"}),
            growing::text_of(*two, columns, {"0", "1"}));
  for (auto& column : x) std::ranges::reverse(column);
  std::ranges::reverse(y);
  const auto reversed = fit(columns, y, weight, 2, {});
  ASSERT_TRUE(reversed.ok());
  EXPECT_EQ(growing::text_of(*one, columns, {"0", "1"}),
            growing::text_of(*reversed, columns, {"0", "1"}));
}

TEST(C45, TakesTenThousandCategoriesWithMissingOnes) {
  Random random(4);
  constexpr std::size_t kRows = 40'000, kCategories = 10'000;
  std::vector<std::string> shops;
  for (std::size_t i = 0; i < kCategories; ++i) shops.push_back("shop " + std::to_string(i));
  std::vector<std::uint32_t> shop;
  std::vector<double> age;
  std::vector<std::uint8_t> y, valid, all(kRows, 1);
  for (std::size_t r = 0; r < kRows; ++r) {
    shop.push_back(static_cast<std::uint32_t>(random.below(kCategories)));
    age.push_back(std::round(80 * random.uniform()));
    valid.push_back(random.chance(0.001) ? 0 : 1);
    y.push_back(random.chance(shop[r] % 2 == 0 ? 0.95 : 0.05) ? 1 : 0);
  }
  const dataset::Columns columns{
      .rows = kRows,
      .columns = {{.name = "shop", .codes = shop, .categories = shops, .valid = valid},
                  {.name = "age", .values = age, .valid = all}}};
  const std::vector<double> weight(kRows, 1.0);
  const auto tree = fit(columns, y, weight, 2, {.confidence = 1});
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(tree->nodes[0].column, 0);
  EXPECT_GE(tree->nodes.size(), kCategories);
  double cover = 0;
  for (const auto& node : tree->nodes) cover += node.children.empty() ? node.cover : 0;
  EXPECT_NEAR(cover, kRows, 1e-6 * kRows);
}

TEST(C45, CostsWeighTheClasses) {
  const Golf golf;
  ClassifierTask task{.train = golf.view(), .y = golf.y, .weight = golf.weight};
  task.costs = {0, 1, 8, 0};  // Missing a leaver costs 8.
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  double lost = 0;
  for (const auto& row : model->tables[0].rows) lost += std::get<double>(row[3]);
  EXPECT_NEAR(lost, 9, 1e-9);  // Tables count rows, not costs.
}

TEST(C45, TellsSeveralClassesApart) {
  const Golf golf;
  std::vector<std::uint8_t> y(golf.outlook.begin(), golf.outlook.end());
  dataset::Columns columns = golf.view();
  columns.columns.erase(columns.columns.begin() + 1, columns.columns.end());
  const ClassifierTask task{
      .train = columns, .y = y, .weight = golf.weight, .classes = {"sun", "cloud", "rain"}};
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto shares = predict_classes(*model, columns);
  EXPECT_NEAR(shares[0], (5 + 1) / (5 + 3.0), 1e-12);  // Laplace.
  EXPECT_EQ(std::get<std::string>(model->tables[1].rows[0][0]),
            "if outlook = sunny, 100.0% are sun (5 of 5)");
}

TEST(C45, GrowsByHand) {
  const Golf golf;
  const ClassifierTask task{.train = golf.view(), .y = golf.y, .weight = golf.weight};
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok() && descriptor.tree_editing != nullptr);
  const auto pruned = descriptor.tree_editing->edit(
      task, *model, {.kind = TreeEdit::Kind::Prune, .node = 0});
  ASSERT_TRUE(pruned.ok());
  EXPECT_EQ(pruned->tables[0].rows.size(), 1U);
  const auto windy = descriptor.tree_editing->edit(
      task, *pruned, {.kind = TreeEdit::Kind::Split, .node = 0, .column = "windy"});
  ASSERT_TRUE(windy.ok());
  EXPECT_EQ(windy->tables[0].rows.size(), 2U);
  const auto again = descriptor.tree_editing->edit(
      task, *windy, {.kind = TreeEdit::Kind::Grow, .node = 0});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(predict(*again, golf.view()), predict(*model, golf.view()));
  const auto candidates = descriptor.tree_editing->candidates(task, *pruned, 0);
  ASSERT_TRUE(candidates.ok());
  EXPECT_EQ((*candidates)[0].column, "outlook");
  // Quinlan (1993), section 2.2: gain 0.246, gain ratio 0.156, from rounded entropies.
  EXPECT_PRINTED((*candidates)[0].measure, "0.156");
  EXPECT_NEAR((*candidates)[0].gain, 0.246, 1e-3);
}

}  // namespace
}  // namespace holdfast::c45
