// Reference: held-out figures of scikit-learn's MLPClassifier on the same folds,
// tests/reference/mlp/SOURCE.md. The data sets are read from the shared data.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "models/task.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::network {

extern const ModelDescriptor descriptor;

namespace {

constexpr std::size_t kFolds = 5;

std::vector<std::vector<std::string>> csv(const std::filesystem::path& path) {
  const auto text = read_file(path);
  std::vector<std::vector<std::string>> rows;
  for (auto line : split(text.value(), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto& row = rows.emplace_back();
    for (auto cell : split(line, ',')) {
      if (cell.size() > 1 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
      row.emplace_back(cell);
    }
  }
  return rows;
}

bool is_number(const std::string& cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size();
}

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::string>> categories;
  std::vector<std::uint8_t> valid, y;

  Table(const std::vector<std::vector<std::string>>& rows, const std::string& outcome,
        const std::set<std::string>& left_out) {
    const std::size_t n = rows.size() - 1;
    valid.assign(n, 1);
    for (std::size_t c = 0; c < rows[0].size(); ++c) {
      std::vector<std::string> cells;
      for (std::size_t r = 1; r <= n; ++r) cells.push_back(rows[r][c]);
      if (rows[0][c] == outcome) {
        for (const auto& cell : cells) y.push_back(cell == "yes" || cell == "1" ? 1 : 0);
      } else if (!left_out.contains(rows[0][c])) {
        add(rows[0][c], cells);
      }
    }
  }

  void add(const std::string& name, const std::vector<std::string>& cells) {
    names.push_back(name);
    auto& v = values.emplace_back();
    auto& k = codes.emplace_back();
    auto& known = categories.emplace_back();
    if (std::ranges::all_of(cells, is_number)) {
      for (const auto& cell : cells) v.push_back(std::stod(cell));
      return;
    }
    const std::set<std::string> levels(cells.begin(), cells.end());
    known.assign(levels.begin(), levels.end());
    for (const auto& cell : cells) {
      k.push_back(static_cast<std::uint32_t>(std::ranges::find(known, cell) - known.begin()));
    }
  }

  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      columns.columns.push_back({names[c], values[c], codes[c], categories[c], valid});
    }
    return columns;
  }
};

struct Figures {
  double accuracy = 0, log_loss = 0;
};

/// Every row judged by a network that has not seen its fold.
Figures held_out(const Table& table, const Parameters& parameters) {
  const auto columns = table.view();
  Figures figures;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<double> weight(columns.rows, 1.0);
    for (std::size_t r = fold; r < columns.rows; r += kFolds) weight[r] = 0;
    const ClassifierTask task{.train = columns, .y = table.y, .weight = weight, .seed = 1};
    const auto model = descriptor.fit_classifier(task, parameters, silent());
    EXPECT_TRUE(model.ok());
    const auto p = predict(*model, columns);
    for (std::size_t r = fold; r < columns.rows; r += kFolds) {
      figures.accuracy += (p[r] > 0.5) == (table.y[r] == 1) ? 1 : 0;
      figures.log_loss -= std::log(table.y[r] == 1 ? p[r] : 1 - p[r]);
    }
  }
  figures.accuracy /= static_cast<double>(columns.rows);
  figures.log_loss /= static_cast<double>(columns.rows);
  return figures;
}

/// The best of scikit-learn's variants in each figure.
Figures best_of_sklearn(const std::string& data) {
  Figures best{0, 1e9};
  for (const auto& row : csv(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                             "tests/reference/mlp/figures.csv")) {
    if (row[0] != data) continue;
    best.accuracy = std::max(best.accuracy, std::stod(row[2]));
    best.log_loss = std::min(best.log_loss, std::stod(row[4]));
  }
  return best;
}

void expect_at_least_sklearn(const std::string& data, const Table& table) {
  const Figures ours = held_out(table, {{"kpi_share", 1.0}});
  const Figures theirs = best_of_sklearn(data);
  EXPECT_GE(ours.accuracy, theirs.accuracy) << data;
  EXPECT_LE(ours.log_loss, theirs.log_loss) << data;
  ::testing::Test::RecordProperty("accuracy", std::to_string(ours.accuracy));
  ::testing::Test::RecordProperty("log_loss", std::to_string(ours.log_loss));
}

TEST(NetworkAccuracy, IsAtLeastScikitLearnsOnTelecomChurn) {
  const auto path = testing::shared_data("mlc_churn/converted/mlc_churn.csv");
  if (!path) GTEST_SKIP() << "shared data absent";
  expect_at_least_sklearn("mlc_churn", Table(csv(*path), "churn", {}));
}

TEST(NetworkAccuracy, IsAtLeastScikitLearnsOnBankChurn) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data absent";
  expect_at_least_sklearn("churn_modelling",
                          Table(csv(*path), "Exited", {"CustomerId", "Surname"}));
}

}  // namespace
}  // namespace holdfast::network
