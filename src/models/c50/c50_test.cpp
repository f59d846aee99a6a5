// RuleQuest Research, See5/C5.0: An Informal Tutorial: a rule of 31 cases without error has
// confidence 0.970 (the Laplace ratio (n − m + 1) / (n + 2)). Kuhn & Johnson (2013), Applied
// Predictive Modeling, section 14.6: the weights of boosting.

#include "models/c50/c50.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/c50/boosting.hpp"
#include "models/c50/rule.hpp"
#include "models/c50/rules.hpp"
#include "models/c50/winnowing.hpp"
#include "models/growing/grower.hpp"
#include "models/task.hpp"
#include "models/tree_edit.hpp"
#include "testing/printed.hpp"

namespace holdfast::c50 {

extern const ModelDescriptor descriptor;

namespace {

/// Leavers are the young in the south, with noise; `noise` columns tell nothing.
struct Data {
  std::vector<std::string> names;
  std::vector<std::vector<double>> x;
  std::vector<std::string> areas = {"east", "north", "south", "west", "centre", "coast"};
  std::vector<std::uint32_t> area;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < x.size(); ++c) {
      columns.columns.push_back({.name = names[c], .values = x[c], .valid = valid});
    }
    columns.columns.push_back({.name = "area", .codes = area, .categories = areas, .valid = valid});
    return columns;
  }
  ClassifierTask task() const { return {.train = view(), .y = y, .weight = weight, .seed = 5}; }
  growing::Sample sample() const { return growing::Sample(view(), y, weight, 2); }
};

Data made(std::size_t rows, std::size_t noise, std::uint64_t seed) {
  Random random(seed);
  Data data{.x = std::vector<std::vector<double>>(1 + noise)};
  for (std::size_t c = 0; c <= noise; ++c) data.names.push_back("x" + std::to_string(c));
  for (std::size_t r = 0; r < rows; ++r) {
    for (auto& column : data.x) column.push_back(std::round(100 * random.uniform()));
    data.area.push_back(static_cast<std::uint32_t>(random.below(6)));
    const bool is_risky = data.x[0][r] <= 30 && (data.area[r] == 2 || data.area[r] == 5);
    data.y.push_back(random.chance(is_risky ? 0.9 : 0.05) ? 1 : 0);
  }
  data.valid.assign(rows, 1);
  data.weight.assign(rows, 1.0);
  return data;
}

std::size_t errors_of(const FittedModel& model, const Data& data) {
  const auto p = predict(model, data.view());
  std::size_t errors = 0;
  for (std::size_t r = 0; r < p.size(); ++r) errors += (p[r] > 0.5 ? 1 : 0) != data.y[r] ? 1 : 0;
  return errors;
}

Result<FittedModel> fitted(const Data& data, const Parameters& parameters) {
  return descriptor.fit_classifier(data.task(), parameters, silent());
}

TEST(Rules, ConfidenceIsTheTutorialsLaplaceRatio) {
  // 31 rows of class 1 told apart without error.
  Data data = made(400, 0, 1);
  for (std::size_t r = 0; r < 400; ++r) {
    data.x[0][r] = static_cast<double>(r);
    data.y[r] = r < 31 ? 1 : 0;
  }
  const auto sample = data.sample();
  const Rule rule(400, {});
  const auto tree = growing::grown(sample, sample.rows(), rule, rule.stop());
  const auto list = rules_of(sample, *tree, sample.rows(), 0.25);
  const auto found = std::ranges::find(list.rules, 1, &forms::Rule::cls);
  ASSERT_NE(found, list.rules.end());
  EXPECT_EQ(found->cover, 31);
  EXPECT_EQ(found->errors, 0);
  EXPECT_PRINTED(found->confidence, "0.970");
  EXPECT_NEAR(found->lift, found->confidence * 400 / 31, 1e-12);
}

TEST(Boosting, WeighsRightAndWrongRowsAsPublished) {
  const Data data = made(600, 2, 2);
  const auto sample = data.sample();
  const Rule rule(600, {});
  int calls = 0;
  const std::vector<std::uint8_t> nobody(600, 0);  // The first classifier says that all stay.
  const auto trials = boosted(sample, rule, 2, [&](const Trial&) {
    return ++calls == 1 ? nobody : data.y;
  });
  ASSERT_EQ(trials.trials.size(), 2U);
  const auto lost = static_cast<double>(std::ranges::count(data.y, 1));
  const double right = 600 - lost;
  const double middle = (right - lost) / 4;
  const auto& weight = trials.trials[1].rows.weight;
  for (std::size_t r = 0; r < 600; ++r) {
    EXPECT_NEAR(weight[r], data.y[r] == 0 ? (right - middle) / right : 1 + middle / lost, 1e-12);
  }
  EXPECT_NEAR(trials.trials[1].rows.total(), 600, 1e-9);
}

