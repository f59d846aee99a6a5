#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "core/language.hpp"
#include "dataset/dataset.hpp"
#include "study/study.hpp"

/// Is a model any good, and what is it worth. Every figure shown anywhere comes from here.
namespace holdfast::evaluation {

/// Predictions of one model on some rows.
struct Scored {
  std::span<const double> probability;
  std::span<const std::uint8_t> y;
  std::span<const double> weight;             // Empty: all 1.
  std::span<const std::int64_t> value_cents;  // Empty: the study's customer value.
};

struct Interval {
  double estimate = 0, lower = 0, upper = 0;
};
struct Point {
  double x = 0, y = 0;
};

/// AUC with its interval by DeLong, DeLong & Clarke-Pearson (1988), in O(n log n) by Sun & Xu
/// (2014).
Interval auc_delong(const Scored& scored, double confidence = 0.95);
/// Difference of two models on the same rows, with interval and two-sided p.
struct AucDifference {
  Interval difference;
  double p_value = 1;
};
AucDifference auc_difference_delong(std::span<const double> a, std::span<const double> b,
                                    std::span<const std::uint8_t> y, double confidence = 0.95);

/// One decile (or other part) of rows ranked by probability, highest first; ties shared fairly.
struct GainsRow {
  double share = 0;  // Of rows contacted up to here.
  std::int64_t contacts = 0;
  double churners = 0;        // In this part.
  double churners_share = 0;  // Of all churners, up to here (gain).
  double churn_rate = 0;      // In this part.
  double lift = 0;            // Rate of this part ÷ overall.
  double cumulative_lift = 0;
};
std::vector<GainsRow> gains(const Scored& scored, int parts = 10);

struct CalibrationRow {
  double mean_probability = 0, churn_rate = 0, lower = 0, upper = 0;
  std::int64_t rows = 0;
};

/// Contacts needed to reach `churners` of the churners: without a model (in random order) and with.
struct Contacts {
  std::int64_t churners_wanted = 0;
  std::int64_t churners_total = 0, rows = 0;
  double churn_rate = 0;
  std::int64_t contacts_random = 0, contacts_model = 0;
};
Contacts contacts_needed(const Scored& scored, double recall = 0.5);
/// DOMAIN's sentence: "190 real churners (6.13 % of …) need 1,455 contacts without a model, 712
/// with one".
Text sentence_of(const Contacts& contacts);

/// Profit of the best fraction to contact.
struct Profit {
  double per_customer = 0;  // Expected maximum profit per row.
  double fraction = 0;      // To contact.
  double threshold = 0;     // Probability limit giving that fraction; 1 for nobody.
};
/// Expected maximum profit for churn, acceptance ~ Beta (Verbraken, Verbeke & Baesens 2013), with the
/// study's customer_value as the one lifetime value of the publication: anyone can compute it again
/// from predictions.parquet and the study file. Each row's own value counts in maximum_profit.
Profit empc(const Scored& scored, const study::ProfitSpec& costs);
/// Maximum profit at the mean acceptance, each row with its own value at risk.
Profit maximum_profit(const Scored& scored, const study::ProfitSpec& costs);
/// Profit curve over the fraction contacted.
std::vector<Point> profit_curve(const Scored& scored, const study::ProfitSpec& costs,
                                int points = 100);

/// What an error costs: a churner called a stayer, a stayer called a churner.
struct ErrorCosts {
  double missed = 1, false_alarm = 1;
};
/// Mean cost of errors when everyone whose expected cost of a miss exceeds that of a false alarm is
/// called a churner: probability > false_alarm / (false_alarm + missed). Equal costs of 1: the error
/// rate at one half (Elkan 2001, The foundations of cost-sensitive learning, IJCAI, eq. 2).
double error_cost(const Scored& scored, const ErrorCosts& costs);

/// All figures of one model on one split.
struct Metrics {
  std::int64_t rows = 0;
  double churners = 0, churn_rate = 0;
  Interval auc;
  double average_precision = 0;
  double ks = 0, ks_threshold = 0;
  double brier = 0, brier_skill = 0, log_loss = 0;
  double calibration_slope = 0, calibration_intercept = 0, expected_calibration_error = 0;
  double top_decile_lift = 0;
  double error_cost = 0;
  Profit empc, maximum_profit;
  Contacts contacts;
  std::vector<GainsRow> gains;
  std::vector<CalibrationRow> calibration;
  std::vector<Point> roc, precision_recall, profit;  // Thinned to ≤ 200 points for charts.
};
/// Errors: one class only, no rows.
Result<Metrics> evaluate(const Scored& scored, const study::ProfitSpec& costs,
                         const ErrorCosts& error_costs = {});

/// Population stability index Σ (a − e) ln(a / e) of two distributions over the same bins. Shares
/// of nothing count as 0.0001; a bin empty in both adds nothing.
double population_stability_index(std::span<const double> expected, std::span<const double> actual);

/// Population stability index of one variable between two groups of rows (expected: training).
struct Stability {
  std::string name;
  std::vector<Day> cutoffs;
  std::vector<double> psi;  // [cutoffs] against the training rows.
  double psi_max = 0;
};
/// Ten bins by training quantiles, categories as they are, missing a bin of its own. All rows
/// active at a cutoff count, immature ones too; cutoffs with under 30 rows are left out; more than
/// 36 distinct cutoffs (contract-relative ones) are taken together by month.
std::vector<Stability> feature_stability(const dataset::Dataset& dataset);
Stability score_stability(std::span<const double> probability, const dataset::Dataset& dataset);

/// One attribute: leavers against stayers.
struct Contrast {
  std::string name;
  bool is_category = false;
  double leavers = 0, stayers = 0;  // Means, or share of the most telling category.
  std::string category;
  Interval effect;  // Cohen's d for numbers, Cramér's V for categories.
  double p_value = 1;
  double missing_leavers = 0, missing_stayers = 0;  // Shares.
  struct Group {
    std::string label;
    double leavers_share = 0, stayers_share = 0, churn_rate = 0;
    std::int64_t rows = 0;
  };
  std::vector<Group> groups;  // Quartiles or categories, for the chart.
};
/// Strongest first. Training rows only.
std::vector<Contrast> leavers_against_stayers(const dataset::Dataset& dataset);

}  // namespace holdfast::evaluation
