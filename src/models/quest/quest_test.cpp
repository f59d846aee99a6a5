// Source: Loh & Shih (1997), Statistica Sinica 7, 815–840: unbiased choice of columns (their section 4, here
// simulated anew), discriminant cuts and crimcoords by the properties that define them.

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/quest/quest.hpp"
#include "models/significance/chi_squared.hpp"
#include "models/task.hpp"

namespace holdfast::quest {

extern const ModelDescriptor descriptor;

namespace {

using significance::Moments;

/// Inputs as unlike as they come.
struct Data {
  std::array<std::vector<double>, 3> numbers;       // Normal, skewed, four values.
  std::array<std::vector<std::uint32_t>, 3> codes;  // 2, 5 and 12 categories.
  std::array<std::vector<std::uint8_t>, 6> valid;
  std::array<std::vector<std::string>, 3> categories;
  std::array<std::string, 6> names = {"normal", "skewed", "steps", "two", "five", "twelve"};
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < 3; ++c) {
      columns.columns.push_back({.name = names[c], .values = numbers[c], .valid = valid[c]});
    }
    for (std::size_t c = 0; c < 3; ++c) {
      columns.columns.push_back({.name = names[3 + c], .codes = codes[c],
                                 .categories = categories[c], .valid = valid[3 + c]});
    }
    return columns;
  }
  ClassifierTask task() const { return {.train = view(), .y = y, .weight = weight, .seed = 1}; }
};

Data noise(std::size_t rows, double missing, std::size_t classes, Random& random) {
  constexpr std::size_t kCategories[] = {2, 5, 12};
  Data data;
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t k = 0; k < kCategories[c]; ++k) {
      data.categories[c].push_back("k" + std::to_string(k));
    }
  }
  for (std::size_t r = 0; r < rows; ++r) {
    data.numbers[0].push_back(random.normal());
    data.numbers[1].push_back(random.exponential(1));
    data.numbers[2].push_back(static_cast<double>(random.below(4)));
    for (std::size_t c = 0; c < 3; ++c) {
      data.codes[c].push_back(static_cast<std::uint32_t>(random.below(kCategories[c])));
    }
    for (auto& valid : data.valid) valid.push_back(random.chance(missing) ? 0 : 1);
    const double u = random.uniform();
    data.y.push_back(u < 0.6 ? 0 : classes == 2 || u < 0.85 ? 1 : 2);
    data.weight.push_back(1);
  }
  return data;
}

std::int32_t chosen_at_root(const Data& data, std::size_t classes) {
  const auto columns = data.view();
  const auto sample = binary_tree::sample_of(columns, data.y, data.weight, classes);
  const auto weights = binary_tree::class_weights(sample, sample.rows);
  const auto scales = binary_tree::scales_of(
      {std::vector<double>(classes, 1.0 / static_cast<double>(classes)),
       binary_tree::losses({}, classes)}, weights);
  binary_tree::NodeRows node{.rows = sample.rows, .class_weight = weights};
  for (const auto& order : sample.orders) node.orders.emplace_back(order);
  const auto found = finder(sample, scales, {.leaf_rows_min = 1})->find(node);
  return found.empty() ? -1 : found[0].column;
}

TEST(QuestChoice, TakesEachOfUnlikeNoiseInputsEquallyOften) {
  constexpr int kDraws = 3000;
  struct Setting {
    double missing;
    std::size_t classes;
  };
  for (const Setting setting : {Setting{0, 2}, Setting{0.2, 2}, Setting{0, 3}}) {
    SCOPED_TRACE(setting.missing + static_cast<double>(setting.classes));
    std::array<int, 6> times{};
    for (int i = 0; i < kDraws; ++i) {
      Random random = Random(97).split(static_cast<std::uint64_t>(i));
      const auto column =
          chosen_at_root(noise(400, setting.missing, setting.classes, random), setting.classes);
      ASSERT_GE(column, 0);
      ++times[static_cast<std::size_t>(column)];
    }
    // Each count is binomial (n, 1/6): within 3.5 standard deviations, which 1 of 2000 counts is
    // not; all together by chi-squared at 0.001.
    const double expected = kDraws / 6.0, deviation = std::sqrt(kDraws * (1.0 / 6) * (5.0 / 6));
    double chi_squared = 0;
    for (const int count : times) {
      EXPECT_NEAR(count, expected, 3.5 * deviation);
      chi_squared += (count - expected) * (count - expected) / expected;
    }
    EXPECT_GT(significance::log_upper_tail(chi_squared, 5), std::log(0.001)) << chi_squared;
  }
}

