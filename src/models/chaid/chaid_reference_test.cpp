// The trees of the CHAID package 5.5.1 on the shared data sets, node by node: column, groups,
// statistic, p-value and counts; made by tests/reference/chaid/make.py, see SOURCE.md there. Data
// sets are read from the shared data, as their licences keep them out of this repository.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "models/chaid/rule.hpp"
#include "models/growing/grower.hpp"
#include "testing/labelled_table.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::chaid {
namespace {

using nlohmann::json;

using Cuts = std::map<std::string, std::vector<double>>;

struct Case {
  const char* name;
  const char* file;
  const char* outcome;
  std::set<std::string> left_out;
  std::uint64_t plant;
  Cuts cuts;
  double alpha_merge;
  int depth_max;
  double parent;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const Cuts kTelcoCuts = {{"tenure", {6, 12, 24, 48, 60}},
                         {"MonthlyCharges", {20, 50, 70, 90}},
                         {"TotalCharges", {100, 500, 2000, 4000}}};

dataset::Columns view(const testing::LabelledTable& table) {
  dataset::Columns columns{.rows = table.rows()};
  for (std::size_t c = 0; c < table.names.size(); ++c) {
    columns.columns.push_back({table.names[c], table.values[c], table.codes[c],
                               table.categories[c], table.valid[c]});
  }
  return columns;
}

/// Values become the number of their interval, as make.py does it.
void cut(testing::LabelledTable& table, const Cuts& cuts) {
  for (std::size_t c = 0; c < table.names.size(); ++c) {
    const auto found = cuts.find(table.names[c]);
    if (found == cuts.end()) continue;
    for (double& value : table.values[c]) {
      value = static_cast<double>(std::ranges::lower_bound(found->second, value) -
                                  found->second.begin());
    }
  }
}

struct Comparison {
  const growing::Sample& sample;
  const json& nodes;
  std::size_t compared = 0;

  std::int32_t child_of(const growing::Split& split, const json& value) const {
    if (value.is_null()) return split.default_child;
    if (!split.is_category) {
      if (split.cuts.empty()) return value.get<double>() <= split.threshold ? 0 : 1;
      const auto at = std::ranges::lower_bound(split.cuts, value.get<double>());
      return static_cast<std::int32_t>(at - split.cuts.begin());
    }
    const auto& categories = sample.column(static_cast<std::size_t>(split.column)).categories;
    const auto at = std::ranges::find(categories, value.get<std::string>()) - categories.begin();
    return split.child_of_category[static_cast<std::size_t>(at)];
  }

  void compare(const growing::Branch& ours, std::size_t at) {
    SCOPED_TRACE("node " + std::to_string(at));
    ++compared;
    const json& theirs = nodes[at];
    const auto& d = ours.split.distribution;
    for (std::size_t k = 0; k < d.classes(); ++k) ASSERT_EQ(d.cls(k), theirs["counts"][k]);
    ASSERT_EQ(ours.is_leaf(), !theirs.contains("column"));
    if (ours.is_leaf()) return;
    ASSERT_EQ(ours.split.column, theirs["column"]);
    const double chi = theirs["chi"], p = theirs["p"];
    EXPECT_NEAR(ours.split.statistic, chi, 1e-12 * chi);
    EXPECT_NEAR(ours.split.p_value, p, 1e-10 * p);
    std::set<std::int32_t> seen;
    for (std::size_t i = at + 1; i < nodes.size(); ++i) {
      if (nodes[i]["parent"] != at) continue;
      std::set<std::int32_t> of_group;
      for (const auto& value : nodes[i]["group"]) of_group.insert(child_of(ours.split, value));
      ASSERT_EQ(of_group.size(), 1u) << nodes[i]["group"];
      ASSERT_GE(*of_group.begin(), 0);
      ASSERT_TRUE(seen.insert(*of_group.begin()).second) << nodes[i]["group"];
      compare(*ours.children[static_cast<std::size_t>(*of_group.begin())], i);
      if (::testing::Test::HasFatalFailure()) return;
    }
    EXPECT_EQ(seen.size(), ours.children.size());
  }
};

class SharedDataSet : public ::testing::TestWithParam<Case> {};

TEST_P(SharedDataSet, GrowsTheTreeOfTheChaidPackage) {
  const Case& c = GetParam();
  const auto path = testing::shared_data(c.file);
  if (!path) GTEST_SKIP() << "shared data set absent: " << c.file;
  auto table = testing::read_labelled_table(
      *path, {.outcome = c.outcome, .left_out = c.left_out});
  cut(table, c.cuts);
  if (c.plant > 0) table.plant_missing(c.plant);
  const auto text = read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                              "tests/reference/chaid" / (std::string(c.name) + ".json"));
  ASSERT_TRUE(text.ok());
  const json expected = json::parse(*text);
  ASSERT_EQ(table.rows(), expected["rows"]);

  const std::vector<double> weight(table.rows(), 1.0);
  const growing::Sample sample(view(table), table.y, weight, table.classes.size());
  // The package knows no Bonferroni and no second alpha, and splits nodes above its least size.
  const Options options{.alpha_merge = c.alpha_merge,
                        .alpha_split = c.alpha_merge,
                        .is_adjusted = false,
                        .leaf_weight_min = 0,
                        .split_weight_min = c.parent + 1,
                        .depth_max = c.depth_max,
                        .bins_max = 64};
  const Rule rule(sample, options);
  const auto root = growing::grown(sample, sample.rows(), rule, rule.stop());
  Comparison comparison{sample, expected["nodes"]};
  comparison.compare(*root, 0);
  EXPECT_EQ(comparison.compared, expected["nodes"].size());
}

INSTANTIATE_TEST_SUITE_P(
    Package, SharedDataSet,
    ::testing::Values(
        Case{"telco", "telco_ibm/Telco-Customer-Churn.csv", "Churn", {"customerID"}, 11,
             kTelcoCuts, 0.05, 3, 200},
        Case{"telco_contract", "telco_ibm/Telco-Customer-Churn.csv", "Contract", {"customerID"},
             13, kTelcoCuts, 0.05, 3, 300},
        Case{"german", "german_credit/converted/credit.csv", "class", {}, 11,
             {{"duration", {12, 18, 24, 36}},
              {"credit_amount", {1500, 2500, 4000, 7000}},
              {"age", {25, 30, 40, 50}}},
             0.01, 4, 50},
        Case{"churn_modelling", "churn_modelling/Churn_Modelling.csv", "Exited",
             {"CustomerId", "Surname"}, 0,
             {{"CreditScore", {550, 600, 650, 700, 750}},
              {"Age", {27, 31, 35, 39, 43, 48, 55}},
              {"Balance", {0, 80000, 100000, 120000, 140000}},
              {"EstimatedSalary", {40000, 80000, 120000, 160000}}},
             0.05, 4, 400},
        Case{"health_lead", "health_insurance_lead/train_Df64byy.csv", "Response",
             {"ID", "Region_Code"}, 0,
             {{"Upper_Age", {24, 28, 36, 44, 52, 60, 68}},
              {"Lower_Age", {24, 28, 36, 44, 52, 60, 68}},
              {"Reco_Policy_Cat", {5, 10, 15, 18, 20}},
              {"Reco_Policy_Premium", {8000, 11000, 14000, 18000}}},
             0.05, 3, 2000}),
    [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace holdfast::chaid
