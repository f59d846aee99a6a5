#include "grouping/number.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::grouping {
namespace {

// SPSS Statistics Algorithms, "Number of Clusters (auto-clustering)".
constexpr double kChangeLeast = 0.04;
constexpr double kRatioClear = 1.15;

/// A drop to nothing has no ratio; it counts as larger than any other, two nothings as none.
double ratio(double value, double to) {
  if (to > 0) return value / to;
  return value > 0 ? std::numeric_limits<double>::max() : 1;
}

std::size_t of_largest_drop(const std::vector<NumberStep>& steps) {
  double most_change = 0;
  for (const auto& step : steps) most_change = std::max(most_change, step.change);
  std::size_t most = steps.size();
  while (most > 2 && steps[most - 2].change < kChangeLeast * most_change) --most;
  if (most <= 2) return most;
  std::vector<const NumberStep*> order;
  for (std::size_t j = 2; j <= most; ++j) order.push_back(&steps[j - 1]);
  std::ranges::stable_sort(order, [](const NumberStep* a, const NumberStep* b) {
    return a->distance_ratio > b->distance_ratio;
  });
  const auto first = static_cast<std::size_t>(order[0]->clusters);
  const auto second = static_cast<std::size_t>(order[1]->clusters);
  if (order[0]->distance_ratio / kRatioClear >= order[1]->distance_ratio) return first;
  return std::max(first, second);
}

}  // namespace

std::vector<NumberStep> number_steps(const std::vector<Partition>& partitions, double rows,
                                     double parameters, const TwoStepOptions& options) {
  const auto last = std::min(partitions.size(), static_cast<std::size_t>(options.clusters_max));
  const double penalty = options.criterion == Criterion::Bic ? std::log(rows) : 2;
  std::vector<NumberStep> steps;
  for (std::size_t j = 1; j <= last; ++j) {
    const auto& partition = partitions[j - 1];
    const auto clusters = static_cast<double>(j);
    NumberStep step{.clusters = static_cast<int>(j), .distance = partition.distance};
    step.criterion = 2 * partition.cost + penalty * (clusters * parameters + clusters - 1);
    if (j > 1 && j < partitions.size()) {
      step.distance_ratio = ratio(partition.distance, partitions[j].distance);
    }
    steps.push_back(step);
  }
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    steps[i].change = steps[i].criterion - steps[i + 1].criterion;
    if (steps[0].change != 0) steps[i].change_ratio = steps[i].change / steps[0].change;
  }
  return steps;
}

std::size_t chosen_number(const std::vector<NumberStep>& steps, int clusters_max) {
  const auto least = std::ranges::min_element(steps, {}, &NumberStep::criterion);
  const auto number = static_cast<std::size_t>(least - steps.begin()) + 1;
  return number < static_cast<std::size_t>(clusters_max) ? number : of_largest_drop(steps);
}

}  // namespace holdfast::grouping
