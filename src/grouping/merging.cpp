#include "grouping/merging.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::grouping {
namespace {

// SPSS Statistics Algorithms, "Number of Clusters (auto-clustering)".
constexpr double kChangeLeast = 0.04;
constexpr double kRatioClear = 1.15;

struct Nearest {
  double distance = std::numeric_limits<double>::infinity();
  std::size_t other = 0;
};

/// Each entry with the nearest of those after it.
class Entries {
 public:
  Entries(const Summaries& summaries, std::vector<double>& all)
      : summaries_(summaries),
        all_(all),
        live_(all.size() / summaries.width(), true),
        nearest_(live_.size()) {
    for (std::size_t i = 0; i < live_.size(); ++i) search(i);
  }

  Merging::Pair join_nearest() {
    std::size_t a = live_.size();
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (live_[i] && (a == live_.size() || nearest_[i].distance < nearest_[a].distance)) a = i;
    }
    const auto b = nearest_[a].other;
    const Merging::Pair pair{a, b, nearest_[a].distance,
                             summaries_.log_likelihood_distance(at(a), at(b))};
    summaries_.add(at(a), at(b));
    live_[b] = false;
    for (std::size_t i = 0; i <= b; ++i) {
      if (!live_[i]) continue;
      if (i == a || nearest_[i].other == a || nearest_[i].other == b) {
        search(i);
      } else if (i < a) {
        const double d = summaries_.distance(at(i), at(a));
        if (d < nearest_[i].distance) nearest_[i] = {d, a};
      }
    }
    return pair;
  }

 private:
  double* at(std::size_t i) { return all_.data() + i * summaries_.width(); }

  void search(std::size_t i) {
    nearest_[i] = {};
    for (std::size_t j = i + 1; j < live_.size(); ++j) {
      if (!live_[j]) continue;
      const double d = summaries_.distance(at(i), at(j));
      if (d < nearest_[i].distance) nearest_[i] = {d, j};
    }
  }

  const Summaries& summaries_;
  std::vector<double>& all_;
  std::vector<bool> live_;
  std::vector<Nearest> nearest_;
};

/// A drop to nothing has no ratio; it counts as larger than any other, two nothings as none.
double ratio(double value, double to) {
  if (to > 0) return value / to;
  return value > 0 ? std::numeric_limits<double>::max() : 1;
}

}  // namespace

Merging merge(const Summaries& summaries, std::vector<double> all) {
  const auto width = summaries.width();
  const auto count = all.size() / width;
  Merging merging;
  merging.cost.resize(count);
  double cost = 0;
  for (std::size_t i = 0; i < count; ++i) cost += Summaries::cost(all.data() + i * width);
  merging.cost[count - 1] = cost;
  Entries entries(summaries, all);
  for (std::size_t left = count - 1; left >= 1; --left) {
    auto before = all;
    const auto pair = entries.join_nearest();
    cost += pair.likelihood;
    merging.cost[left - 1] = cost;
    merging.pairs.push_back(pair);
  }
  return merging;
}

std::vector<double> merged(const Summaries& summaries, std::vector<double> all,
                           const Merging& merging, std::size_t clusters) {
  const auto width = summaries.width();
  std::vector<bool> live(all.size() / width, true);
  for (std::size_t i = 0; i + clusters < live.size(); ++i) {
    const auto& pair = merging.pairs[i];
    summaries.add(all.data() + pair.kept * width, all.data() + pair.gone * width);
    live[pair.gone] = false;
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (live[i]) order.push_back(i);
  }
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return all[a * width] > all[b * width]; });
  std::vector<double> found;
  for (const auto i : order) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(i * width);
    found.insert(found.end(), from, from + static_cast<std::ptrdiff_t>(width));
  }
  return found;
}

std::vector<NumberStep> number_steps(const Merging& merging, double rows, double parameters,
                                     const TwoStepOptions& options) {
  const auto entries = merging.cost.size();
  const auto last = std::min(entries, static_cast<std::size_t>(options.clusters_max));
  // The nearest two of j clusters are those whose merging leaves j − 1.
  const auto distance = [&](std::size_t j) { return merging.pairs[entries - j].distance; };
  std::vector<NumberStep> steps;
  for (std::size_t j = 1; j <= last; ++j) {
    const auto clusters = static_cast<double>(j);
    const double penalty = options.criterion == Criterion::Bic ? std::log(rows) : 2;
    NumberStep step{.clusters = static_cast<int>(j)};
    step.criterion = 2 * merging.cost[j - 1] + penalty * clusters * parameters;
    if (j > 1) step.distance = distance(j);
    if (j > 1 && j < entries) step.distance_ratio = ratio(distance(j), distance(j + 1));
    steps.push_back(step);
  }
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    steps[i].change = steps[i].criterion - steps[i + 1].criterion;
    if (steps[0].change != 0) steps[i].change_ratio = steps[i].change / steps[0].change;
  }
  return steps;
}

std::size_t chosen_number(const std::vector<NumberStep>& steps) {
  if (steps.size() == 1 || steps[0].change <= 0) return 1;
  std::size_t most = 1;
  while (most < steps.size() && steps[most - 1].change_ratio >= kChangeLeast) ++most;
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

}  // namespace holdfast::grouping
