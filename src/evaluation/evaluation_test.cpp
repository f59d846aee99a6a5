// Sources: scikit-learn 1.2 (average_precision_score, roc_auc_score), R 4.2 (glm, ks.test,
// prop.test) on the twelve rows below; the rest are oracles by brute force and relations that must
// hold.

#include "evaluation/evaluation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.hpp"
#include "evaluation/errors.hpp"
#include "testing/printed.hpp"

namespace holdfast::evaluation {
namespace {

struct Rows {
  std::vector<double> probability;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
  std::vector<std::int64_t> value_cents;

  Scored scored() const { return {probability, y, weight, value_cents}; }
};

Rows twelve_rows() {
  return {{.1, .2, .3, .4, .5, .6, .7, .8, .15, .25, .35, .9},
          {0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1},
          {},
          {}};
}

// Scores with many ties (levels 10) or next to none.
Rows random_rows(std::uint64_t seed, std::size_t count, double levels, double signal = 1) {
  Random random(seed);
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) {
    const bool has_left = random.chance(0.3);
    const double score = 1 / (1 + std::exp(-(random.normal() + (has_left ? signal : 0))));
    rows.probability.push_back(std::round(score * levels) / levels);
    rows.y.push_back(has_left ? 1 : 0);
  }
  rows.y[0] = 1;
  rows.y[1] = 0;
  return rows;
}

Rows shuffled(const Rows& rows, std::uint64_t seed) {
  std::vector<std::size_t> order(rows.y.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed).shuffle(order);
  Rows result;
  for (const auto i : order) {
    result.probability.push_back(rows.probability[i]);
    result.y.push_back(rows.y[i]);
    if (!rows.value_cents.empty()) result.value_cents.push_back(rows.value_cents[i]);
  }
  return result;
}

Metrics evaluated(const Rows& rows) {
  auto metrics = evaluate(rows.scored(), {});
  EXPECT_TRUE(metrics.ok());
  return *metrics;
}

TEST(Evaluation, EqualsScikitLearnAndR) {
  const auto metrics = evaluated(twelve_rows());
  EXPECT_PRINTED(metrics.auc.estimate, "0.8055555555555556");
  EXPECT_PRINTED(metrics.average_precision, "0.848611111111111");
  EXPECT_PRINTED(metrics.ks, "0.5");
  EXPECT_PRINTED(metrics.brier, "0.179791666667");
  EXPECT_PRINTED(metrics.log_loss, "0.526459635427");
  EXPECT_NEAR(metrics.calibration_intercept, 0.435206355297, 1e-7);
  EXPECT_NEAR(metrics.calibration_slope, 1.232196357294, 1e-7);
  EXPECT_NEAR(metrics.brier_skill, 1 - metrics.brier / 0.25, 1e-15);
}

TEST(Evaluation, AveragePrecisionTreatsTiesAsScikitLearn) {
  const Rows rows{{.1, .1, .5, .5, .5, .9}, {0, 1, 0, 1, 1, 1}, {}, {}};
  EXPECT_PRINTED(evaluated(rows).average_precision, "0.7916666666666666");
  const Rows documented{{.1, .4, .35, .8}, {0, 0, 1, 1}, {}, {}};
  EXPECT_PRINTED(evaluated(documented).average_precision, "0.8333333333333333");
  EXPECT_PRINTED(evaluated(documented).auc.estimate, "0.75");
}

TEST(Evaluation, AucEqualsAllPairs) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto rows = random_rows(seed, 150, seed % 2 ? 10 : 1e9);
    double won = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < rows.y.size(); ++i) {
      for (std::size_t j = 0; j < rows.y.size(); ++j) {
        if (!rows.y[i] || rows.y[j]) continue;
        ++pairs;
        won += rows.probability[i] > rows.probability[j]    ? 1
               : rows.probability[i] == rows.probability[j] ? 0.5
                                                            : 0;
      }
    }
    EXPECT_NEAR(auc_delong(rows.scored()).estimate, won / pairs, 1e-13) << "seed " << seed;
  }
}

