// Source: Siddiqi (2006), Credit Risk Scorecards, chapter 6, "Scorecard scaling": odds of 50:1 at 600
// points, doubled every 20: factor 28.8539, offset 487.123. Points are worked by hand.

#include "models/scorecard/scorecard.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "models/errors.hpp"
#include "testing/printed.hpp"

namespace holdfast::scorecard {

extern const ModelDescriptor descriptor;

namespace {

using std::numbers::ln2;

/// Rows built column by column.
struct Rows {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> codes;
  std::vector<std::vector<std::string>> categories;
  std::vector<std::vector<std::uint8_t>> valid;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;

  void number(const std::string& name, std::vector<double> cells) {
    names.push_back(name);
    valid.emplace_back(cells.size(), std::uint8_t{1});
    values.push_back(std::move(cells));
    codes.emplace_back();
    categories.emplace_back();
  }
  void category(const std::string& name, std::vector<std::uint32_t> cells,
                std::vector<std::string> known) {
    names.push_back(name);
    valid.emplace_back(cells.size(), std::uint8_t{1});
    values.emplace_back();
    codes.push_back(std::move(cells));
    categories.push_back(std::move(known));
  }
  dataset::Columns view() const {
    dataset::Columns columns{.rows = y.size()};
    for (std::size_t c = 0; c < names.size(); ++c) {
      columns.columns.push_back({.name = names[c],
                                 .values = values[c],
                                 .codes = codes[c],
                                 .categories = categories[c],
                                 .valid = valid[c]});
    }
    return columns;
  }
  Result<FittedModel> fit(const Parameters& parameters = {}) const {
    const ClassifierTask task{.train = view(), .y = y, .weight = weight, .seed = 1};
    return descriptor.fit_classifier(task, parameters, silent());
  }
};

/// 400 of 500 without the flag stay, 200 of 300 with it.
Rows flagged() {
  Rows rows;
  rows.number("flag", {0, 0, 1, 1});
  rows.y = {0, 1, 0, 1};
  rows.weight = {400, 100, 200, 100};
  return rows;
}

Rows drawn(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  Rows rows;
  std::vector<double> age, premium, noise;
  std::vector<std::uint32_t> area;
  for (std::size_t r = 0; r < n; ++r) {
    age.push_back(std::floor(20 + 50 * random.uniform()));
    premium.push_back(1000 * random.exponential(1));
    noise.push_back(random.normal());
    area.push_back(static_cast<std::uint32_t>(random.below(4)));
    const double eta = -1.5 + (age[r] < 35 ? 1.0 : 0.0) + (area[r] == 2 ? 1.2 : 0) +
                       premium[r] / 2000;
    rows.y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
    rows.weight.push_back(1);
  }
  rows.number("age", age);
  rows.number("premium", premium);
  rows.number("noise", noise);
  rows.category("area", area, {"east", "north", "south", "west"});
  for (std::size_t r = 0; r < n; r += 7) rows.valid[1][r] = 0;
  return rows;
}

const ReportTable& table_of(const FittedModel& model, std::string_view id) {
  return *std::ranges::find(model.tables, id, &ReportTable::id);
}

TEST(Scorecard, ScalesAsSiddiqiDoes) {
  const Scaling scaling;
  EXPECT_PRINTED(scaling.factor(), "28.8539");
  EXPECT_PRINTED(scaling.offset(), "487.123");
}

/// Two columns of two bins, evidence ±ln 2 and ±2 ln 2.
std::vector<BinnedColumn> two_columns() {
  std::vector<BinnedColumn> columns(2);
  for (std::size_t j = 0; j < 2; ++j) {
    const double evidence = j == 0 ? ln2 : 2 * ln2;
    columns[j] = {.column = j,
                  .name = "x" + std::to_string(j),
                  .bins = {{.upper = 10, .events = 30, .non_events = 70,
                            .weight_of_evidence = evidence},
                           {.upper = std::numeric_limits<double>::infinity(), .events = 20,
                            .non_events = 80, .weight_of_evidence = -evidence}}};
  }
  return columns;
}

TEST(Scorecard, PointsWorkedByHand) {
  // Each column: offset/2 = 243.5614…; a/2 = −1.5 ln 2 gives 30 points, beta × evidence ±20.
  const std::vector<double> beta = {-3 * ln2, 1, 0.5};
  const std::vector<std::vector<std::string>> numeric(2);
  const auto form = points_table(two_columns(), beta, {}, numeric);
  for (const auto& entry : form.entries) {
    EXPECT_EQ(entry.points, (std::vector<double>{254, 294}));
    EXPECT_EQ(entry.neutral, 274);
    EXPECT_EQ(entry.mean, (100 * 254 + 100 * 294) / 200.0);
  }
  EXPECT_EQ(form.base, 0);
  const forms::Cell low{.value = 10, .is_missing = false}, high{.value = 11, .is_missing = false};
  EXPECT_EQ(total_points(form, std::vector{low, high}), 548);
  EXPECT_EQ(total_points(form, std::vector{high, high}), 588);
  EXPECT_EQ(total_points(form, std::vector{high, forms::Cell{}}), 568);
  // 588 points: odds of staying 50 × 2^((588 − 600)/20).
  const double logit = form.slope * 588 + form.intercept;
  EXPECT_NEAR(std::exp(-logit), 50 * std::pow(2, -12.0 / 20), 1e-10);
}

TEST(Scorecard, PointsWithoutRoundingAreTheRegression) {
  const std::vector<double> beta = {-3 * ln2, 1, 0.5};
  const std::vector<std::vector<std::string>> numeric(2);
  for (const bool counts_leaving : {false, true}) {
    for (const bool spreads_base : {false, true}) {
      const auto form = points_table(
          two_columns(), beta,
          {.counts_leaving = counts_leaving, .spreads_base = spreads_base, .decimals = 9}, numeric);
      const forms::Cell high{.value = 11, .is_missing = false};
      const double points = total_points(form, std::vector{high, high});
      // Evidence −ln 2 and −2 ln 2: the odds of staying are 8 × 2 × 2.
      EXPECT_NEAR(form.slope * points + form.intercept, -std::log(32), 1e-9);
      EXPECT_NEAR(points, 487.12287628 + (counts_leaving ? -100 : 100), 1e-7);
      EXPECT_EQ(form.base == 0, spreads_base);
      EXPECT_EQ(form.slope > 0, counts_leaving);
    }
  }
}

TEST(Scorecard, TwoBinsGetTheOddsOfTheirRows) {
  // Saturated: odds of staying are 4 and 2, so at 600 points for 1:1 and 20 to double 640 and 620.
  const auto model = flagged().fit({{"odds", 1.0}});
  ASSERT_TRUE(model.ok());
  const auto& form = std::get<forms::PointsTable>(model->form);
  ASSERT_EQ(form.entries.size(), 1U);
  EXPECT_EQ(form.entries[0].points, (std::vector<double>{640, 620}));
  const auto p = predict(*model, flagged().view());
  EXPECT_NEAR(p[0], 0.2, 1e-12);
  EXPECT_NEAR(p[2], 1.0 / 3, 1e-12);
}

TEST(Scorecard, TheCardOnPaperGivesTheModelsProbability) {
  const Rows rows = drawn(3000, 1);
  const auto model = rows.fit();
  ASSERT_TRUE(model.ok());
  // Points of the card by column and bin in words, as a person reads them.
  const auto& card = table_of(*model, "points");
  std::map<std::string, std::map<std::string, double>> points;
  for (const auto& row : card.rows) {
    const double earned = std::get<double>(row[5]);
    EXPECT_EQ(earned, std::round(earned));
    points[std::get<std::string>(row[0])][std::get<std::string>(row[1])] = earned;
  }
  EXPECT_FALSE(points.contains("noise"));  // Too little information.
  const auto p = predict(*model, rows.view());
  for (std::size_t r = 0; r < 300; ++r) {
    double total = 0;
    for (const auto& [column, bins] : points) {
      const auto c = static_cast<std::size_t>(std::ranges::find(rows.names, column) -
                                              rows.names.begin());
      for (const auto& [words, earned] : bins) {
        bool is_in = false;
        if (words.starts_with("missing")) {
          is_in = rows.valid[c][r] == 0;
        } else if (rows.valid[c][r] == 0) {
          continue;
        } else if (!rows.categories[c].empty()) {
          is_in = words.find(rows.categories[c][rows.codes[c][r]]) != std::string::npos;
        } else {
          const double value = rows.values[c][r];
          double low = -1e300, high = 1e300;
          if (words[0] == '(') std::sscanf(words.c_str(), "(%lf, %lf]", &low, &high);
          if (words[0] == '<') std::sscanf(words.c_str(), "<= %lf", &high);
          if (words[0] == '>') std::sscanf(words.c_str(), "> %lf", &low);
          is_in = value > low && value <= high;
        }
        if (is_in) total += earned;
      }
    }
    const double odds = 50 * std::pow(2, (total - 600) / 20);
    EXPECT_NEAR(p[r], 1 / (1 + odds), 1e-12);
  }
}

TEST(Scorecard, EveryStepOfTheScaleDoublesTheOdds) {
  const auto model = drawn(2000, 2).fit({{"doubling", 12.5}, {"points", 100.0}, {"odds", 3.0}});
  ASSERT_TRUE(model.ok());
  const auto& scale = table_of(*model, "scale");
  ASSERT_GE(scale.rows.size(), 3U);
  for (std::size_t i = 0; i < scale.rows.size(); ++i) {
    const double points = std::get<double>(scale.rows[i][0]);
    const double odds = std::get<double>(scale.rows[i][1]);
    EXPECT_NEAR(odds, 3 * std::pow(2, (points - 100) / 12.5), 1e-9 * odds);
    EXPECT_NEAR(std::get<double>(scale.rows[i][2]), 1 / (1 + odds), 1e-12);
    if (i > 0) {
      EXPECT_EQ(points - std::get<double>(scale.rows[i - 1][0]), 12.5);
    }
  }
}

/// Churn rates of the bins of a column, without the missing one.
std::vector<double> rates_of(const FittedModel& model, std::string_view column) {
  std::vector<double> rates;
  for (const auto& row : table_of(model, "points").rows) {
    if (std::get<std::string>(row[0]) != column) continue;
    if (std::get<std::string>(row[1]).starts_with("missing")) continue;
    rates.push_back(std::get<double>(row[3]));
  }
  return rates;
}

TEST(Scorecard, MonotoneBinsRiseOrFallAndPointsWithThem) {
  Random random(3);
  Rows rows;
  std::vector<double> x, wave;
  for (int r = 0; r < 4000; ++r) {
    x.push_back(random.uniform());
    wave.push_back(random.uniform());
    const double eta = -1 + 2 * x.back() + 1.5 * std::sin(20 * wave.back());
    rows.y.push_back(random.chance(1 / (1 + std::exp(-eta))) ? 1 : 0);
    rows.weight.push_back(1);
  }
  rows.number("x", x);
  rows.number("wave", wave);
  const auto free = rows.fit({{"bins_max", std::int64_t{20}}, {"bin_share_min", 0.01}});
  ASSERT_TRUE(free.ok());
  const auto unordered = rates_of(*free, "wave");
  EXPECT_FALSE(std::ranges::is_sorted(unordered));
  EXPECT_FALSE(std::ranges::is_sorted(unordered, std::ranges::greater{}));
  const auto ordered = rows.fit({{"bins_max", std::int64_t{20}},
                                 {"bin_share_min", 0.01},
                                 {"monotone", std::string("either")},
                                 {"information_min", 0.0},
                                 {"falling", std::vector<std::string>{"wave"}}});
  ASSERT_TRUE(ordered.ok());
  const auto rising = rates_of(*ordered, "x");
  EXPECT_GE(rising.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(rising));
  EXPECT_TRUE(std::ranges::is_sorted(rates_of(*ordered, "wave"), std::ranges::greater{}));
  const auto& form = std::get<forms::PointsTable>(ordered->form);
  EXPECT_TRUE(std::ranges::is_sorted(form.entries[0].points, std::ranges::greater{}));
}

TEST(Scorecard, NeighboursThatHardlyDifferAreOneBin) {
  Rows rows;
  rows.number("x", {1, 1, 2, 2, 3, 3});
  // 20 %, 22 % and 40 %: chi-squared 0.24 between the first two, 15.6 between the others.
  rows.y = {1, 0, 1, 0, 1, 0};
  rows.weight = {40, 160, 44, 156, 80, 120};
  const auto joined = rows.fit();
  const auto apart = rows.fit({{"chi_squared_min", 0.0}});
  ASSERT_TRUE(joined.ok() && apart.ok());
  EXPECT_EQ(rates_of(*joined, "x"), (std::vector<double>{0.21, 0.4}));
  EXPECT_EQ(rates_of(*apart, "x"), (std::vector<double>{0.2, 0.22, 0.4}));
}

TEST(Scorecard, BinsByHandAreKept) {
  const Rows rows = drawn(2000, 4);
  const auto model = rows.fit({{"cuts", std::vector<std::string>{"age: 25, 34, 50"}}});
  ASSERT_TRUE(model.ok());
  std::vector<std::string> words;
  for (const auto& row : table_of(*model, "points").rows) {
    if (std::get<std::string>(row[0]) == "age") words.push_back(std::get<std::string>(row[1]));
  }
  EXPECT_EQ(words, (std::vector<std::string>{"<= 25", "(25, 34]", "(34, 50]", "> 50",
                                             "missing (缺失)"}));
  double young = 0, size = 0;
  for (std::size_t r = 0; r < rows.y.size(); ++r) {
    if (!(rows.values[0][r] <= 25)) continue;
    young += rows.y[r];
    size += 1;
  }
  EXPECT_DOUBLE_EQ(rates_of(*model, "age")[0], young / size);
}

TEST(Scorecard, SaysSoWhenBinsByHandCannotBeRead) {
  const Rows rows = drawn(200, 5);
  for (const auto* cuts : {"age", "age: 30, x", "age: 40, 30", "age: 30, 30", "area: 1"}) {
    const auto model = rows.fit({{"cuts", std::vector<std::string>{cuts}}});
    ASSERT_FALSE(model.ok()) << cuts;
    EXPECT_EQ(model.error().kind, &models::errors::kParameterRange) << cuts;
  }
  const auto unknown = rows.fit({{"rising", std::vector<std::string>{"tenure"}}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, &models::errors::kNoSuchColumn);
}

TEST(Scorecard, FewMissingValuesSayNothing) {
  Rows rows = drawn(2000, 6);
  const auto many = rows.fit();
  for (std::size_t r = 0; r < 2000; ++r) rows.valid[1][r] = r % 100 == 0 ? 0 : 1;
  const auto few = rows.fit();
  ASSERT_TRUE(many.ok() && few.ok());
  EXPECT_GE(std::get<forms::PointsTable>(many->form).entries[1].states.missing_state, 0);
  const auto& entry = std::get<forms::PointsTable>(few->form).entries[1];
  EXPECT_EQ(entry.states.missing_state, -1);
  EXPECT_EQ(points_of(entry, {}), entry.neutral);
  EXPECT_GT(entry.neutral, std::ranges::min(entry.points));
  EXPECT_LT(entry.neutral, std::ranges::max(entry.points));
}

TEST(Scorecard, ColumnsThatWouldContradictThemselvesStayOut) {
  // Given the sum, the part says the opposite of what it says alone.
  Random random(7);
  Rows rows;
  std::vector<double> part, sum;
  for (int r = 0; r < 5000; ++r) {
    const double a = random.normal(), b = random.normal();
    part.push_back(a);
    sum.push_back(a + b);
    rows.y.push_back(random.chance(1 / (1 + std::exp(1 - 1.5 * (a + b) + 0.8 * a))) ? 1 : 0);
    rows.weight.push_back(1);
  }
  rows.number("part", part);
  rows.number("sum", sum);
  const auto model = rows.fit();
  ASSERT_TRUE(model.ok());
  const auto& columns = table_of(*model, "columns");
  for (const auto& row : columns.rows) EXPECT_GE(std::get<double>(row[2]), 0);
  ASSERT_EQ(columns.rows.size(), 1U);
  EXPECT_EQ(std::get<std::string>(columns.rows[0][0]), "sum");
  EXPECT_TRUE(std::ranges::any_of(model->notes, [](const Text& note) {
    return note.en.find("contradict") != std::string::npos &&
           note.en.find("part") != std::string::npos;
  }));
}

TEST(Scorecard, SelectionLeavesNoiseOutAndMayLeaveNothing) {
  // Of a column that no bin was chosen for.
  Random random(9);
  Rows rows = drawn(2000, 8);
  std::vector<double> coin;
  for (int r = 0; r < 2000; ++r) coin.push_back(random.below(2) == 0 ? 0 : 1);
  rows.number("coin", coin);
  const Parameters all = {{"information_min", 0.0}, {"chi_squared_min", 0.0}};
  Parameters chosen = all;
  chosen["selection"] = std::string("stepwise");
  const auto has_coin = [](const FittedModel& model) {
    return std::ranges::any_of(table_of(model, "columns").rows, [](const auto& row) {
      return std::get<std::string>(row[0]) == "coin";
    });
  };
  const auto whole = rows.fit(all);
  const auto model = rows.fit(chosen);
  ASSERT_TRUE(whole.ok() && model.ok());
  EXPECT_TRUE(has_coin(*whole));
  EXPECT_FALSE(has_coin(*model));
  EXPECT_GE(table_of(*model, "columns").rows.size(), 3U);
  Rows noise;
  std::vector<double> x;
  for (int r = 0; r < 400; ++r) {
    x.push_back(random.below(2) == 0 ? 0 : 1);
    noise.y.push_back(r % 4 == 0 ? 1 : 0);
    noise.weight.push_back(1);
  }
  noise.number("x", x);
  const auto bare = noise.fit({{"selection", std::string("forward")},
                               {"chi_squared_min", 0.0},
                               {"decimals", std::int64_t{9}}});
  ASSERT_TRUE(bare.ok());
  EXPECT_TRUE(std::get<forms::PointsTable>(bare->form).entries.empty());
  EXPECT_NEAR(predict(*bare, noise.view())[0], 0.25, 1e-9);
}

TEST(Scorecard, GivesTheSameBitsForAnyThreadCount) {
  const Rows rows = drawn(3000, 10);
  set_threads(1);
  const auto one = rows.fit({{"decimals", std::int64_t{9}}});
  set_threads(2);
  const auto two = rows.fit({{"decimals", std::int64_t{9}}});
  set_threads(0);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(to_json(*one, {}), to_json(*two, {}));
}

}  // namespace
}  // namespace holdfast::scorecard
