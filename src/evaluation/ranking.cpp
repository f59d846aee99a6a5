#include "evaluation/ranking.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace holdfast::evaluation {

Ranking rank(const Scored& scored) {
  Ranking ranking;
  const auto count = scored.probability.size();
  // Pairs sort faster than indices that look their probability up.
  std::vector<std::pair<double, std::uint32_t>> places(count);
  for (std::uint32_t row = 0; row < count; ++row) places[row] = {scored.probability[row], row};
  std::ranges::sort(places, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  ranking.order.reserve(count);
  for (const auto& place : places) ranking.order.push_back(place.second);
  for (std::size_t place = 0; place < count; ++place) {
    const auto row = ranking.order[place];
    const double weight = weight_of(scored, row);
    const double probability = scored.probability[row];
    if (ranking.groups.empty() || ranking.groups.back().probability != probability) {
      ranking.groups.push_back({.probability = probability});
    }
    auto& group = ranking.groups.back();
    group.rows += weight;
    group.churners += scored.y[row] ? weight : 0;
    group.end = place + 1;
  }
  for (const auto& group : ranking.groups) {
    ranking.rows += group.rows;
    ranking.churners += group.churners;
  }
  return ranking;
}

CumulativeCurve::CumulativeCurve(const Ranking& ranking, const std::vector<double>& values) {
  for (std::size_t g = 0; g < ranking.groups.size(); ++g) {
    rows_.push_back(rows_.back() + ranking.groups[g].rows);
    values_.push_back(values_.back() + values[g]);
  }
}

double CumulativeCurve::at(double rows) const {
  const auto above = std::ranges::upper_bound(rows_, rows);
  if (above == rows_.end()) return values_.back();
  if (above == rows_.begin()) return 0;
  const auto i = static_cast<std::size_t>(above - rows_.begin());
  const double part = (rows - rows_[i - 1]) / (rows_[i] - rows_[i - 1]);
  return values_[i - 1] + part * (values_[i] - values_[i - 1]);
}

double CumulativeCurve::rows_to_reach(double value) const {
  const auto reached = std::ranges::lower_bound(values_, value);
  if (reached == values_.end()) return rows_.back();
  if (reached == values_.begin()) return 0;
  const auto i = static_cast<std::size_t>(reached - values_.begin());
  const double part = (value - values_[i - 1]) / (values_[i] - values_[i - 1]);
  return rows_[i - 1] + part * (rows_[i] - rows_[i - 1]);
}

CumulativeCurve churners_found(const Ranking& ranking) {
  std::vector<double> churners;
  for (const auto& group : ranking.groups) churners.push_back(group.churners);
  return {ranking, churners};
}

double threshold_at(const Ranking& ranking, double fraction) {
  const double wanted = fraction * ranking.rows;
  if (!(wanted > 0)) return 1;
  double rows = 0;
  for (const auto& group : ranking.groups) {
    rows += group.rows;
    // The group whose middle is reached is contacted whole.
    if (rows - group.rows / 2 >= wanted) return group.probability;
  }
  return ranking.groups.empty() ? 1 : ranking.groups.back().probability;
}

std::vector<std::size_t> thinned(std::size_t count, std::size_t points_max) {
  std::vector<std::size_t> indices;
  if (count <= points_max) {
    indices.resize(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
  }
  for (std::size_t k = 0; k < points_max; ++k) {
    indices.push_back(k * (count - 1) / (points_max - 1));
  }
  return indices;
}

}  // namespace holdfast::evaluation
