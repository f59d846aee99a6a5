// Reference: scikit-learn 1.9.1, DecisionTreeClassifier and RandomForestClassifier;
// tests/reference/forest/SOURCE.md.

#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <zlib.h>

#include "core/text.hpp"
#include "models/forest/form.hpp"
#include "models/forest/out_of_bag.hpp"
#include "models/model.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::forest {
namespace {

using Csv = std::vector<std::vector<std::string>>;

std::string unpacked(const std::filesystem::path& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");  // Reads plain files too.
  if (file == nullptr) return text;
  char buffer[1 << 16];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  gzclose(file);
  return text;
}

Csv csv(const std::filesystem::path& path) {
  Csv rows;
  const auto text = unpacked(path);
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto& row = rows.emplace_back();
    for (const auto cell : split(line, ',')) row.emplace_back(trimmed(cell));
  }
  return rows;
}

std::filesystem::path reference(const std::string& name) {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests/reference/forest" / name;
}

double number(const std::string& cell) {
  double value = std::nan("");
  std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return value;
}

/// Columns read from text: numbers where every cell is one or empty, else categories.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::string>> categories;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::uint8_t> y;

  Table(const Csv& rows, const std::string& outcome, const std::set<std::string>& left_out) {
    for (std::size_t c = 0; c < rows[0].size(); ++c) {
      if (rows[0][c] == outcome) {
        for (std::size_t r = 1; r < rows.size(); ++r) {
          y.push_back(rows[r][c] == "1" || rows[r][c] == "Yes" ? 1 : 0);
        }
      } else if (!left_out.contains(rows[0][c])) {
        add(rows, c);
      }
    }
  }

  void add(const Csv& rows, std::size_t c) {
    names.push_back(rows[0][c]);
    auto& v = values.emplace_back();
    auto& k = codes.emplace_back();
    auto& ok = valid.emplace_back();
    std::map<std::string, std::uint32_t> levels;
    bool is_numeric = true;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      v.push_back(number(rows[r][c]));
      ok.push_back(rows[r][c].empty() ? 0 : 1);
      is_numeric = is_numeric && (ok.back() == 0 || !std::isnan(v.back()));
      if (ok.back() != 0) levels.emplace(rows[r][c], 0);
    }
    categories.emplace_back();
    if (is_numeric) return;
    v.clear();
    for (auto& [name, code] : levels) {
      code = static_cast<std::uint32_t>(categories.back().size());
      categories.back().push_back(name);
    }
    for (std::size_t r = 1; r < rows.size(); ++r) {
      k.push_back(ok[r - 1] != 0 ? levels.at(rows[r][c]) : 0);
    }
  }

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      columns.columns.push_back({names[c], values[c], codes[c], categories[c], valid[c]});
    }
    return columns;
  }
};

std::vector<double> scores_of(const Forest& forest, const Table& table) {
  return raw_score(
      {.column_names = table.names, .categories = table.categories, .form = form_of(forest)},
      table.view());
}

TEST(AgainstScikitLearn, OneTreeOfAllRowsAndColumnsIsTheirTree) {
  const Csv rows = csv(reference("tree.csv"));
  ASSERT_EQ(rows.size(), 801U);
  const Table table(rows, "y", {"p"});
  const std::vector<double> weight(table.y.size(), 1.0);
  const auto forest = fit(table.view(), table.y, weight, 2,
                          {.trees = 1, .columns_tried = 5, .leaf_rows_min = 15,
                           .with_replacement = false},
                          silent());
  ASSERT_TRUE(forest.ok());
  const auto p = scores_of(*forest, table);
  for (std::size_t r = 0; r < p.size(); ++r) {
    EXPECT_NEAR(p[r], number(rows[r + 1][6]), 1e-15) << "row " << r;
  }
  for (const auto& row : csv(reference("tree_importance.csv"))) {
    if (row[0] == "column") continue;
    if (row[0] == ".nodes") EXPECT_EQ(forest->trees[0].nodes.size(), std::stoul(row[1]));
    else EXPECT_NEAR(forest->impurity[row[0][1] - '0'], number(row[1]), 1e-12) << row[0];
  }
  EXPECT_EQ(forest->out_of_bag.rows_share, 0);
}

struct Case {
  const char* name;
  const char* file;
  const char* outcome;
  std::set<std::string> left_out;
};

class SharedData : public ::testing::TestWithParam<Case> {};

TEST_P(SharedData, TheAucIsTheirsUpToTheSpreadOfSeeds) {
  const auto path = testing::shared_data(GetParam().file);
  if (!path) GTEST_SKIP() << GetParam().file << " is not there";
  const Csv rows = csv(*path);
  Csv training = {rows[0]}, test = {rows[0]};
  for (std::size_t r = 1; r < rows.size(); ++r) {
    (r % 4 == 0 ? test : training).push_back(rows[r]);  // Row 1 here is row 0 there.
  }
  const Table trained(training, GetParam().outcome, GetParam().left_out);
  const Table judged(test, GetParam().outcome, GetParam().left_out);
  const std::vector<double> weight(trained.y.size(), 1.0);
  const std::vector<double> test_weight(judged.y.size(), 1.0);
  double mean = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const auto forest = fit(trained.view(), trained.y, weight, 2,
                            {.trees = 200, .leaf_rows_min = 20, .seed = seed}, silent());
    ASSERT_TRUE(forest.ok());
    mean += auc(scores_of(*forest, judged), judged.y, test_weight) / 3;
  }
  for (const auto& row : csv(reference("auc.csv"))) {
    if (row[0] != GetParam().name) continue;
    EXPECT_EQ(judged.y.size(), std::stoul(row[1]));
    EXPECT_GT(mean, number(row[2]) - 3 * number(row[3]));
    EXPECT_LT(mean, number(row[2]) + 0.02) << "better than expected: is the outcome in the columns?";
    return;
  }
  FAIL() << "no reference for " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    AgainstScikitLearn, SharedData,
    ::testing::Values(
        Case{"telco_ibm", "telco_ibm/Telco-Customer-Churn.csv", "Churn", {"customerID"}},
        Case{"churn_modelling", "churn_modelling/Churn_Modelling.csv", "Exited",
             {"CustomerId", "Surname"}},
        Case{"credit_default_tw", "credit_default_tw/creditcard_default.csv.gz", "has_default", {}}),
    [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace holdfast::forest
