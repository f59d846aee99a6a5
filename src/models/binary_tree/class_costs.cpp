#include "models/binary_tree/class_costs.hpp"

#include <numeric>

namespace holdfast::binary_tree {

std::vector<double> losses(std::span<const double> given, std::size_t classes) {
  if (!given.empty()) return {given.begin(), given.end()};
  std::vector<double> loss(classes * classes, 1.0);
  for (std::size_t i = 0; i < classes; ++i) loss[i * classes + i] = 0;
  return loss;
}

Scales scales_of(const ClassCosts& costs, std::span<const double> class_weight) {
  const std::size_t n = class_weight.size();
  const double total = std::accumulate(class_weight.begin(), class_weight.end(), 0.0);
  Scales scales{.prior = costs.prior, .altered = std::vector<double>(n), .loss = costs.loss};
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) scales.altered[i] += costs.loss[i * n + j] * costs.prior[i];
    sum += scales.altered[i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double share = class_weight[i] / total;
    if (!(share > 0)) continue;  // A class that no training row has cannot weigh anything.
    scales.prior[i] /= share;
    scales.altered[i] = sum > 0 ? scales.altered[i] / (sum * share) : 0;
  }
  return scales;
}

Answer cheapest(const Scales& scales, std::span<const double> class_weight) {
  Answer best;
  for (std::size_t answer = 0; answer < class_weight.size(); ++answer) {
    double risk = 0;
    for (std::size_t truth = 0; truth < class_weight.size(); ++truth) {
      risk += class_weight[truth] * scales.cost(truth, answer);
    }
    if (answer == 0 || risk < best.risk) best = {answer, risk};
  }
  return best;
}

}  // namespace holdfast::binary_tree
