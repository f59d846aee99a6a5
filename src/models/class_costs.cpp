#include "models/class_costs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.hpp"

namespace holdfast::models {
namespace {

constexpr double kCostLeast = 1e-6;  // Of the largest: no class may vanish from a fit.

}  // namespace

std::vector<double> class_costs(const ClassifierTask& task, bool is_balanced) {
  const std::size_t classes = task.classes_count();
  std::vector<double> weight(classes), costs(classes, 1.0);
  for (std::size_t r = 0; r < task.train.rows; ++r) {
    if (task.weight[r] > 0) weight[task.y[r]] += task.weight[r];
  }
  if (!task.costs.empty()) {
    HOLDFAST_CHECK(task.costs.size() == classes * classes);
    for (std::size_t k = 0; k < classes; ++k) {
      costs[k] = 0;
      for (std::size_t said = 0; said < classes; ++said) {
        if (said != k) costs[k] += task.costs[k * classes + said];
      }
    }
    const double largest = *std::ranges::max_element(costs);
    if (!(largest > 0) || !std::isfinite(largest)) costs.assign(classes, 1.0);
    else for (double& cost : costs) cost = std::max(cost, kCostLeast * largest);
  }
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    if (is_balanced && weight[k] > 0) costs[k] /= weight[k];
    sum += costs[k] * weight[k];
  }
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  for (double& cost : costs) cost *= total / sum;
  return costs;
}

}  // namespace holdfast::models