TEST(Evaluation, RowOrderIsIrrelevant) {
  auto rows = random_rows(7, 400, 10);
  for (std::size_t i = 0; i < rows.y.size(); ++i) {
    rows.value_cents.push_back(static_cast<std::int64_t>(1000 * (i % 37)));
  }
  const auto a = evaluated(rows);
  const auto b = evaluated(shuffled(rows, 3));
  EXPECT_NEAR(a.auc.lower, b.auc.lower, 1e-13);
  EXPECT_NEAR(a.empc.per_customer, b.empc.per_customer, 1e-10);
  EXPECT_NEAR(a.maximum_profit.per_customer, b.maximum_profit.per_customer, 1e-10);
  EXPECT_EQ(a.maximum_profit.threshold, b.maximum_profit.threshold);
  for (std::size_t k = 0; k < a.gains.size(); ++k) {
    EXPECT_NEAR(a.gains[k].churners, b.gains[k].churners, 1e-10);
  }
  for (std::size_t k = 0; k < a.calibration.size(); ++k) {
    EXPECT_NEAR(a.calibration[k].churn_rate, b.calibration[k].churn_rate, 1e-12);
  }
}

TEST(Evaluation, AWeightOfTwoIsTheRowTwice) {
  auto weighted = random_rows(11, 200, 20);
  Rows doubled;
  for (std::size_t i = 0; i < weighted.y.size(); ++i) {
    const int times = static_cast<int>(i % 3);  // Also rows of weight 0.
    weighted.weight.push_back(times);
    for (int k = 0; k < times; ++k) {
      doubled.probability.push_back(weighted.probability[i]);
      doubled.y.push_back(weighted.y[i]);
    }
  }
  const auto a = evaluated(weighted);
  const auto b = evaluated(doubled);
  EXPECT_NEAR(a.auc.estimate, b.auc.estimate, 1e-12);
  EXPECT_NEAR(a.auc.lower, b.auc.lower, 1e-12);
  EXPECT_NEAR(a.average_precision, b.average_precision, 1e-12);
  EXPECT_NEAR(a.ks, b.ks, 1e-12);
  EXPECT_NEAR(a.brier, b.brier, 1e-12);
  EXPECT_NEAR(a.calibration_slope, b.calibration_slope, 1e-9);
  EXPECT_NEAR(a.empc.per_customer, b.empc.per_customer, 1e-10);
  EXPECT_NEAR(a.maximum_profit.per_customer, b.maximum_profit.per_customer, 1e-10);
  EXPECT_EQ(a.contacts.contacts_model, b.contacts.contacts_model);
  for (std::size_t k = 0; k < 10; ++k) EXPECT_NEAR(a.gains[k].lift, b.gains[k].lift, 1e-10);
}

TEST(Evaluation, AModelAgainstItselfDoesNotDiffer) {
  const auto rows = random_rows(5, 300, 1e9);
  const auto same = auc_difference_delong(rows.probability, rows.probability, rows.y);
  EXPECT_EQ(same.difference.estimate, 0);
  EXPECT_EQ(same.p_value, 1);
}

TEST(Gains, AddUpToAllChurnersAndShareTies) {
  const auto rows = random_rows(2, 523, 5);
  const auto table = gains(rows.scored());
  const double churners = std::accumulate(rows.y.begin(), rows.y.end(), 0.0);
  double sum = 0;
  for (const auto& row : table) sum += row.churners;
  EXPECT_NEAR(sum, churners, 1e-9);
  EXPECT_NEAR(table.back().churners_share, 1, 1e-12);
  EXPECT_NEAR(table.back().cumulative_lift, 1, 1e-12);
  EXPECT_EQ(table.back().contacts, 523);
}

TEST(Gains, EqualTheExpectationOverRandomOrdersOfTies) {
  const auto rows = random_rows(4, 60, 3);
  std::vector<double> expected(10, 0);
  constexpr int kOrders = 4000;
  for (int k = 0; k < kOrders; ++k) {
    auto mixed = shuffled(rows, static_cast<std::uint64_t>(k));
    std::vector<std::size_t> order(60);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](auto a, auto b) { return mixed.probability[a] > mixed.probability[b]; });
    for (std::size_t place = 0; place < 60; ++place) expected[place / 6] += mixed.y[order[place]];
  }
  const auto table = gains(rows.scored());
  for (std::size_t k = 0; k < 10; ++k)
    EXPECT_NEAR(table[k].churners, expected[k] / kOrders, 0.1) << k;
}

TEST(Gains, EqualScoresGiveALiftOfOneEverywhere) {
  Rows rows;
  rows.probability.assign(1000, 0.25);
  for (int i = 0; i < 1000; ++i) rows.y.push_back(i < 250 ? 1 : 0);
  for (const auto& row : gains(rows.scored())) EXPECT_NEAR(row.lift, 1, 1e-12);
}