TEST(Boosting, StopsWhereATrialHasNothingToLearnOrIsNoBetterThanChance) {
  const Data data = made(300, 2, 3);
  const auto sample = data.sample();
  const Rule rule(300, {});
  const auto perfect = boosted(sample, rule, 5, [&](const Trial&) { return data.y; });
  EXPECT_EQ(perfect.trials.size(), 1U);
  EXPECT_TRUE(perfect.has_stopped_early);
  std::vector<std::uint8_t> wrong;
  for (const auto y : data.y) wrong.push_back(static_cast<std::uint8_t>(1 - y));
  int calls = 0;
  const std::vector<std::uint8_t> nobody(300, 0);
  const auto hopeless = boosted(sample, rule, 5, [&](const Trial&) {
    return ++calls == 1 ? nobody : wrong;
  });
  EXPECT_EQ(hopeless.trials.size(), 1U);  // The second is dropped.
  EXPECT_TRUE(hopeless.has_stopped_early);
  const auto deaf = boosted(sample, rule, 5, [&](const Trial&) { return nobody; });
  EXPECT_EQ(deaf.trials.size(), 1U);  // The second says the same of all rows.
  EXPECT_TRUE(deaf.has_stopped_early);
}

TEST(Boosting, LaterTreesStayAsSimpleAsTheFirst) {
  Data data = made(4000, 6, 13);
  Random drawn(15);
  for (std::size_t r = 0; r < 4000; ++r) {
    const bool is_risky = data.x[0][r] <= 60 && data.x[1][r] <= 60;
    data.y[r] = drawn.chance(is_risky ? 0.9 : 0.05) ? 1 : 0;
  }
  const auto sample = data.sample();
  const Rule rule(4000, {.is_pruned_globally = false});
  const auto count = [](const growing::Branch& root, const auto& self) -> double {
    if (root.is_leaf()) return 1;
    double leaves = 0;
    for (const auto& child : root.children) leaves += self(*child, self);
    return leaves;
  };
  const auto lightest = [](const growing::Branch& root, const auto& self) -> double {
    if (root.is_leaf()) return 1e300;
    double least = root.split.distribution.total();
    for (const auto& child : root.children) least = std::min(least, self(*child, self));
    return least;
  };
  Random random(14);
  std::vector<std::uint8_t> said;
  for (const auto y : data.y) {
    said.push_back(static_cast<std::uint8_t>(random.chance(0.2) ? 1 - y : y));
  }
  const auto trials = boosted(sample, rule, 4, [&](const Trial&) { return said; });
  const double least = 1.5 * 4000 / (1.1 * count(*trials.trials[0].tree, count));
  bool has_split = false;
  for (std::size_t t = 1; t < trials.trials.size(); ++t) {
    const auto& tree = *trials.trials[t].tree;
    if (tree.is_leaf()) continue;
    has_split = true;
    EXPECT_GE(lightest(tree, lightest), least - 1e-5);
  }
  EXPECT_TRUE(has_split);
}

TEST(Boosting, LaterTrialsAskMoreRowsOfASplitIntoManyChildren) {
  const Data data = made(3000, 0, 4);
  const auto sample = data.sample();
  Rule rule(3000, {});
  growing::with_node(sample, sample.rows(), 0, [&](const growing::NodeView& node) {
    const auto split = rule.of_column(node, 1);
    ASSERT_FALSE(split.is_none());
    const double children = static_cast<double>(split.children_count());
    rule.hold_back(0.99 * 3000 / (children - 1.5));
    EXPECT_FALSE(rule.of_column(node, 1).is_none());
    rule.hold_back(1.01 * 3000 / (children - 1.5));
    EXPECT_TRUE(rule.of_column(node, 1).is_none());
  });
}

TEST(Groups, PutTogetherWhatBehavesAlike) {
  const Data data = made(3000, 0, 4);
  const auto sample = data.sample();
  const Rule rule(3000, {.has_subsets = true});
  growing::Rows young;
  for (std::uint32_t r = 0; r < 3000; ++r) {
    if (data.x[0][r] <= 30) young.add(r, 1);
  }
  growing::with_node(sample, young, 0, [&](const growing::NodeView& node) {
    const auto split = rule.of_column(node, 1);
    ASSERT_FALSE(split.is_none());
    EXPECT_EQ(split.child_of_category[2], split.child_of_category[5]);
    EXPECT_NE(split.child_of_category[2], split.child_of_category[0]);
  });
}

