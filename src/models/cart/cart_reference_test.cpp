// The trees of R's rpart 4.1.19 on the shared data sets, number by number: nodes, splits,
// competitors, surrogates, the table of complexities with its cross-validated errors on the same
// folds, and the importance of columns; made by tests/reference/rpart/make.R, see SOURCE.md there.
// Data sets are read from the shared data, as their licences keep them out of this repository.

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "models/binary_tree/model.hpp"
#include "models/cart/cart.hpp"
#include "testing/labelled_table.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::cart {
namespace {

using binary_tree::kLeft;
using binary_tree::Node;
using binary_tree::Split;
using nlohmann::json;
using testing::LabelledTable;

struct Case {
  const char* name;
  const char* file;
  const char* outcome;
  std::set<std::string> left_out;
  std::uint64_t plant;
  std::uint32_t folds;
  double complexity;
  Impurity impurity = Impurity::Gini;
  std::vector<double> prior = {}, loss = {};
  const char* weights = "";
  std::size_t split_rows_min = 20, leaf_rows_min = 7;
  int depth_max = 30;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

dataset::Columns view(const LabelledTable& table) {
  dataset::Columns columns{.rows = table.rows()};
  for (std::size_t c = 0; c < table.names.size(); ++c) {
    columns.columns.push_back({table.names[c], table.values[c], table.codes[c],
                               table.categories[c], table.valid[c]});
  }
  return columns;
}

std::vector<double> weights_of(const std::string& kind, std::size_t rows) {
  std::vector<double> weight(rows, 1.0);
  for (std::size_t r = 0; r < rows; ++r) {
    if (kind == "thirds") weight[r] = 1 + static_cast<double>(r % 3);
    if (kind == "quarters") weight[r] = 0.25 * (1 + static_cast<double>(r % 4));
  }
  return weight;
}

/// Values are stored with 15 digits; `total` is the weight of the sums they are differences of, which
/// rpart rounds row by row.
void expect_close(double ours, const json& theirs, const std::string& what, double total = 0) {
  const double expected = theirs.get<double>();
  EXPECT_NEAR(ours, expected, 1e-12 * (1 + std::abs(expected) + total)) << what;
}

/// One line of rpart's matrix of splits.
struct Reference {
  const json& splits;
  const json& csplit;
  const binary_tree::Sample& sample;

  /// rpart asks value < index, we value <= split: they differ where index is a value of the sample.
  void expect_threshold(const Split& ours, double index, const std::string& what) const {
    if (std::abs(ours.split - index) <= 1e-14 * std::abs(index)) return;
    const auto& values = sample.values[static_cast<std::size_t>(ours.column)];
    const auto at = std::ranges::lower_bound(values, index * (1 - 1e-14)) - values.begin();
    EXPECT_NEAR(values[static_cast<std::size_t>(at)], index, 1e-14 * index) << what;
    EXPECT_EQ(std::ranges::upper_bound(values, ours.split) - values.begin(), at) << what;
  }

  /// Competitors that gain the same but for rounding, in rpart's order.
  std::vector<Split> matched(std::vector<Split> ours, std::size_t at, double total) const {
    for (std::size_t i = 0; i < ours.size(); ++i) {
      for (std::size_t j = i + 1; j < ours.size(); ++j) {
        if (ours[i].column == splits["var"][at + i]) break;
        if (ours[i].improvement - ours[j].improvement > 1e-12 * total) break;
        if (ours[j].column == splits["var"][at + i]) std::swap(ours[i], ours[j]);
      }
    }
    return ours;
  }

  void expect(const Split& ours, std::size_t at, int kind, double total,
              const std::string& what) const {
    ASSERT_LT(at, splits["var"].size()) << what;
    ASSERT_EQ(kind, splits["kind"][at]) << what;
    ASSERT_EQ(ours.column, splits["var"][at]) << what;
    EXPECT_EQ(ours.rows_count, splits["count"][at]) << what;
    expect_close(kind == 2 ? ours.agreement : ours.improvement, splits["improve"][at], what,
                 total);
    if (kind == 2) expect_close(ours.adjusted, splits["adj"][at], what + " adjusted");
    if (!ours.is_category) {
      expect_threshold(ours, splits["index"][at], what);
      EXPECT_EQ(ours.is_low_left ? -1 : 1, splits["ncat"][at]) << what;
      return;
    }
    const auto& sides = csplit[splits["index"][at].get<std::size_t>() - 1];
    for (std::size_t code = 0; code < ours.side_of_code.size(); ++code) {
      EXPECT_EQ(ours.side_of_code[code] + 2, sides[code]) << what << " category " << code;
    }
  }
};

/// Walks both trees in the same order: node, left, right.
struct Walk {
  const binary_tree::Tree& tree;
  const json& frame;
  Reference reference;
  double root_risk;
  std::size_t at = 0, split_at = 0;