TEST(ContactsNeeded, CountsByHand) {
  // Churners at places 1, 2 and 5 of 10: the first two need 2 contacts, at random 2 / 0.3 = 6.67.
  const Rows rows{
      {.9, .8, .7, .6, .5, .4, .3, .2, .1, .05}, {1, 1, 0, 0, 1, 0, 0, 0, 0, 0}, {}, {}};
  const auto contacts = contacts_needed(rows.scored(), 0.5);
  EXPECT_EQ(contacts.churners_wanted, 2);
  EXPECT_EQ(contacts.contacts_model, 2);
  EXPECT_EQ(contacts.contacts_random, 7);
  EXPECT_EQ(contacts_needed(rows.scored(), 1).contacts_model, 5);
}

TEST(ContactsNeeded, EqualScoresNeedAsManyAsRandomOrder) {
  Rows rows = random_rows(9, 333, 4);
  rows.probability.assign(333, 0.5);
  const auto contacts = contacts_needed(rows.scored());
  EXPECT_EQ(contacts.contacts_model, contacts.contacts_random);
}

TEST(ContactsNeeded, SaysItInBothLanguages) {
  const Contacts all{190, 190, 3100, 0.0613, 1455, 712};
  EXPECT_EQ(
      sentence_of(all).en,
      "190 real churners (6.13 % of the sample of 3,100) need 1,455 contacts without a model, "
      "712 with one");
  const Contacts half{95, 190, 3100, 0.0613, 1550, 712};
  EXPECT_EQ(sentence_of(half).en,
            "95 of 190 real churners (6.13 % of the sample of 3,100) need 1,550 contacts without a "
            "model, 712 with one");
  EXPECT_EQ(sentence_of(half).zh,
            "190 名真实流失客户(占样本 3,100 名的 6.13 %)中的 95 名:不用模型需联系 1,550 名客户,"
            "使用模型只需联系 712 名");
}