TEST(GlobalPruning, SpendsItsBudgetOnTheWeakestSubtree) {
  // 100 rows: a split that saves 1 error and a split that saves 20, under a root.
  const auto leaf = [](double stays, double leaves) {
    auto branch = std::make_unique<growing::Branch>();
    branch->split.distribution = growing::Distribution(1, 2);
    branch->split.distribution.add(0, 0, stays);
    branch->split.distribution.add(0, 1, leaves);
    return branch;
  };
  const auto joined = [](std::unique_ptr<growing::Branch> a, std::unique_ptr<growing::Branch> b) {
    auto branch = std::make_unique<growing::Branch>();
    branch->split.column = 0;
    branch->split.distribution = growing::Distribution(2, 2);
    for (std::size_t c = 0; c < 2; ++c) {
      branch->split.distribution.add(0, c, a->split.distribution.cls(c));
      branch->split.distribution.add(1, c, b->split.distribution.cls(c));
    }
    branch->children.push_back(std::move(a));
    branch->children.push_back(std::move(b));
    return branch;
  };
  const auto root = joined(joined(leaf(40, 5), leaf(1, 2)), joined(leaf(2, 22), leaf(25, 3)));
  prune_weakest(*root);  // Errors 11, standard error 3.1, budget 2.3.
  EXPECT_TRUE(root->children[0]->is_leaf());
  EXPECT_FALSE(root->children[1]->is_leaf());
}

TEST(Winnowing, LeavesNoiseOutAndKeepsWhatTells) {
  const Data data = made(2000, 12, 5);
  const auto found = winnowed(data.sample(), {.seed = 9});
  EXPECT_FALSE(found[0].is_left_out);
  EXPECT_FALSE(found.back().is_left_out);
  EXPECT_GT(found[0].importance, 0.5);
  const auto left_out = std::ranges::count_if(found, &Winnowed::is_left_out);
  EXPECT_GE(left_out, 10);
}

TEST(C50, EveryWayOfIt) {
  const Data train = made(2000, 4, 6);
  const Data later = made(2000, 4, 7);
  std::size_t noise = 0;  // Errors of knowing the truth.
  for (std::size_t r = 0; r < 2000; ++r) {
    const bool is_risky = later.x[0][r] <= 30 && (later.area[r] == 2 || later.area[r] == 5);
    noise += (is_risky ? 1 : 0) != later.y[r] ? 1 : 0;
  }
  for (const std::int64_t trials : {1, 10}) {
    for (const bool has_rules : {false, true}) {
      for (const bool has_subsets : {false, true}) {
        const auto model = fitted(
            train, {{"trials", trials}, {"rules", has_rules}, {"subsets", has_subsets}});
        ASSERT_TRUE(model.ok());
        EXPECT_LT(errors_of(*model, later), noise + 20)
            << trials << " " << has_rules << " " << has_subsets;
        const auto again = from_json(to_json(*model, {}));
        ASSERT_TRUE(again.ok());
        EXPECT_EQ(predict(*again, later.view()), predict(*model, later.view()));
      }
    }
  }
}

TEST(C50, RulesReadAsSentences) {
  const auto model = fitted(made(2000, 1, 8), {{"rules", true}, {"subsets", true}});
  ASSERT_TRUE(model.ok());
  const auto& table = model->tables[0];
  ASSERT_EQ(table.id, "rules");
  const auto found = std::ranges::find_if(table.rows, [](const auto& row) {
    return std::get<std::string>(row[0]).ends_with(": leaves");
  });
  ASSERT_NE(found, table.rows.end());
  EXPECT_EQ(std::get<std::string>((*found)[0]), "if x0 <= 30 and area ∈ {south, coast}: leaves");
  EXPECT_EQ(std::get<std::string>((*found)[1]), "如果 x0 <= 30 且 area ∈ {south, coast}:流失");
  EXPECT_EQ(std::get<std::string>(table.rows.back()[0]), "if no rule holds: stays");
}

TEST(C50, ATreeComesWithItsLeavesRulesAndText) {
  const Data data = made(2000, 1, 15);
  const auto model = fitted(data, {{"subsets", true}});
  ASSERT_TRUE(model.ok());
  const auto table = [](const FittedModel& of, std::string_view id) {
    return std::ranges::find(of.tables, id, &ReportTable::id);
  };
  ASSERT_NE(table(*model, "leaves"), model->tables.end());
  const auto& leaves = *table(*model, "leaves");
  double total = 0, lost = 0;
  for (const auto& row : leaves.rows) {
    EXPECT_EQ(std::get<double>(row[1]), std::get<double>(row[2]) + std::get<double>(row[3]));
    total += std::get<double>(row[1]);
    lost += std::get<double>(row[3]);
  }
  EXPECT_EQ(total, 2000);
  EXPECT_EQ(lost, static_cast<double>(std::ranges::count(data.y, 1)));
  for (const auto id : {"rules", "text", "usage"}) {
    ASSERT_NE(table(*model, id), model->tables.end()) << id;
    EXPECT_FALSE(table(*model, id)->rows.empty()) << id;
  }
  const auto pruned = descriptor.tree_editing->edit(data.task(), *model,
                                                    {.kind = TreeEdit::Kind::Prune, .node = 0});
  ASSERT_TRUE(pruned.ok());
  EXPECT_EQ(table(*pruned, "leaves")->rows.size(), 1U);
  EXPECT_EQ(table(*pruned, "usage"), pruned->tables.end());  // It told of the tree before.
  EXPECT_EQ(std::ranges::count(pruned->tables, "text", &ReportTable::id), 1);
}

