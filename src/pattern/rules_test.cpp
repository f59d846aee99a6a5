// Reference: mlxtend and scipy (tests/reference/pattern/SOURCE.md); Lantz, "Machine Learning with
// R", ch. 8 (groceries); Fisher 1935, "The Design of Experiments", section 5 (the lady and the
// tea).
#include "pattern/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "pattern/baskets_for_tests.hpp"
#include "pattern/errors.hpp"
#include "pattern/reference_values.hpp"
#include "pattern/significance.hpp"
#include "pattern/suggestions.hpp"

namespace holdfast::pattern {
namespace {

std::vector<Rule> grocery_rules(const OwnedBaskets& baskets, double support, double confidence) {
  const auto sets = fp_growth(baskets.view(), {.support_min = support});
  EXPECT_TRUE(sets.ok());
  const auto rules = association_rules(*sets, {.confidence_min = confidence});
  EXPECT_TRUE(rules.ok());
  return *rules;
}

TEST(RulesReference, GroceriesEqualLantzAndMlxtend) {
  const auto baskets = groceries();
  if (!baskets) GTEST_SKIP() << "no shared data";
  auto rules = grocery_rules(*baskets, 0.006, 0.25);
  ASSERT_EQ(rules.size(), 463u);
  // Lantz: {herbs} => {root vegetables}, support 0.007015760, confidence 0.4312500, lift 3.956477.
  EXPECT_EQ(rules[0].antecedent, std::vector<Item>{baskets->number("herbs")});
  EXPECT_EQ(rules[0].consequent, std::vector<Item>{baskets->number("root vegetables")});
  EXPECT_NEAR(rules[0].support, 0.007015760, 5e-10);
  EXPECT_NEAR(rules[0].confidence, 0.4312500, 5e-8);
  EXPECT_NEAR(rules[0].lift, 3.956477, 5e-7);

  std::stable_sort(rules.begin(), rules.end(), [](const Rule& x, const Rule& y) {
    return std::tie(x.count, x.antecedent_count, x.consequent_count) <
           std::tie(y.count, y.antecedent_count, y.consequent_count);
  });
  const auto wanted = reference_rows("groceries_rules.csv");
  ASSERT_EQ(wanted.size(), rules.size());
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const auto& rule = rules[r];
    const auto number = [&](std::size_t c) { return std::strtod(wanted[r][c].c_str(), nullptr); };
    const auto near = [&](double found, std::size_t column) {
      EXPECT_NEAR(found / number(column), 1, 1e-10) << r << " " << column;
    };
    near(static_cast<double>(rule.count), 0);
    near(static_cast<double>(rule.antecedent_count), 1);
    near(static_cast<double>(rule.consequent_count), 2);
    near(rule.confidence, 3);
    near(rule.lift, 4);
    near(rule.leverage, 5);
    ASSERT_TRUE(rule.conviction.has_value());
    near(*rule.conviction, 6);
    near(rule.fisher_p, 7);
    near(rule.chi_squared, 8);
    near(rule.chi_squared_p, 9);
  }
}

TEST(RulesReference, LowSupportEqualsArulesAndExplainsMlxtend) {
  const auto baskets = groceries();
  if (!baskets) GTEST_SKIP() << "no shared data";
  // Hahsler's arules prints 410. 39 of them reach 0.8 exactly, as 12 of 15 does.
  const auto rules = grocery_rules(*baskets, 0.001, 0.8);
  EXPECT_EQ(rules.size(), 410u);
  EXPECT_EQ(std::ranges::count_if(
                rules, [](const Rule& r) { return 5 * r.count == 4 * r.antecedent_count; }),
            39);
  // mlxtend divides shares, not counts: rounding puts four of the 39 below 0.8.
  EXPECT_EQ(
      std::ranges::count_if(rules,
                            [](const Rule& r) {
                              const double both = static_cast<double>(r.count) / 9835;
                              return both / (static_cast<double>(r.antecedent_count) / 9835) >= 0.8;
                            }),
      406);
}

TEST(RulesReference, FisherAndTheTea) {
  // Eight cups, four with milk first, all told right: 1/70; three of four: 17/70.
  EXPECT_NEAR(fisher_upper_p({4, 4, 4, 8}), 1.0 / 70, 1e-15);
  EXPECT_NEAR(fisher_upper_p({3, 4, 4, 8}), 17.0 / 70, 1e-15);
  EXPECT_NEAR(fisher_upper_p({1, 4, 4, 8}), 69.0 / 70, 1e-15);
  EXPECT_EQ(fisher_upper_p({0, 4, 4, 8}), 1);
  EXPECT_NEAR(chi_squared({3, 4, 4, 8}), 2.0, 1e-15);
  EXPECT_NEAR(chi_squared_upper_p(3.841458820694124), 0.05, 1e-15);
}

TEST(RulesOracle, FisherEqualsSummingAllTables) {
  for (std::size_t total = 1; total <= 24; ++total) {
    for (std::size_t a = 0; a <= total; ++a) {
      for (std::size_t b = 0; b <= total; ++b) {
        std::vector<double> ways(total + 1);
        double all = 0;
        const auto choose = [](std::size_t n, std::size_t k) {
          double c = 1;
          for (std::size_t i = 0; i < k; ++i) {
            c = c * static_cast<double>(n - i) / static_cast<double>(i + 1);
          }
          return c;
        };
        for (std::size_t x = a + b > total ? a + b - total : 0; x <= std::min(a, b); ++x) {
          all += ways[x] = choose(a, x) * choose(total - a, b - x);
        }
        double upper = 0;
        for (std::size_t x = std::min(a, b) + 1; x-- > (a + b > total ? a + b - total : 0);) {
          upper += ways[x];
          ASSERT_NEAR(fisher_upper_p({x, a, b, total}), upper / all, 1e-12)
              << x << " " << a << " " << b << " " << total;
        }
      }
    }
  }
}

TEST(Rules, FisherStaysFiniteOnExtremes) {
  const double far = fisher_upper_p({50'000'000, 50'000'000, 50'000'000, 100'000'000});
  EXPECT_EQ(far, 0);  // Below 1e-308.
  EXPECT_GT(fisher_upper_p({25'000'000, 50'000'000, 50'000'000, 100'000'000}), 0.5);
  EXPECT_EQ(fisher_upper_p({10, 10, 10, 10}), 1);
  EXPECT_EQ(chi_squared({10, 10, 10, 10}), 0);
}

TEST(Rules, EverySplitOfEverySetIsTried) {
  Random random(3);
  const auto baskets = made_baskets(random, 120, 9, 4);
  const auto sets = fp_growth(baskets.view(), {.support_min = 0.02});
  ASSERT_TRUE(sets.ok());
  const auto rules = association_rules(*sets, {.confidence_min = 0, .consequent_max = 100});
  ASSERT_TRUE(rules.ok());
  std::size_t wanted = 0;
  for (std::size_t s = 0; s < sets->size(); ++s) {
    const auto size = (*sets)[s].size();
    if (size >= 2) wanted += (std::size_t{1} << size) - 2;
  }
  EXPECT_EQ(rules->size(), wanted);
  std::set<std::pair<std::vector<Item>, std::vector<Item>>> seen;
  for (const auto& rule : *rules) {
    EXPECT_TRUE(seen.emplace(rule.antecedent, rule.consequent).second);
    EXPECT_TRUE(std::isfinite(rule.lift) && std::isfinite(rule.fisher_p));
    EXPECT_NEAR(rule.leverage,
                rule.support - static_cast<double>(rule.antecedent_count) / 120 *
                                   static_cast<double>(rule.consequent_count) / 120,
                1e-15);
    EXPECT_EQ(rule.conviction.has_value(), rule.confidence < 1);
  }
  const auto strict = association_rules(
      *sets, {.confidence_min = 0, .lift_min = 1.5, .p_max = 0.01, .length_min = 3});
  ASSERT_TRUE(strict.ok());
  ASSERT_FALSE(strict->empty());
  for (const auto& rule : *strict) {
    EXPECT_GE(rule.lift, 1.5);
    EXPECT_LE(rule.fisher_p, 0.01);
    EXPECT_GE(rule.antecedent.size(), 2u);
    EXPECT_EQ(rule.consequent.size(), 1u);
  }
}

TEST(Rules, EmptyAndWrong) {
  EXPECT_TRUE(association_rules(ItemSets{})->empty());
  const auto baskets = baskets_of({{1, 2}, {1, 2}, {1}});
  const auto pairs = fp_growth(baskets.view(), {.support_min = 0.5, .length_min = 2});
  EXPECT_EQ(association_rules(*pairs).error().kind, &errors::kSubsetMissing);
  const auto sets = fp_growth(baskets.view(), {.support_min = 0.5});
  EXPECT_EQ(association_rules(*sets, {.confidence_min = 1.5}).error().kind, &errors::kBadOption);
  EXPECT_EQ(association_rules(*sets, {.rules_max = 1}).error().kind, &errors::kTooMany);
  const auto rules = association_rules(*sets, {.confidence_min = 1});
  ASSERT_EQ(rules->size(), 1u);  // 2 => 1 never fails; 1 is in every basket.
  EXPECT_EQ((*rules)[0].lift, 1);
  EXPECT_FALSE((*rules)[0].conviction.has_value());
  EXPECT_EQ((*rules)[0].fisher_p, 1);
}

TEST(Suggestions, NameTheBestRuleForEachNewProduct) {
  std::vector<Rule> rules(5);
  const auto set = [&](std::size_t r, std::vector<Item> from, std::vector<Item> to,
                       double confidence, double lift) {
    rules[r].antecedent = std::move(from);
    rules[r].consequent = std::move(to);
    rules[r].confidence = confidence;
    rules[r].lift = lift;
    rules[r].fisher_p = 0.001;
  };
  set(0, {1}, {5}, 0.4, 2);
  set(1, {1, 2}, {5}, 0.7, 3);
  set(2, {2}, {6}, 0.5, 4);
  set(3, {2}, {7}, 0.9, 0.9);   // Below chance.
  set(4, {1, 3}, {8}, 0.9, 5);  // 3 is not held.
  const Suggester suggester(rules);
  const std::vector<Item> held = {2, 1, 2};
  const auto found = suggester.suggest(held);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].item, 5u);
  EXPECT_EQ(found[0].rule, 1u);
  EXPECT_EQ(found[0].rules_count, 2u);
  EXPECT_EQ(found[1].item, 6u);
  EXPECT_EQ(found[1].rule, 2u);
  const std::vector<Item> gone = {5};
  EXPECT_EQ(suggester.suggest(held, {.left_out = gone})[0].item, 6u);
  EXPECT_EQ(suggester.suggest(held, {.limit = 1}).size(), 1u);
  const std::vector<Item> all = {1, 2, 5, 6}, unknown = {1000}, nothing;
  EXPECT_TRUE(suggester.suggest(all).empty());
  EXPECT_TRUE(suggester.suggest(unknown).empty());
  EXPECT_TRUE(suggester.suggest(nothing).empty());
  EXPECT_TRUE(Suggester({}).suggest(held).empty());
}

TEST(Suggestions, EvidenceOnGroceries) {
  const auto baskets = groceries();
  if (!baskets) GTEST_SKIP() << "no shared data";
  const auto rules = grocery_rules(*baskets, 0.006, 0.25);
  const std::vector<Item> held = {baskets->number("herbs")};
  const auto found = Suggester(rules).suggest(held);
  ASSERT_FALSE(found.empty());
  const auto roots =
      std::ranges::find(found, baskets->number("root vegetables"), &Suggestion::item);
  ASSERT_NE(roots, found.end());
  const auto text = evidence(rules[roots->rule], baskets->names);
  EXPECT_EQ(
      text.en,
      "of 160 baskets with herbs, 69 also hold root vegetables (43.1 %), 3.96 times its share "
      "of all baskets");
  EXPECT_EQ(text.zh,
            "160 个含 herbs 的购物篮中,69 个还含 root vegetables(43.1%),是其在全部购物篮中占比的 "
            "3.96 倍");
}

}  // namespace
}  // namespace holdfast::pattern
