#include <cmath>

#include "core/check.hpp"
#include "evaluation/errors.hpp"
#include "evaluation/evaluation.hpp"
#include "evaluation/ranking.hpp"

namespace holdfast::evaluation {
namespace {

constexpr std::size_t kChartPointsMax = 200;

Result<void> check(const Scored& scored, const Ranking& ranking) {
  if (!(ranking.rows > 0)) return Error(errors::kNoRows);
  if (!ranking.has_both()) {
    return Error(errors::kOneClass,
                 {{"rows", scored.y.size()}, {"churners", std::llround(ranking.churners)}});
  }
  return {};
}

Result<void> check_probabilities(std::span<const double> probability) {
  for (std::size_t row = 0; row < probability.size(); ++row) {
    if (probability[row] >= 0 && probability[row] <= 1) continue;
    return Error(errors::kBadProbability, {{"row", row}, {"value", probability[row]}});
  }
  return {};
}

}  // namespace

double error_cost(const Scored& scored, const ErrorCosts& costs) {
  const double threshold = costs.false_alarm / (costs.false_alarm + costs.missed);
  double cost = 0;
  double rows = 0;
  for (std::size_t row = 0; row < scored.y.size(); ++row) {
    const double weight = weight_of(scored, row);
    const bool is_called = scored.probability[row] > threshold;
    rows += weight;
    if (is_called != (scored.y[row] == 1)) {
      cost += weight * (is_called ? costs.false_alarm : costs.missed);
    }
  }
  return rows > 0 ? cost / rows : 0;
}

Result<Metrics> evaluate(const Scored& scored, const study::ProfitSpec& costs,
                         const ErrorCosts& error_costs) {
  HOLDFAST_CHECK(scored.probability.size() == scored.y.size());
  HOLDFAST_CHECK(scored.weight.empty() || scored.weight.size() == scored.y.size());
  HOLDFAST_CHECK(scored.value_cents.empty() || scored.value_cents.size() == scored.y.size());
  HOLDFAST_TRY_VOID(check_probabilities(scored.probability));
  const auto ranking = rank(scored);
  HOLDFAST_TRY_VOID(check(scored, ranking));

  Metrics metrics;
  metrics.rows = static_cast<std::int64_t>(scored.y.size());
  metrics.churners = ranking.churners;
  metrics.churn_rate = ranking.churn_rate();
  metrics.auc = auc_delong(scored, ranking, 0.95);
  metrics.average_precision = average_precision(ranking);
  const auto ks = kolmogorov_smirnov(ranking);
  metrics.ks = ks.x;
  metrics.ks_threshold = ks.y;

  auto calibration = calibration_of(scored, ranking);
  metrics.brier = calibration.brier;
  metrics.brier_skill = 1 - calibration.brier / (metrics.churn_rate * (1 - metrics.churn_rate));
  metrics.log_loss = calibration.log_loss;
  metrics.calibration_slope = calibration.slope;
  metrics.calibration_intercept = calibration.intercept;
  metrics.expected_calibration_error = calibration.expected_error;
  metrics.calibration = std::move(calibration.rows);

  metrics.gains = gains(ranking, 10);
  metrics.top_decile_lift = metrics.gains.front().lift;
  metrics.error_cost = error_cost(scored, error_costs);
  metrics.contacts = contacts_needed(ranking, 0.5);
  metrics.empc = empc(ranking, costs);
  metrics.maximum_profit = maximum_profit(scored, ranking, costs);
  metrics.profit = profit_curve(scored, ranking, costs, 100);
  metrics.roc = roc_curve(ranking, kChartPointsMax);
  metrics.precision_recall = precision_recall_curve(ranking, kChartPointsMax);
  return metrics;
}

}  // namespace holdfast::evaluation