TEST(QuestChoice, FollowsMeansThenSpreadThenMeans) {
  const auto number = [](double p, double spread) {
    return ColumnTest{.is_usable = true, .log_p = std::log(p), .log_p_spread = std::log(spread)};
  };
  const auto category = [](double p) {
    return ColumnTest{.is_usable = true, .is_category = true, .log_p = std::log(p)};
  };
  const std::vector<ColumnTest> means{number(0.2, 1e-9), category(0.01), number(0.5, 0.5)};
  EXPECT_EQ(chosen_column(means, 0.05), 1);   // 0.01 < 0.05 / 3
  const std::vector<ColumnTest> spread{number(0.2, 0.009), category(0.02), number(0.5, 0.5)};
  EXPECT_EQ(chosen_column(spread, 0.05), 0);  // 0.009 < 0.05 / (3 + 2)
  const std::vector<ColumnTest> neither{number(0.2, 0.011), category(0.02), number(0.5, 0.5)};
  EXPECT_EQ(chosen_column(neither, 0.05), 1);
  EXPECT_EQ(chosen_column(std::vector<ColumnTest>(3), 0.05), -1);
}

TEST(QuestChoice, FindsClassesThatDifferInSpreadAlone) {
  Random random(5);
  Data data = noise(2000, 0, 2, random);
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    if (data.y[r] == 1) data.numbers[0][r] *= 3;
  }
  EXPECT_EQ(chosen_at_root(data, 2), 0);
  const auto model = descriptor.fit_classifier(data.task(), {}, silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict(*model, data.view());
  double inner = 0, outer = 0, inner_rows = 0, outer_rows = 0;
  for (std::size_t r = 0; r < p.size(); ++r) {
    const bool is_inner = std::abs(data.numbers[0][r]) < 1;
    (is_inner ? inner : outer) += p[r];
    (is_inner ? inner_rows : outer_rows) += 1;
  }
  EXPECT_GT(outer / outer_rows, inner / inner_rows + 0.3);
}

double log_density(const Moments& m, double x) {
  const double variance = m.squares / m.weight;
  return std::log(m.weight) - 0.5 * std::log(variance) -
         (x - m.mean) * (x - m.mean) / (2 * variance);
}

TEST(QuestCut, LiesWhereBothClassesAreEquallyLikely) {
  int between = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    const auto moments = [&] {
      Moments m{.weight = 20 + 100 * random.uniform(), .mean = 3 * random.normal()};
      m.squares = m.weight * (0.2 + 2 * random.uniform());
      return m;
    };
    const Moments a = moments(), b = moments();
    const double cut = discriminant_cut(a, b);
    const double difference = log_density(a, cut) - log_density(b, cut);
    if (cut == a.mean / 2 + b.mean / 2 && std::abs(difference) > 1e-6) {
      // No such place: one class is likelier everywhere.
      const double sign = std::copysign(1.0, difference);
      for (double x = -30; x <= 30; x += 0.25) {
        ASSERT_GT(sign * (log_density(a, x) - log_density(b, x)), 0) << seed;
      }
      continue;
    }
    EXPECT_NEAR(difference, 0, 1e-8 * (1 + std::abs(log_density(a, cut)))) << seed;
    const bool is_between = (cut - a.mean) * (cut - b.mean) <= 0;
    // Where each class is the likelier at its own mean there is a place between.
    if (log_density(a, a.mean) > log_density(b, a.mean) &&
        log_density(b, b.mean) > log_density(a, b.mean)) {
      EXPECT_TRUE(is_between) << seed;
    }
    between += is_between ? 1 : 0;
  }
  EXPECT_GT(between, 100);
  // Equal spreads: the middle, moved away from the heavier class.
  const Moments a{.weight = 30, .mean = 1, .squares = 30 * 4.0};
  const Moments b{.weight = 10, .mean = 5, .squares = 10 * 4.0};
  EXPECT_NEAR(discriminant_cut(a, b), 3 + 4.0 * std::log(3.0) / 4, 1e-12);
  // A class of one value stands alone.
  const Moments point{.weight = 10, .mean = 2};
  EXPECT_NEAR(discriminant_cut(point, b), 2, 1e-9);
  EXPECT_GT(discriminant_cut(point, b), 2);
}

