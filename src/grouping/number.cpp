#include "grouping/number.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace holdfast::grouping {
namespace {

// SPSS Statistics Algorithms, "Number of Clusters (auto-clustering)".
constexpr double kChangeLeast = 0.04;
constexpr double kRatioClear = 1.15;
constexpr double kRatioSharp = 4;  // Portfolios without kinds stay below 2.

/// A drop to nothing has no ratio; it counts as larger than any other, two nothings as none.
double ratio(double value, double to) {
  if (to > 0) return value / to;
  return value > 0 ? std::numeric_limits<double>::max() : 1;
}

/// The numbers from which to choose, any order: that of the largest drop, or where the next largest
/// is nearly as large the larger number of both.
std::size_t of_largest_drop(const std::vector<NumberStep>& steps, std::vector<std::size_t> numbers) {
  std::ranges::stable_sort(numbers, [&](std::size_t a, std::size_t b) {
    return steps[a - 1].distance_ratio > steps[b - 1].distance_ratio;
  });
  const auto first = numbers[0];
  if (numbers.size() == 1) return first;
  const auto second = numbers[1];
  if (steps[first - 1].distance_ratio / kRatioClear >= steps[second - 1].distance_ratio) return first;
  return std::max(first, second);
}

std::size_t of_largest_drop(const std::vector<NumberStep>& steps) {
  double most_change = 0;
  for (const auto& step : steps) most_change = std::max(most_change, step.change);
  std::size_t most = steps.size();
  while (most > 2 && steps[most - 2].change < kChangeLeast * most_change) --most;
  if (most <= 2) return most;
  std::vector<std::size_t> numbers(most - 1);
  std::iota(numbers.begin(), numbers.end(), std::size_t{2});
  return of_largest_drop(steps, std::move(numbers));
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
    double all = 0;
    for (const auto& cluster : partition.clusters) all += cluster.rows;
    const auto [least, most] =
        std::ranges::minmax_element(partition.clusters, {}, &TwoStepProfile::rows);
    step.smallest = least->rows / all;
    step.largest = most->rows / all;
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

bool is_of_use(const NumberStep& step, const TwoStepOptions& options) {
  return step.clusters >= options.clusters_min && step.smallest >= options.share_min &&
         step.largest <= options.share_max;
}

bool is_sharp(const NumberStep& step, const TwoStepOptions& options) {
  return step.clusters > 1 && step.smallest >= options.share_min && step.distance_ratio >= kRatioSharp;
}

std::size_t number_of_use(const std::vector<NumberStep>& steps, const TwoStepOptions& options) {
  std::vector<std::size_t> numbers;
  for (std::size_t j = 2; j <= steps.size(); ++j) {
    if (is_of_use(steps[j - 1], options)) numbers.push_back(j);
  }
  return numbers.empty() ? 0 : of_largest_drop(steps, std::move(numbers));
}

}  // namespace holdfast::grouping
