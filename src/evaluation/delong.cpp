#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"
#include "core/special_functions.hpp"
#include "evaluation/evaluation.hpp"
#include "evaluation/ranking.hpp"

namespace holdfast::evaluation {
namespace {

// Structural components of DeLong et al. (1988): for a churner the share of stayers it beats, for a
// stayer the share of churners that beat it, a tie counting half. One sort instead of all pairs
// (Sun & Xu 2014, IEEE Signal Processing Letters 21, 1389–1393).
struct Components {
  std::vector<double> of_row;  // [n]
  double auc = 0;
  double churners = 0, stayers = 0;  // Weighted.
};

Components components_of(const Scored& scored, const Ranking& ranking) {
  Components components;
  components.churners = ranking.churners;
  components.stayers = ranking.rows - ranking.churners;
  components.of_row.resize(scored.probability.size());
  double churners_above = 0;
  double stayers_above = 0;
  double won = 0;
  std::size_t place = 0;
  for (const auto& group : ranking.groups) {
    const double stayers = group.rows - group.churners;
    const double of_churner =
        (components.stayers - stayers_above - 0.5 * stayers) / components.stayers;
    const double of_stayer = (churners_above + 0.5 * group.churners) / components.churners;
    for (; place < group.end; ++place) {
      const auto row = ranking.order[place];
      components.of_row[row] = scored.y[row] ? of_churner : of_stayer;
    }
    won += group.churners * (components.stayers - stayers_above - 0.5 * stayers);
    churners_above += group.churners;
    stayers_above += stayers;
  }
  // Whole and half wins are exact; only this division rounds.
  components.auc = won / (components.churners * components.stayers);
  return components;
}

// Covariance of two AUCs on the same rows; weights count as that many equal rows.
double covariance(const Components& a, const Components& b, const Scored& scored) {
  double of_churners = 0;
  double of_stayers = 0;
  for (std::size_t row = 0; row < a.of_row.size(); ++row) {
    const double product =
        weight_of(scored, row) * (a.of_row[row] - a.auc) * (b.of_row[row] - b.auc);
    (scored.y[row] ? of_churners : of_stayers) += product;
  }
  const auto share = [](double sum, double count) {
    return count > 1 ? sum / (count - 1) / count : 0.0;
  };
  return share(of_churners, a.churners) + share(of_stayers, a.stayers);
}

bool has_both_classes(std::span<const std::uint8_t> y) {
  return std::ranges::any_of(y, [](auto v) { return v != 0; }) &&
         std::ranges::any_of(y, [](auto v) { return v == 0; });
}

double critical_z(double confidence) { return normal_quantile(0.5 + confidence / 2); }

}  // namespace

Interval auc_delong(const Scored& scored, const Ranking& ranking, double confidence) {
  HOLDFAST_CHECK(scored.probability.size() == scored.y.size());
  if (!has_both_classes(scored.y)) return {0.5, 0, 1};
  const auto components = components_of(scored, ranking);
  if (!(components.churners > 0) || !(components.stayers > 0)) return {0.5, 0, 1};
  // One row of a class says nothing about how much it varies.
  if (components.churners <= 1 || components.stayers <= 1) return {components.auc, 0, 1};
  const double half =
      critical_z(confidence) * std::sqrt(std::max(0.0, covariance(components, components, scored)));
  return {components.auc, std::max(0.0, components.auc - half),
          std::min(1.0, components.auc + half)};
}

Interval auc_delong(const Scored& scored, double confidence) {
  return auc_delong(scored, rank(scored), confidence);
}

AucDifference auc_difference_delong(std::span<const double> a, std::span<const double> b,
                                    std::span<const std::uint8_t> y, double confidence) {
  HOLDFAST_CHECK(a.size() == y.size() && b.size() == y.size());
  if (!has_both_classes(y)) return {{0, -1, 1}, 1};
  const Scored first{a, y, {}, {}};
  const auto of_a = components_of(first, rank(first));
  const Scored second{b, y, {}, {}};
  const auto of_b = components_of(second, rank(second));
  const double difference = of_a.auc - of_b.auc;
  const double variance =
      std::max(0.0, covariance(of_a, of_a, first) + covariance(of_b, of_b, first) -
                        2 * covariance(of_a, of_b, first));
  const double error = std::sqrt(variance);
  AucDifference result;
  const double half = critical_z(confidence) * error;
  result.difference = {difference, std::max(-1.0, difference - half),
                       std::min(1.0, difference + half)};
  if (error > 1e-15) {
    result.p_value = normal_two_sided_p(difference / error);
  } else {
    result.p_value = std::abs(difference) > 1e-15 ? 0 : 1;
  }
  return result;
}

}  // namespace holdfast::evaluation