TEST(QuestCut, JoinsClassesByTheirMeans) {
  const auto at = [](double mean, double weight) { return Moments{.weight = weight, .mean = mean}; };
  const std::vector<Moments> three{at(7, 1), at(0, 5), at(1, 3)};
  EXPECT_EQ(superclass_of(three), (std::vector<bool>{false, true, true}));
  const std::vector<Moments> with_empty{at(0, 0), at(5, 2), at(3, 2)};
  EXPECT_EQ(superclass_of(with_empty), (std::vector<bool>{false, false, true}));
  const std::vector<Moments> same{at(2, 1), at(2, 6), at(2, 3)};
  EXPECT_EQ(superclass_of(same), (std::vector<bool>{false, true, false}));
}

/// Between classes, of the total: what a discriminant coordinate makes as large as it can be.
double ratio_of(const std::vector<double>& counts, std::size_t classes,
                const std::vector<double>& score) {
  std::vector<Moments> of_classes(classes);
  Moments all;
  for (std::size_t i = 0; i < score.size(); ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      of_classes[j].add(score[i], counts[i * classes + j]);
      all.add(score[i], counts[i * classes + j]);
    }
  }
  double within = 0;
  for (const auto& m : of_classes) within += m.squares;
  return 1 - within / all.squares;
}

TEST(QuestScores, TellClassesApartBest) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    const std::size_t classes = 2 + seed % 3, categories = 3 + seed % 6;
    std::vector<double> counts;
    for (std::size_t i = 0; i < classes * categories; ++i) {
      counts.push_back(static_cast<double>(1 + random.below(40)));
    }
    const auto scores = discriminant_scores(counts, classes);
    const double best = ratio_of(counts, classes, scores);
    for (int i = 0; i < 200; ++i) {
      auto other = scores;
      for (double& score : other) score += (i % 2 == 0 ? 0.01 : 1) * random.normal();
      EXPECT_LE(ratio_of(counts, classes, other), best + 1e-12) << seed;
    }
    if (classes > 2) continue;
    // Of two classes the score is the share of one, moved and stretched.
    const auto share = [&](std::size_t i) {
      return counts[2 * i + 1] / (counts[2 * i] + counts[2 * i + 1]);
    };
    const double stretch = (scores[1] - scores[0]) / (share(1) - share(0));
    for (std::size_t i = 2; i < categories; ++i) {
      EXPECT_NEAR(scores[i] - scores[0], stretch * (share(i) - share(0)), 1e-9);
    }
  }
}

TEST(QuestModel, SplitsCategoriesByTheirShares) {
  Random random(3);
  Data data = noise(3000, 0.1, 2, random);
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    data.y[r] = random.chance(data.codes[2][r] % 3 == 0 ? 0.7 : 0.2) ? 1 : 0;
  }
  const auto model = descriptor.fit_classifier(data.task(), {}, silent());
  ASSERT_TRUE(model.ok());
  const auto& root = std::get<forms::TreeEnsemble>(model->form).trees[0].nodes[0];
  ASSERT_EQ(root.column, 5);
  for (std::size_t code = 0; code < 12; ++code) {
    EXPECT_EQ(root.child_of_category[code] == root.child_of_category[0], code % 3 == 0) << code;
  }
}

std::string fitted_json(const ClassifierTask& task) {
  const auto model = descriptor.fit_classifier(task, {}, silent());
  return model.ok() ? to_json(*model, {}) : message_of(model.error(), Language::En);
}

TEST(QuestModel, IsTheSameWhateverTheThreadCountAndTakesSeveralClasses) {
  Random random(8);
  Data data = noise(9000, 0.1, 3, random);
  for (std::size_t r = 0; r < data.y.size(); ++r) {
    if (data.numbers[0][r] > 0.5 && random.chance(0.6)) data.y[r] = 2;
    if (data.codes[1][r] == 3 && random.chance(0.6)) data.y[r] = 1;
  }
  auto task = data.task();
  task.classes = {"stays", "pauses", "leaves"};
  task.costs = {0, 1, 2, 1, 0, 1, 4, 1, 0};
  set_threads(1);
  const auto one = fitted_json(task);
  set_threads(0);
  EXPECT_EQ(fitted_json(task), one);
  const auto model = descriptor.fit_classifier(task, {}, silent());
  ASSERT_TRUE(model.ok());
  const auto p = predict_classes(*model, data.view());
  double right = 0;
  for (std::size_t r = 0; r < data.y.size(); ++r) right += p[3 * r + data.y[r]];
  EXPECT_GT(right / static_cast<double>(data.y.size()), 0.45);
}

}  // namespace
}  // namespace holdfast::quest
