#include "grouping/merging.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::grouping {
namespace {

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

  Pair join_nearest() {
    std::size_t a = live_.size();
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (live_[i] && (a == live_.size() || nearest_[i].distance < nearest_[a].distance)) a = i;
    }
    const auto b = nearest_[a].other;
    const Pair pair{a, b};
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

}  // namespace

std::vector<Pair> merge(const Summaries& summaries, std::vector<double> all) {
  const auto count = all.size() / summaries.width();
  std::vector<Pair> pairs;
  Entries entries(summaries, all);
  while (pairs.size() + 1 < count) pairs.push_back(entries.join_nearest());
  return pairs;
}

std::vector<double> merged(const Summaries& summaries, std::vector<double> all,
                           const std::vector<Pair>& pairs, std::size_t clusters) {
  const auto width = summaries.width();
  std::vector<bool> live(all.size() / width, true);
  for (std::size_t i = 0; i + clusters < live.size(); ++i) {
    const auto& pair = pairs[i];
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

}  // namespace holdfast::grouping