TEST(MaximumProfit, EqualsTryingEveryThreshold) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto rows = random_rows(seed, 120, seed % 2 ? 12 : 1e9);
    Random random(seed + 100);
    for (std::size_t i = 0; i < rows.y.size(); ++i) {
      rows.value_cents.push_back(static_cast<std::int64_t>(random.below(60'000)));
    }
    const study::ProfitSpec costs{
        .offer_cost = 15, .contact_cost = 2, .acceptance_alpha = 3, .acceptance_beta = 7};
    double best = 0;
    for (const double threshold : rows.probability) {
      double total = 0;
      for (std::size_t i = 0; i < rows.y.size(); ++i) {
        if (rows.probability[i] < threshold) continue;
        const double value = static_cast<double>(rows.value_cents[i]) / 100;
        total += rows.y[i] ? 0.3 * (value - 15) - 2 : -17;
      }
      best = std::max(best, total / 120);
    }
    const auto profit = maximum_profit(rows.scored(), costs);
    EXPECT_NEAR(profit.per_customer, best, 1e-10) << "seed " << seed;
    const auto reached =
        std::ranges::count_if(rows.probability, [&](double p) { return p >= profit.threshold; });
    if (best > 0) {
      EXPECT_NEAR(static_cast<double>(reached) / 120, profit.fraction, 1e-12);
    }
  }
}

TEST(ProfitCurve, StartsAtNothingAndNeverPassesTheMaximum) {
  const auto rows = random_rows(13, 500, 1e9);
  const study::ProfitSpec costs;
  const auto maximum = maximum_profit(rows.scored(), costs).per_customer;
  const auto curve = profit_curve(rows.scored(), costs, 100);
  ASSERT_EQ(curve.size(), 101U);
  EXPECT_EQ(curve.front().y, 0);
  for (const auto& point : curve) EXPECT_LE(point.y, maximum + 1e-9);
}

TEST(Empc, IsNothingWhereTheOfferCostsMoreThanTheCustomerIsWorth) {
  const auto rows = random_rows(3, 100, 1e9);
  const auto profit = empc(rows.scored(), {.customer_value = 5, .offer_cost = 10});
  EXPECT_EQ(profit.per_customer, 0);
  EXPECT_EQ(profit.fraction, 0);
  EXPECT_EQ(profit.threshold, 1);
}

TEST(Empc, IsNearTheAverageOverDrawnAcceptances) {
  const auto rows = random_rows(21, 400, 1e9);
  const study::ProfitSpec costs;
  // With a narrow Beta the expectation is the maximum profit at the mean.
  study::ProfitSpec narrow = costs;
  narrow.acceptance_alpha = 6e5;
  narrow.acceptance_beta = 14e5;
  EXPECT_NEAR(empc(rows.scored(), narrow).per_customer,
              maximum_profit(rows.scored(), costs).per_customer, 1e-3);
}

TEST(Calibration, TrueProbabilitiesLieOnTheDiagonal) {
  Random random(17);
  Rows rows;
  for (int i = 0; i < 40'000; ++i) {
    const double p = random.uniform();
    rows.probability.push_back(p);
    rows.y.push_back(random.chance(p) ? 1 : 0);
  }
  const auto metrics = evaluated(rows);
  EXPECT_NEAR(metrics.calibration_slope, 1, 0.03);
  EXPECT_NEAR(metrics.calibration_intercept, 0, 0.03);
  EXPECT_LT(metrics.expected_calibration_error, 0.01);
  ASSERT_EQ(metrics.calibration.size(), 10U);
  std::int64_t total = 0;
  for (const auto& row : metrics.calibration) {
    total += row.rows;
    EXPECT_LE(row.lower, row.churn_rate);
    EXPECT_GE(row.upper, row.churn_rate);
  }
  EXPECT_EQ(total, 40'000);
}

TEST(Calibration, IntervalIsWilsons) {
  // R: prop.test(7, 50, correct = FALSE).
  Rows rows;
  rows.probability.assign(50, 0.2);
  for (int i = 0; i < 50; ++i) rows.y.push_back(i < 7 ? 1 : 0);
  const auto row = evaluated(rows).calibration.at(0);
  EXPECT_PRINTED(row.lower, "0.0695083342702");
  EXPECT_PRINTED(row.upper, "0.2618619371059");
}

TEST(Evaluation, EqualScoresAreWorthNothing) {
  Rows rows = random_rows(1, 200, 4);
  rows.probability.assign(200, 0.3);
  const auto metrics = evaluated(rows);
  EXPECT_EQ(metrics.auc.estimate, 0.5);
  EXPECT_NEAR(metrics.ks, 0, 1e-15);
  EXPECT_NEAR(metrics.top_decile_lift, 1, 1e-12);
  EXPECT_NEAR(metrics.average_precision, metrics.churn_rate, 1e-15);
}

bool is_finite(const Metrics& m) {
  const double all[] = {m.auc.lower,
                        m.auc.upper,
                        m.average_precision,
                        m.ks,
                        m.brier,
                        m.brier_skill,
                        m.log_loss,
                        m.calibration_slope,
                        m.calibration_intercept,
                        m.expected_calibration_error,
                        m.empc.per_customer,
                        m.empc.fraction,
                        m.maximum_profit.per_customer,
                        m.top_decile_lift};
  return std::ranges::all_of(all, [](double value) { return std::isfinite(value); });
}

TEST(Evaluation, StaysFiniteForHardInputs) {
  EXPECT_TRUE(is_finite(evaluated({{0, 1}, {0, 1}, {}, {}})));
  EXPECT_TRUE(is_finite(evaluated({{1, 0}, {0, 1}, {}, {}})));
  EXPECT_TRUE(is_finite(evaluated({{0, 0, 1, 1}, {1, 1, 0, 0}, {}, {}})));
  EXPECT_TRUE(is_finite(evaluated({{1e-300, 1e-200, 1}, {0, 1, 1}, {}, {}})));
  EXPECT_TRUE(is_finite(evaluated({{.5, .5, .5}, {0, 1, 1}, {0.1, 0.1, 0.1}, {}})));
}

TEST(Evaluation, SaysSoWhenThereIsNothingToJudge) {
  EXPECT_EQ(evaluate({}, {}).error().kind, &errors::kNoRows);
  const Rows stayers{{.1, .2}, {0, 0}, {}, {}};
  EXPECT_EQ(evaluate(stayers.scored(), {}).error().kind, &errors::kOneClass);
  const Rows broken{{.1, std::nan("")}, {0, 1}, {}, {}};
  EXPECT_EQ(evaluate(broken.scored(), {}).error().kind, &errors::kBadProbability);
  EXPECT_EQ(auc_delong(stayers.scored()).estimate, 0.5);
}

TEST(Evaluation, ChartsAreThinnedAndKeepTheirEnds) {
  const auto metrics = evaluated(random_rows(8, 5000, 1e9));
  EXPECT_EQ(metrics.roc.size(), 200U);
  EXPECT_EQ(metrics.roc.front().x, 0);
  EXPECT_EQ(metrics.roc.back().y, 1);
  EXPECT_LE(metrics.precision_recall.size(), 200U);
}

TEST(ErrorKinds, HaveBothLanguages) {
  for (const auto* kind : errors::evaluation_kinds()) {
    EXPECT_FALSE(kind->en.empty());
    EXPECT_FALSE(kind->zh.empty());
    EXPECT_TRUE(kind->name.starts_with("evaluation."));
  }
}

}  // namespace
}  // namespace holdfast::evaluation