TEST(C50, CostsMoveTheDecision) {
  const Data data = made(2000, 2, 9);
  auto task = data.task();
  const auto plain = descriptor.fit_classifier(task, {{"trials", std::int64_t{5}}}, silent());
  task.costs = {0, 1, 20, 0};
  const auto costly = descriptor.fit_classifier(task, {{"trials", std::int64_t{5}}}, silent());
  ASSERT_TRUE(plain.ok() && costly.ok());
  const auto warned = [&](const FittedModel& model) {
    return std::ranges::count_if(predict(model, data.view()), [](double p) { return p > 0.5; });
  };
  EXPECT_GT(warned(*costly), warned(*plain));
}

TEST(C50, TellsSeveralClassesApart) {
  Data data = made(3000, 1, 10);
  for (std::size_t r = 0; r < 3000; ++r) {
    if (data.x[1][r] > 80) data.y[r] = 2;
  }
  auto task = data.task();
  task.classes = {"stays", "leaves", "moves"};
  for (const std::int64_t trials : {1, 5}) {
    for (const bool has_rules : {false, true}) {
      const auto model = descriptor.fit_classifier(
          task, {{"trials", trials}, {"rules", has_rules}}, silent());
      ASSERT_TRUE(model.ok());
      const auto shares = predict_classes(*model, data.view());
      std::size_t errors = 0;
      for (std::size_t r = 0; r < 3000; ++r) {
        const auto row = std::span(shares).subspan(3 * r, 3);
        EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-9);
        errors += std::ranges::max_element(row) - row.begin() != data.y[r] ? 1 : 0;
      }
      EXPECT_LT(errors, 240U) << trials << " " << has_rules;
    }
  }
}

TEST(C50, TakesTenThousandCategoriesAndEmptyColumns) {
  Random random(12);
  constexpr std::size_t kRows = 20'000, kCategories = 10'000;
  std::vector<std::string> shops;
  for (std::size_t i = 0; i < kCategories; ++i) shops.push_back("shop " + std::to_string(i));
  std::vector<std::uint32_t> shop;
  std::vector<double> age;
  std::vector<std::uint8_t> y, valid, all(kRows, 1), none(kRows, 0);
  for (std::size_t r = 0; r < kRows; ++r) {
    shop.push_back(static_cast<std::uint32_t>(random.below(kCategories)));
    age.push_back(std::round(80 * random.uniform()));
    valid.push_back(random.chance(0.01) ? 0 : 1);
    y.push_back(random.chance(shop[r] < 3000 && age[r] < 40 ? 0.9 : 0.1) ? 1 : 0);
  }
  const std::vector<double> weight(kRows, 1.0);
  const ClassifierTask task{
      .train = {.rows = kRows,
                .columns = {{.name = "shop", .codes = shop, .categories = shops, .valid = valid},
                            {.name = "age", .values = age, .valid = all},
                            {.name = "empty", .values = age, .valid = none}}},
      .y = y,
      .weight = weight};
  for (const bool has_subsets : {false, true}) {
    for (const bool has_rules : {false, true}) {
      const auto model = descriptor.fit_classifier(
          task, {{"subsets", has_subsets}, {"rules", has_rules}}, silent());
      ASSERT_TRUE(model.ok());
      for (const double p : predict(*model, task.train)) ASSERT_TRUE(p >= 0 && p <= 1);
    }
  }
}

TEST(C50, SameBytesForAnyThreadCount) {
  const Data data = made(3000, 6, 11);
  for (const bool has_rules : {false, true}) {
    const Parameters parameters = {
        {"trials", std::int64_t{4}}, {"rules", has_rules}, {"winnow", true}};
    set_threads(1);
    const auto one = fitted(data, parameters);
    set_threads(4);
    const auto four = fitted(data, parameters);
    set_threads(0);
    ASSERT_TRUE(one.ok() && four.ok());
    EXPECT_EQ(to_json(*one, {}), to_json(*four, {}));
  }
}

}  // namespace
}  // namespace holdfast::c50
