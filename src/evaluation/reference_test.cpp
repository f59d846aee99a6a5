// Reference runs: tests/reference/empc (empulse 0.13.1) and tests/reference/delong (all pairs,
// NumPy). How they were made stands in their SOURCE.md.

#include <gtest/gtest.h>

#include <map>

#include "core/file.hpp"
#include "core/text.hpp"
#include "evaluation/evaluation.hpp"

namespace holdfast::evaluation {
namespace {

struct Sample {
  std::vector<std::uint8_t> y;
  std::vector<std::vector<double>> scores;  // By column.
};

using Row = std::vector<std::string>;

std::vector<Row> rows_of(const std::string& name) {
  const auto text = read_file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/reference/" + name);
  EXPECT_TRUE(text.ok()) << name;
  std::vector<Row> rows;
  bool is_header = true;
  for (const auto line : split(*text, '\n')) {
    if (!is_header && !line.empty()) {
      Row row;
      for (const auto cell : split(line, ',')) row.emplace_back(cell);
      rows.push_back(std::move(row));
    }
    is_header = false;
  }
  return rows;
}

std::map<std::string, Sample> samples_of(const std::string& folder) {
  std::map<std::string, Sample> samples;
  for (const auto& row : rows_of(folder + "/samples.csv")) {
    auto& sample = samples[row[0]];
    sample.y.push_back(row[1] == "1" ? 1 : 0);
    sample.scores.resize(row.size() - 2);
    for (std::size_t c = 2; c < row.size(); ++c) sample.scores[c - 2].push_back(std::stod(row[c]));
  }
  return samples;
}

TEST(EmpcReference, ProfitAndFractionEqualEmpulse) {
  const auto samples = samples_of("empc");
  int cases = 0;
  for (const auto& row : rows_of("empc/expected.csv")) {
    const auto& sample = samples.at(row[0]);
    study::ProfitSpec costs;
    costs.acceptance_alpha = std::stod(row[1]);
    costs.acceptance_beta = std::stod(row[2]);
    costs.customer_value = std::stod(row[3]);
    costs.offer_cost = std::stod(row[4]);
    costs.contact_cost = std::stod(row[5]);
    const Scored scored{sample.scores[0], sample.y, {}, {}};
    const auto profit = empc(scored, costs);
    const auto where = row[0] + " clv " + row[3];
    EXPECT_NEAR(profit.per_customer, std::stod(row[6]), 1e-10) << where;
    EXPECT_NEAR(profit.fraction, std::stod(row[7]), 1e-10) << where;
    EXPECT_NEAR(maximum_profit(scored, costs).per_customer, std::stod(row[8]), 1e-10) << where;
    ++cases;
  }
  EXPECT_EQ(cases, 24);
}

TEST(DelongReference, IntervalsAndDifferencesEqualAllPairs) {
  const auto samples = samples_of("delong");
  int cases = 0;
  for (const auto& row : rows_of("delong/expected.csv")) {
    const auto& sample = samples.at(row[0]);
    const auto a = auc_delong({sample.scores[0], sample.y, {}, {}});
    const auto b = auc_delong({sample.scores[1], sample.y, {}, {}});
    EXPECT_NEAR(a.estimate, std::stod(row[1]), 1e-13) << row[0];
    EXPECT_NEAR(a.lower, std::stod(row[2]), 1e-12) << row[0];
    EXPECT_NEAR(a.upper, std::stod(row[3]), 1e-12) << row[0];
    EXPECT_NEAR(b.estimate, std::stod(row[4]), 1e-13) << row[0];
    const auto difference = auc_difference_delong(sample.scores[0], sample.scores[1], sample.y);
    EXPECT_NEAR(difference.difference.estimate, std::stod(row[5]), 1e-13) << row[0];
    EXPECT_NEAR(difference.difference.lower, std::stod(row[6]), 1e-12) << row[0];
    EXPECT_NEAR(difference.difference.upper, std::stod(row[7]), 1e-12) << row[0];
    EXPECT_NEAR(difference.p_value, std::stod(row[8]), 1e-11) << row[0];
    ++cases;
  }
  EXPECT_EQ(cases, 5);
}

}  // namespace
}  // namespace holdfast::evaluation