  void node(std::size_t index, std::int64_t number) {
    const Node& ours = tree.nodes[index];
    const std::string what = "node " + std::to_string(number);
    ASSERT_LT(at, frame["node"].size()) << what;
    ASSERT_EQ(number, frame["node"][at]);
    ASSERT_EQ(ours.split.column, frame["var"][at]) << what;
    EXPECT_EQ(ours.rows_count, frame["n"][at]) << what;
    EXPECT_EQ(ours.answer, frame["yval"][at]) << what;
    expect_close(ours.risk, frame["dev"][at], what + " risk");
    double weight = 0;
    for (std::size_t j = 0; j < ours.class_weight.size(); ++j) {
      weight += ours.class_weight[j];
      expect_close(ours.class_weight[j], frame["counts"][at][j], what + " class");
    }
    expect_close(weight, frame["wt"][at], what + " weight");
    if (!ours.is_leaf()) {
      expect_close(ours.complexity / root_risk, frame["complexity"][at], what + " complexity");
      splits(ours, what);
    }
    ++at;
    if (ours.is_leaf() || ::testing::Test::HasFatalFailure()) return;
    node(static_cast<std::size_t>(ours.left), 2 * number);
    if (::testing::Test::HasFatalFailure()) return;
    node(static_cast<std::size_t>(ours.right), 2 * number + 1);
  }

  void splits(const Node& ours, const std::string& what) {
    double total = 0;
    for (const double weight : ours.class_weight) total += weight;
    reference.expect(ours.split, split_at++, 0, total, what + " split");
    for (const auto& split : reference.matched(ours.competitors, split_at, total)) {
      if (::testing::Test::HasFatalFailure()) return;
      reference.expect(split, split_at++, 1, total, what + " competitor");
    }
    for (const auto& split : ours.surrogates) {
      if (::testing::Test::HasFatalFailure()) return;
      reference.expect(split, split_at++, 2, total, what + " surrogate");
    }
  }
};

/// Validated errors are those of rpart's answers for held-out rows (xpred.rpart), counted by the
/// matrix of losses; rpart's own xerror counts them by its transpose.
void expect_table(const std::vector<binary_tree::Pruned>& ours, const json& theirs,
                  const json& validated, bool is_symmetric) {
  ASSERT_EQ(ours.size(), theirs["cp"].size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const std::string what = "row " + std::to_string(i);
    expect_close(ours[i].complexity, theirs["cp"][i], what + " complexity");
    EXPECT_EQ(ours[i].splits_count, theirs["nsplit"][i]) << what;
    expect_close(ours[i].relative_error, theirs["rel_error"][i], what + " error");
    expect_close(ours[i].validated_error, validated["error"][i], what + " validated error");
    expect_close(ours[i].validated_deviation, validated["deviation"][i], what + " deviation");
    if (!is_symmetric) continue;
    expect_close(ours[i].validated_error, theirs["xerror"][i], what + " xerror");
    expect_close(ours[i].validated_deviation, theirs["xstd"][i], what + " xstd");
  }
}

class SharedDataSet : public ::testing::TestWithParam<Case> {};

TEST_P(SharedDataSet, GrowsTheTreeOfRpartNumberByNumber) {
  const Case& c = GetParam();
  const auto path = testing::shared_data(c.file);
  if (!path) GTEST_SKIP() << "shared data set absent: " << c.file;
  auto table = testing::read_labelled_table(
      *path, {.outcome = c.outcome, .left_out = c.left_out});
  if (c.plant > 0) table.plant_missing(c.plant);
  const auto text = read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                              "tests/reference/rpart" / (std::string(c.name) + ".json"));
  ASSERT_TRUE(text.ok());
  const json expected = json::parse(*text);
  ASSERT_EQ(table.rows(), expected["rows"]);

