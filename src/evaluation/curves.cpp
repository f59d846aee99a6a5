#include <algorithm>
#include <cmath>

#include "evaluation/ranking.hpp"

namespace holdfast::evaluation {

std::vector<Point> roc_curve(const Ranking& ranking, std::size_t points_max) {
  std::vector<Point> all = {{0, 0}};
  double rows = 0;
  double churners = 0;
  const double stayers_total = ranking.rows - ranking.churners;
  for (const auto& group : ranking.groups) {
    rows += group.rows;
    churners += group.churners;
    all.push_back({(rows - churners) / stayers_total, churners / ranking.churners});
  }
  std::vector<Point> points;
  for (const auto index : thinned(all.size(), points_max)) points.push_back(all[index]);
  return points;
}

std::vector<Point> precision_recall_curve(const Ranking& ranking, std::size_t points_max) {
  std::vector<Point> all;
  double rows = 0;
  double churners = 0;
  for (const auto& group : ranking.groups) {
    rows += group.rows;
    churners += group.churners;
    if (rows > 0) all.push_back({churners / ranking.churners, churners / rows});
  }
  std::vector<Point> points;
  for (const auto index : thinned(all.size(), points_max)) points.push_back(all[index]);
  return points;
}

double average_precision(const Ranking& ranking) {
  // Sum over thresholds of the gain in recall times precision, without interpolation, as
  // scikit-learn's average_precision_score defines it.
  double rows = 0;
  double churners = 0;
  double sum = 0;
  for (const auto& group : ranking.groups) {
    rows += group.rows;
    churners += group.churners;
    if (rows > 0) sum += group.churners * (churners / rows);
  }
  return sum / ranking.churners;
}

Point kolmogorov_smirnov(const Ranking& ranking) {
  double rows = 0;
  double churners = 0;
  Point best{0, ranking.groups.empty() ? 0 : ranking.groups.front().probability};
  for (const auto& group : ranking.groups) {
    rows += group.rows;
    churners += group.churners;
    const double distance = std::abs(churners / ranking.churners -
                                     (rows - churners) / (ranking.rows - ranking.churners));
    if (distance > best.x) best = {distance, group.probability};
  }
  return best;
}

}  // namespace holdfast::evaluation
