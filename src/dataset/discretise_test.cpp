// Cut points of Fisher's irises as WEKA, scikit-learn and the steps of ChiMerge in NumPy find them
// (tests/reference/discretise).

#include "dataset/discretise.hpp"

#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "dataset/bins.hpp"

namespace holdfast::dataset {
namespace {

constexpr double kChiSquared95 = 5.991464547107979;  // Two degrees of freedom.

std::ifstream reference(const std::string& name) {
  return std::ifstream(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/discretise/" + name);
}

std::map<std::string, Labelled1d> irises() {
  auto file = reference("iris.csv");
  std::string line, cell;
  std::getline(file, line);
  std::map<std::string, Labelled1d> columns;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::array<double, 5> row{};
    for (double& value : row) std::getline(cells, cell, ','), value = std::stod(cell);
    std::size_t c = 0;
    for (const char* name : {"sepal_length", "sepal_width", "petal_length", "petal_width"}) {
      auto& column = columns[name];
      column.values.push_back(row[c++]);
      column.y.push_back(static_cast<std::uint8_t>(row[4]));
      column.weight.push_back(1);
    }
  }
  return columns;
}

std::map<std::string, std::vector<double>> expected(const std::string& method) {
  auto file = reference("expected.csv");
  std::string line;
  std::map<std::string, std::vector<double>> cuts;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string own, column, cut;
    std::getline(cells, own, ','), std::getline(cells, column, ','), std::getline(cells, cut);
    if (own == method) cuts[column].push_back(std::stod(cut));
  }
  return cuts;
}

template <typename Cuts>
void expect_as_reference(const std::string& method, const Cuts& cuts_of) {
  const auto wanted = expected(method);
  EXPECT_EQ(wanted.size(), 4u);
  for (const auto& [name, column] : irises()) {
    const auto cuts = cuts_of(column);
    const auto& other = wanted.at(name);
    ASSERT_EQ(cuts.size(), other.size()) << method << " " << name;
    for (std::size_t i = 0; i < cuts.size(); ++i) EXPECT_NEAR(cuts[i], other[i], 1e-6) << name;
  }
}

TEST(Mdlp, CutsWhereWekaCuts) {
  expect_as_reference("mdlp", [](const Labelled1d& column) { return mdlp_cuts(column, 3); });
}

TEST(ChiMerge, CutsWhereTheStepsOfThePaperEnd) {
  expect_as_reference("chi_merge", [](const Labelled1d& column) {
    return chi_merge_cuts(column, 3, 100, kChiSquared95);
  });
}

TEST(TreeCuts, AreThoseOfAGiniTreeGrownBestFirst) {
  expect_as_reference("tree", [](const Labelled1d& column) {
    return tree_cuts(column, 3, 4, 8.0 / 150);
  });
}

TEST(EqualWidth, PartsTheRangeEvenly) {
  const Labelled1d column{{0, 1, 8, 100}, {0, 0, 1, 1}, {1, 1, 1, 0}};  // 100 has no weight.
  EXPECT_EQ(equal_width_cuts(column, 4), (std::vector<double>{2, 4, 6}));
  EXPECT_TRUE(equal_width_cuts({{3, 3}, {0, 1}, {1, 1}}, 4).empty());
}

TEST(EqualFrequency, PartsTheWeightAndNeverEqualValues) {
  const Labelled1d column{{1, 1, 1, 2, 3, 4, 5, 6}, std::vector<std::uint8_t>(8, 0),
                          std::vector<double>(8, 1.0)};
  EXPECT_EQ(equal_frequency_cuts(column, 2), (std::vector<double>{2.5}));
  EXPECT_EQ(equal_frequency_cuts(column, 4), (std::vector<double>{1.5, 2.5, 4.5}));
}

// Whatever parts a number, its bins hold every row once and keep to the limits.
TEST(NumericBins, KeepEveryRowWhateverPartsThem) {
  const auto column = irises().at("petal_length");
  std::vector<std::uint8_t> y, valid(column.values.size(), 1);
  for (const auto cls : column.y) y.push_back(cls == 1 ? 1 : 0);
  valid[3] = 0;
  const ColumnView view{.name = "petal_length", .values = column.values, .valid = valid};
  for (const char* name : {"chi_merge", "equal_width", "equal_frequency", "mdlp", "tree"}) {
    const auto bins = numeric_bins(view, y, column.weight,
                                   {.bins_max = 5, .binning = binning_of(name)});
    double events = 0, all = 0;
    for (const auto& bin : bins) events += bin.events, all += bin.events + bin.non_events;
    EXPECT_EQ(events, 50) << name;
    EXPECT_EQ(all, 150) << name;
    EXPECT_LE(bins.size(), 6u) << name;  // And missing.
    EXPECT_GT(information_value(bins), 1) << name;
    EXPECT_TRUE(bins.back().is_missing);
  }
}

TEST(Cuts, OfNothingAreNone) {
  const Labelled1d none;
  EXPECT_TRUE(mdlp_cuts(none, 2).empty());
  EXPECT_TRUE(chi_merge_cuts(none, 2, 5, 4).empty());
  EXPECT_TRUE(tree_cuts(none, 2, 5, 0).empty());
  EXPECT_TRUE(equal_width_cuts(none, 5).empty());
  EXPECT_TRUE(equal_frequency_cuts(none, 5).empty());
}

}  // namespace
}  // namespace holdfast::dataset