  const auto weight = weights_of(c.weights, table.rows());
  const auto columns = view(table);
  const auto sample = binary_tree::sample_of(columns, table.y, weight, table.classes.size());
  binary_tree::ClassCosts costs{c.prior, binary_tree::losses(c.loss, table.classes.size())};
  if (costs.prior.empty()) {
    costs.prior = binary_tree::class_weights(sample, sample.rows);
    double total = 0;
    for (const double w : costs.prior) total += w;
    for (double& w : costs.prior) w /= total;
  }
  std::vector<std::uint32_t> fold(table.rows());
  for (std::uint32_t r = 0; r < table.rows(); ++r) fold[r] = r % c.folds;
  const auto scales =
      binary_tree::scales_of(costs, binary_tree::class_weights(sample, sample.rows));
  const Options options{.impurity = c.impurity, .leaf_rows_min = c.leaf_rows_min};
  const auto ours = binary_tree::fit(sample, scales,
                                     {.split_rows_min = c.split_rows_min,
                                      .leaf_rows_min = c.leaf_rows_min,
                                      .depth_max = c.depth_max,
                                      .complexity = c.complexity,
                                      .is_rpart = true},
                                     [&] { return finder(sample, scales, options); }, fold,
                                     c.folds);

  Walk walk{ours.tree, expected["frame"], {expected["splits"], expected["csplit"], sample},
            ours.tree.nodes[0].risk};
  walk.node(0, 1);
  if (HasFatalFailure()) return;
  EXPECT_EQ(walk.at, expected["frame"]["node"].size());
  EXPECT_EQ(walk.split_at, expected["splits"]["var"].size());
  expect_table(ours.table, expected["cptable"], expected["validated"], c.loss.empty());
  const auto of_columns = binary_tree::importance(ours.tree, columns.columns.size());
  for (std::size_t i = 0; i < expected["importance"]["var"].size(); ++i) {
    const auto column = expected["importance"]["var"][i].get<std::size_t>();
    expect_close(of_columns[column], expected["importance"]["value"][i],
                 "importance of " + std::to_string(column), static_cast<double>(table.rows()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rpart, SharedDataSet,
    ::testing::Values(
        Case{"german", "german_credit/converted/credit.csv", "class", {}, 11, 10, 0.01},
        Case{"german_loss", "german_credit/converted/credit.csv", "class", {}, 11, 10, 0.008,
             Impurity::Gini, {}, {0, 1, 5, 0}},
        Case{"german_housing", "german_credit/converted/credit.csv", "housing", {}, 13, 5, 0.01},
        Case{"telco_information", "telco_ibm/Telco-Customer-Churn.csv", "Churn", {"customerID"},
             11, 10, 0.002, Impurity::Information},
        Case{"telco_contract", "telco_ibm/Telco-Customer-Churn.csv", "Contract", {"customerID"},
             13, 5, 0.003, Impurity::Gini, {0.5, 0.2, 0.3}, {0, 1, 2, 1, 0, 1, 3, 1, 0},
             "quarters"},
        Case{"churn_modelling_prior", "churn_modelling/Churn_Modelling.csv", "Exited",
             {"CustomerId", "Surname"}, 0, 10, 0.003, Impurity::Gini, {0.5, 0.5}},
        Case{"churn_modelling_weights", "churn_modelling/Churn_Modelling.csv", "Exited",
             {"CustomerId", "Surname"}, 7, 10, 0.004, Impurity::Gini, {}, {}, "thirds", 60, 25, 4},
        Case{"mlc", "mlc_churn/converted/mlc_churn.csv", "churn", {}, 0, 10, 0.005},
        Case{"mlc_information", "mlc_churn/converted/mlc_churn.csv", "churn", {}, 7, 5, 0.008,
             Impurity::Information, {}, {0, 1, 4, 0}},
        Case{"health_lead", "health_insurance_lead/train_Df64byy.csv", "Response",
             {"ID", "Lower_Age"}, 0, 5, 0.0004, Impurity::Gini, {0.5, 0.5}, {}, "", 400, 160}),
    [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace holdfast::cart
