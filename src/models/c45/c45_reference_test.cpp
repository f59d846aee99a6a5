// The trees of WEKA 3.8.6's J48 on the shared data sets, line by line; made by
// tests/reference/j48/make.py, see SOURCE.md there. Data sets are read from the shared data, as
// their licences keep them out of this repository.

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <zlib.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "models/c45/c45.hpp"
#include "models/growing/words.hpp"
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

std::string unpacked(const std::filesystem::path& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");  // Reads plain files too.
  char buffer[1 << 16];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  gzclose(file);
  return text;
}

/// Cells by row, quotes taken off; none of the files has a line break inside quotes.
std::vector<std::vector<std::string>> cells_of(const std::string& text, char delimiter) {
  std::vector<std::vector<std::string>> rows;
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto& row = rows.emplace_back(1);
    bool is_quoted = false;
    for (const char c : line) {
      if (c == '"') is_quoted = !is_quoted;
      else if (c == delimiter && !is_quoted) row.emplace_back();
      else row.back() += c;
    }
    for (auto& cell : row) cell = trimmed(cell);
  }
  return rows;
}

bool is_missing(const std::string& cell) { return cell.empty() || cell == "NA" || cell == "?"; }

bool is_number(const std::string& cell, double& value) {
  const char* begin = cell.data() + (cell.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size();
}

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::string>> categories;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::uint8_t> y;
  std::vector<std::string> classes;

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      columns.columns.push_back({names[c], values[c], codes[c], categories[c], valid[c]});
    }
    return columns;
  }
};

std::vector<std::string> distinct(const std::vector<std::vector<std::string>>& rows,
                                  std::size_t column) {
  std::set<std::string> found;
  for (const auto& row : rows) {
    if (!is_missing(row[column])) found.insert(row[column]);
  }
  return {found.begin(), found.end()};
}

std::uint32_t code_of(const std::vector<std::string>& categories, const std::string& cell) {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(categories, cell) -
                                    categories.begin());
}

void add_column(Table& table, const std::string& name,
                const std::vector<std::vector<std::string>>& rows, std::size_t column) {
  table.names.push_back(name);
  auto& values = table.values.emplace_back();
  auto& codes = table.codes.emplace_back();
  auto& categories = table.categories.emplace_back();
  auto& valid = table.valid.emplace_back();
  double value = 0;
  const bool is_numeric = std::ranges::all_of(rows, [&](const auto& row) {
    return is_missing(row[column]) || is_number(row[column], value);
  });
  if (!is_numeric) categories = distinct(rows, column);
  for (const auto& row : rows) {
    const auto& cell = row[column];
    valid.push_back(is_missing(cell) ? 0 : 1);
    if (is_numeric) values.push_back(!is_missing(cell) && is_number(cell, value) ? value : 0);
    else codes.push_back(is_missing(cell) ? 0 : code_of(categories, cell));
  }
}

Table read(const std::filesystem::path& path, const Case& c) {
  auto rows = cells_of(unpacked(path), c.delimiter);
  std::vector<std::string> header;
  if (c.has_header) {
    header = rows.front();
    rows.erase(rows.begin());
  } else {
    for (std::size_t i = 0; i < rows.front().size(); ++i) {
      header.push_back("c" + std::to_string(i + 1));
    }
  }
  Table table;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == c.outcome) {
      table.classes = distinct(rows, i);
      for (const auto& row : rows) {
        table.y.push_back(static_cast<std::uint8_t>(code_of(table.classes, row[i])));
      }
    } else if (!c.left_out.contains(header[i])) {
      add_column(table, header[i], rows, i);
    }
  }
  return table;
}

class SharedDataSet : public ::testing::TestWithParam<Case> {};

TEST_P(SharedDataSet, GrowsTheTreeOfJ48LineByLine) {
  const Case& c = GetParam();
  const auto path = testing::shared_data(c.file);
  if (!path) GTEST_SKIP() << "shared data set absent: " << c.file;
  const Table table = read(*path, c);
  const std::vector<double> weight(table.y.size(), 1.0);
  const auto tree = fit(table.view(), table.y, weight, static_cast<int>(table.classes.size()),
                        c.options);
  ASSERT_TRUE(tree.ok());
  const auto expected = read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                                  "tests/reference/j48" / (std::string(c.name) + ".txt"));
  ASSERT_TRUE(expected.ok());
  const auto ours = growing::text_of(*tree, table.view(), table.classes);
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
