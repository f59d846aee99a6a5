#include <algorithm>
#include <cmath>

#include "core/special_functions.hpp"
#include "evaluation/evaluation.hpp"
#include "evaluation/ranking.hpp"

namespace holdfast::evaluation {
namespace {

// Upper convex hull of the ROC curve, from (0, 0) to (1, 1): the only thresholds that are ever
// best.
std::vector<Point> roc_hull(const Ranking& ranking) {
  std::vector<Point> hull = {{0, 0}};
  double rows = 0;
  double churners = 0;
  const double stayers_total = ranking.rows - ranking.churners;
  for (const auto& group : ranking.groups) {
    rows += group.rows;
    churners += group.churners;
    const Point next{(rows - churners) / stayers_total, churners / ranking.churners};
    while (hull.size() >= 2) {
      const auto& a = hull[hull.size() - 2];
      const auto& b = hull.back();
      if ((b.x - a.x) * (next.y - a.y) - (b.y - a.y) * (next.x - a.x) < 0) break;
      hull.pop_back();
    }
    hull.push_back(next);
  }
  return hull;
}

// What each tie group adds to profit when contacted, at the mean acceptance.
std::vector<double> profit_by_group(const Scored& scored, const Ranking& ranking,
                                    const study::ProfitSpec& costs) {
  const double acceptance =
      costs.acceptance_alpha / (costs.acceptance_alpha + costs.acceptance_beta);
  std::vector<double> profits;
  std::size_t place = 0;
  for (const auto& group : ranking.groups) {
    double profit = 0;
    for (; place < group.end; ++place) {
      const auto row = ranking.order[place];
      const double value = scored.value_cents.empty()
                               ? costs.customer_value
                               : static_cast<double>(scored.value_cents[row]) / 100;
      profit += weight_of(scored, row) *
                (scored.y[row] ? acceptance * (value - costs.offer_cost) - costs.contact_cost
                               : -(costs.offer_cost + costs.contact_cost));
    }
    profits.push_back(profit);
  }
  return profits;
}

}  // namespace

Profit empc(const Ranking& ranking, const study::ProfitSpec& costs) {
  Profit profit{.per_customer = 0, .fraction = 0, .threshold = 1};
  const double clv = costs.customer_value;
  // Where the offer costs as much as the customer is worth, nobody is worth contacting.
  if (!ranking.has_both() || !(clv > 0) || costs.offer_cost >= clv) return profit;

  // The symbols of Verbraken, Verbeke & Baesens (2013), sections 4 and 5: class 0 churns.
  const double alpha = costs.acceptance_alpha;
  const double beta = costs.acceptance_beta;
  const double delta = costs.offer_cost / clv;
  const double phi = costs.contact_cost / clv;
  const double pi0 = ranking.churn_rate();
  const double pi1 = 1 - pi0;

  const auto hull = roc_hull(ranking);
  double gamma_from = 0;
  for (std::size_t i = 0; i < hull.size(); ++i) {
    // Acceptance above which the next hull point is better than this one.
    double gamma_to = 1;
    if (i + 1 < hull.size()) {
      const double rise = hull[i + 1].y - hull[i].y;
      const double run = hull[i + 1].x - hull[i].x;
      if (rise > 0) {
        gamma_to = pi1 * (delta + phi) * run / (pi0 * (1 - delta) * rise) + phi / (1 - delta);
      }
      gamma_to = std::clamp(gamma_to, gamma_from, 1.0);
    }
    if (gamma_to > gamma_from) {
      const double mass =
          incomplete_beta(gamma_to, alpha, beta) - incomplete_beta(gamma_from, alpha, beta);
      const double mean = alpha / (alpha + beta) *
                          (incomplete_beta(gamma_to, alpha + 1, beta) -
                           incomplete_beta(gamma_from, alpha + 1, beta));
      const double f0 = hull[i].y;
      const double f1 = hull[i].x;
      profit.per_customer += clv * ((1 - delta) * pi0 * f0 * mean -
                                    (phi * pi0 * f0 + (delta + phi) * pi1 * f1) * mass);
      profit.fraction += (pi0 * f0 + pi1 * f1) * mass;
    }
    gamma_from = gamma_to;
  }
  profit.threshold = threshold_at(ranking, profit.fraction);
  return profit;
}

Profit maximum_profit(const Scored& scored, const Ranking& ranking,
                      const study::ProfitSpec& costs) {
  const auto profits = profit_by_group(scored, ranking, costs);
  Profit best{.per_customer = 0, .fraction = 0, .threshold = 1};
  double total = 0;
  double rows = 0;
  for (std::size_t g = 0; g < profits.size(); ++g) {
    total += profits[g];
    rows += ranking.groups[g].rows;
    if (total / ranking.rows > best.per_customer) {
      best = {total / ranking.rows, rows / ranking.rows, ranking.groups[g].probability};
    }
  }
  return best;
}

std::vector<Point> profit_curve(const Scored& scored, const Ranking& ranking,
                                const study::ProfitSpec& costs, int points) {
  std::vector<Point> curve;
  if (!(ranking.rows > 0) || points <= 0) return curve;
  const CumulativeCurve cumulative(ranking, profit_by_group(scored, ranking, costs));
  for (int k = 0; k <= points; ++k) {
    const double fraction = static_cast<double>(k) / points;
    curve.push_back({fraction, cumulative.at(fraction * ranking.rows) / ranking.rows});
  }
  return curve;
}

Profit empc(const Scored& scored, const study::ProfitSpec& costs) {
  return empc(rank(scored), costs);
}

Profit maximum_profit(const Scored& scored, const study::ProfitSpec& costs) {
  return maximum_profit(scored, rank(scored), costs);
}

std::vector<Point> profit_curve(const Scored& scored, const study::ProfitSpec& costs, int points) {
  return profit_curve(scored, rank(scored), costs, points);
}

}  // namespace holdfast::evaluation
