#pragma once

#include <cstdint>
#include <vector>

#include "evaluation/evaluation.hpp"

namespace holdfast::evaluation {

/// Rows with one and the same probability. Nothing may depend on their order.
struct TieGroup {
  double probability = 0;
  double rows = 0;      // Weighted.
  double churners = 0;  // Weighted.
  std::size_t end = 0;  // One past its last place in Ranking::order.
};

/// Rows from the highest probability to the lowest, in groups of ties.
struct Ranking {
  std::vector<std::uint32_t> order;  // [n] row indices.
  std::vector<TieGroup> groups;
  double rows = 0, churners = 0;  // Weighted totals.

  double churn_rate() const { return rows > 0 ? churners / rows : 0; }
  bool has_both() const { return churners > 0 && churners < rows; }
};

Ranking rank(const Scored& scored);

inline double weight_of(const Scored& scored, std::size_t row) {
  return scored.weight.empty() ? 1.0 : scored.weight[row];
}

/// The curve through (rows, value) at group ends, straight within ties: a part of a group holds its
/// share of the group.
class CumulativeCurve {
 public:
  /// `values`: what each group adds.
  CumulativeCurve(const Ranking& ranking, const std::vector<double>& values);
  /// Value of the first `rows` rows.
  double at(double rows) const;
  /// Rows needed to reach `value`, for curves that never fall; all rows where it is never reached.
  double rows_to_reach(double value) const;

 private:
  std::vector<double> rows_ = {0};
  std::vector<double> values_ = {0};
};

/// The cumulative curve of churners found.
CumulativeCurve churners_found(const Ranking& ranking);

/// Probability limit with which about the first `fraction` of rows are contacted; 1 for none.
double threshold_at(const Ranking& ranking, double fraction);

/// At most `points_max` indices from [0, count), evenly spread, ends included.
std::vector<std::size_t> thinned(std::size_t count, std::size_t points_max);

// Parts of evaluate().
std::vector<Point> roc_curve(const Ranking& ranking, std::size_t points_max);
std::vector<Point> precision_recall_curve(const Ranking& ranking, std::size_t points_max);
double average_precision(const Ranking& ranking);
/// Largest distance of the two classes' distributions (x) and where (y).
Point kolmogorov_smirnov(const Ranking& ranking);
std::vector<GainsRow> gains(const Ranking& ranking, int parts);
Contacts contacts_needed(const Ranking& ranking, double recall);
Interval auc_delong(const Scored& scored, const Ranking& ranking, double confidence);
Profit empc(const Ranking& ranking, const study::ProfitSpec& costs);
Profit maximum_profit(const Scored& scored, const Ranking& ranking, const study::ProfitSpec& costs);
std::vector<Point> profit_curve(const Scored& scored, const Ranking& ranking,
                                const study::ProfitSpec& costs, int points);

/// Tables and figures of calibration.
struct Calibration {
  std::vector<CalibrationRow> rows;
  double slope = 0, intercept = 0;  // Logit of outcome on logit of probability (Cox 1958).
  double expected_error = 0;        // Mean distance of the rows, by their weight.
  double brier = 0, log_loss = 0;
};
Calibration calibration_of(const Scored& scored, const Ranking& ranking, int parts = 10);

}  // namespace holdfast::evaluation
