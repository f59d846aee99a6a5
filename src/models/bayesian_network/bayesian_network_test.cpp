// Structures are held against pgmpy in models/bayes (tests/reference/pgmpy/SOURCE.md); here every
// structure must find a dependence that naive Bayes cannot: churn where two coins differ (the parity
// example of Minsky & Papert 1969).

#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "models/task.hpp"

namespace holdfast::bayesian_network {
extern const ModelDescriptor descriptor;
namespace {

struct Coins {
  std::vector<std::uint32_t> a, b, c;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;
  std::vector<std::string> sides = {"heads", "tails"};

  explicit Coins(std::size_t n) {
    Random random(3);
    for (std::size_t i = 0; i < n; ++i) {
      a.push_back(static_cast<std::uint32_t>(random.below(2)));
      b.push_back(random.chance(0.8) ? a[i] : 1 - a[i]);
      c.push_back(static_cast<std::uint32_t>(random.below(2)));
      y.push_back(random.chance(a[i] != b[i] ? 0.85 : 0.1) ? 1 : 0);
      valid.push_back(1);
      weight.push_back(1);
    }
  }
  ClassifierTask task() const {
    ClassifierTask task{.y = y, .weight = weight, .seed = 1};
    task.train.rows = y.size();
    task.train.columns = {{.name = "a", .codes = a, .categories = sides, .valid = valid},
                          {.name = "b", .codes = b, .categories = sides, .valid = valid},
                          {.name = "c", .codes = c, .categories = sides, .valid = valid}};
    return task;
  }
};

TEST(BayesianNetwork, FindsWhatColumnsSayTogether) {
  const Coins coins(4000);
  const auto task = coins.task();
  for (const std::string structure : {"tan", "search"}) {
    const auto model = descriptor.fit_classifier(task, {{"structure", structure}}, silent());
    ASSERT_TRUE(model.ok());
    const auto p = predict(*model, task.train);
    for (std::size_t r = 0; r < 200; ++r) {
      EXPECT_NEAR(p[r], coins.a[r] != coins.b[r] ? 0.85 : 0.1, 0.04) << structure;
    }
  }
}

TEST(BayesianNetwork, InfersWhatIsMissingFromTheRest) {
  Coins coins(4000);
  const auto task = coins.task();
  const auto model = descriptor.fit_classifier(
      task, {{"structure", std::string("search")}, {"missing", std::string("no_evidence")}}, silent());
  ASSERT_TRUE(model.ok());
  auto later = task.train;
  std::vector<std::uint8_t> none(later.rows, 0);
  for (auto& column : later.columns) column.valid = none;
  double churned = 0;
  for (const auto y : coins.y) churned += y;
  // With nothing known the answer is the rate of churn.
  EXPECT_NEAR(predict(*model, later)[0], churned / static_cast<double>(later.rows), 0.01);
}

}  // namespace
}  // namespace holdfast::bayesian_network
