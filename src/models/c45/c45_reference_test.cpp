// The trees of WEKA 3.8.6's J48 on the shared data sets, line by line; made by
// tests/reference/j48/make.py, see SOURCE.md there. Data sets are read from the shared data, as
// their licences keep them out of this repository.

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "models/c45/c45.hpp"
#include "models/growing/words.hpp"
#include "testing/labelled_table.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::c45 {
namespace {

struct Case {
  const char* name;
  const char* file;
  char delimiter;
  bool has_header;
  const char* outcome;
  std::set<std::string> left_out;
  Options options;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

dataset::Columns view_of(const testing::LabelledTable& table) {
  dataset::Columns columns{.rows = table.y.size()};
  for (std::size_t c = 0; c < table.names.size(); ++c) {
    columns.columns.push_back({table.names[c], table.values[c], table.codes[c],
                               table.categories[c], table.valid[c]});
  }
  return columns;
}

class SharedDataSet : public ::testing::TestWithParam<Case> {};

TEST_P(SharedDataSet, GrowsTheTreeOfJ48LineByLine) {
  const Case& c = GetParam();
  const auto path = testing::shared_data(c.file);
  if (!path) GTEST_SKIP() << "shared data set absent: " << c.file;
  const auto table = testing::read_labelled_table(
      *path, {c.delimiter, c.has_header, c.outcome, c.left_out});
  const auto columns = view_of(table);
  const std::vector<double> weight(table.y.size(), 1.0);
  const auto tree = fit(columns, table.y, weight, static_cast<int>(table.classes.size()),
                        c.options);
  ASSERT_TRUE(tree.ok());
  const auto expected = read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                                  "tests/reference/j48" / (std::string(c.name) + ".txt"));
  ASSERT_TRUE(expected.ok());
  const auto ours = growing::text_of(*tree, columns, table.classes);
  const auto our_lines = split(trimmed(ours), '\n');
  const auto their_lines = split(trimmed(*expected), '\n');
  for (std::size_t i = 0; i < std::min(our_lines.size(), their_lines.size()); ++i) {
    ASSERT_EQ(trimmed(our_lines[i]), trimmed(their_lines[i])) << "line " << i + 1;
  }
  EXPECT_EQ(our_lines.size(), their_lines.size());
}

INSTANTIATE_TEST_SUITE_P(
    J48, SharedDataSet,
    ::testing::Values(
        Case{"telco", "telco_ibm/Telco-Customer-Churn.csv", ',', true, "Churn", {"customerID"}, {}},
        Case{"telco_unpruned", "telco_ibm/Telco-Customer-Churn.csv", ',', true, "Churn",
             {"customerID"}, {.confidence = 1}},
        Case{"churn_modelling", "churn_modelling/Churn_Modelling.csv", ',', true, "Exited",
             {"CustomerId", "Surname"}, {}},
        Case{"online_shoppers", "online_shoppers/online_shoppers.csv.gz", ',', true, "Revenue", {},
             {}},
        Case{"credit_default", "credit_default_tw/creditcard_default.csv.gz", ',', true,
             "has_default", {}, {}},
        Case{"health_lead", "health_insurance_lead/train_Df64byy.csv", ',', true, "Response",
             {"ID"}, {.leaf_weight_min = 20}},
        Case{"caravan", "tic2000_caravan/ticdata2000.txt", '\t', false, "c86", {},
             {.confidence = 0.4}},
        Case{"tianchi_fraud", "tianchi_auto_fraud/train.csv", ',', true, "fraud",
             {"policy_id", "policy_bind_date", "incident_date"}, {}},
        Case{"hillstrom_no_raising", "hillstrom/hillstrom.csv", ',', true, "visit",
             {"conversion", "spend"}, {.leaf_weight_min = 5, .is_raising = false}}),
    [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace holdfast::c45
