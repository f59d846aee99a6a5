#include <algorithm>
#include <cmath>

#include "core/special_functions.hpp"
#include "evaluation/ranking.hpp"

namespace holdfast::evaluation {
namespace {

constexpr double kProbabilityMin = 1e-15;

double clipped(double probability) {
  return std::clamp(probability, kProbabilityMin, 1 - kProbabilityMin);
}

// Wilson (1927): sensible for few rows and rates near 0.
void set_wilson_interval(CalibrationRow& row, double count) {
  const double z = normal_quantile(0.975);
  const double centre = row.churn_rate + z * z / (2 * count);
  const double half =
      z * std::sqrt(row.churn_rate * (1 - row.churn_rate) / count + z * z / (4 * count * count));
  const double scale = 1 + z * z / count;
  row.lower = std::clamp((centre - half) / scale, 0.0, row.churn_rate);
  row.upper = std::clamp((centre + half) / scale, row.churn_rate, 1.0);
}

// Parts of about equal size from the lowest probability up; a tie is never cut.
void add_table(const Ranking& ranking, int parts, Calibration& calibration) {
  double done = 0;
  double rows = 0;
  double churners = 0;
  double predicted = 0;
  for (std::size_t g = ranking.groups.size(); g-- > 0;) {
    const auto& group = ranking.groups[g];
    rows += group.rows;
    churners += group.churners;
    predicted += group.rows * group.probability;
    const double border = ranking.rows * static_cast<double>(calibration.rows.size() + 1) / parts;
    if ((done + rows < border - 1e-9 && g > 0) || !(rows > 0)) continue;
    CalibrationRow row;
    row.mean_probability = predicted / rows;
    row.churn_rate = churners / rows;
    row.rows = std::llround(rows);
    set_wilson_interval(row, rows);
    calibration.expected_error +=
        rows / ranking.rows * std::abs(row.mean_probability - row.churn_rate);
    calibration.rows.push_back(row);
    done += rows;
    rows = churners = predicted = 0;
  }
}

struct Line {
  double intercept = 0, slope = 1;
};

// Newton's method for logit P(churned) = intercept + slope · logit(p) over groups of ties. A ridge
// of 1e-9 rows towards (0, 1) keeps it finite where the classes are separated.
Line logistic_line(const Ranking& ranking) {
  Line line;
  const double ridge = 1e-9 * ranking.rows;
  for (int iteration = 0; iteration < 50; ++iteration) {
    double g0 = -ridge * line.intercept;
    double g1 = -ridge * (line.slope - 1);
    double h00 = ridge;
    double h01 = 0;
    double h11 = ridge;
    for (const auto& group : ranking.groups) {
      const double p = clipped(group.probability);
      const double x = std::log(p) - std::log1p(-p);
      const double mu = 1 / (1 + std::exp(-(line.intercept + line.slope * x)));
      const double residual = group.churners - group.rows * mu;
      const double information = group.rows * mu * (1 - mu);
      g0 += residual;
      g1 += residual * x;
      h00 += information;
      h01 += information * x;
      h11 += information * x * x;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    double step0 = (h11 * g0 - h01 * g1) / determinant;
    double step1 = (h00 * g1 - h01 * g0) / determinant;
    // A far start can overshoot into flat country.
    const double longest = std::max(std::abs(step0), std::abs(step1));
    if (longest > 5) {
      step0 *= 5 / longest;
      step1 *= 5 / longest;
    }
    line.intercept += step0;
    line.slope += step1;
    if (longest < 1e-12) break;
  }
  return line;
}

}  // namespace

Calibration calibration_of(const Scored& scored, const Ranking& ranking, int parts) {
  Calibration calibration;
  add_table(ranking, parts, calibration);
  const auto line = logistic_line(ranking);
  calibration.slope = line.slope;
  calibration.intercept = line.intercept;
  for (const auto row : ranking.order) {
    const double weight = weight_of(scored, row);
    const double p = scored.probability[row];
    const double outcome = scored.y[row] ? 1 : 0;
    calibration.brier += weight * (p - outcome) * (p - outcome);
    calibration.log_loss -= weight * std::log(scored.y[row] ? clipped(p) : 1 - clipped(p));
  }
  calibration.brier /= ranking.rows;
  calibration.log_loss /= ranking.rows;
  return calibration;
}

}  // namespace holdfast::evaluation
