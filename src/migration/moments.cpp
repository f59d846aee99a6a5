#include "migration/moments.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace holdfast::migration {
namespace {

// Limits of bands that hold about the same number of values each.
std::vector<double> band_limits(std::vector<double> values, std::size_t bands) {
  std::sort(values.begin(), values.end());
  std::vector<double> limits;
  for (std::size_t band = 1; band < bands; ++band)
    limits.push_back(values[band * values.size() / bands]);
  return limits;
}

// The balance at the end of the day: walks on from `at`, the first entry not looked at yet.
struct Walk {
  const Balances& balances;
  std::size_t at, end;
  bool has_any = false;
  double now = 0;

  void to(std::int64_t day) {
    for (; at < end && balances.day[at] <= day; ++at) {
      now = balances.balance[at];
      has_any = true;
    }
  }
};

std::int64_t span_of(std::int32_t day, std::int32_t days) {
  const std::int64_t span = static_cast<std::int64_t>(day) / days;
  return day < 0 && day % days != 0 ? span - 1 : span;
}

}  // namespace

Moments moments_of(const Journeys& journeys, const Balances& balances, const PathOptions& options) {
  Moments answer;
  std::int64_t last_day = options.last_day.value_or(0);
  if (!options.last_day && !balances.day.empty())
    last_day = *std::max_element(balances.day.begin(), balances.day.end());
  std::vector<double> before;
  for (std::size_t c = 0; c < journeys.customers(); ++c) {
    Walk now{balances, balances.starts[c], balances.starts[c + 1]};
    Walk later = now;
    for (std::size_t at = journeys.starts[c]; at < journeys.starts[c + 1]; ++at) {
      const std::int64_t day = journeys.day[at];
      now.to(day);
      later.to(day + options.after_days);
      if (!now.has_any || !(now.now > 0) || day + options.after_days > last_day) {
        ++answer.unwatched;
        continue;
      }
      const double fallen = now.now - later.now;
      answer.moments.push_back({.customer = static_cast<std::uint32_t>(c),
                                .day = journeys.day[at],
                                .at = static_cast<std::uint32_t>(at),
                                .fallen = fallen,
                                .falls = fallen >= options.fall_share * now.now ? 1.0 : 0.0});
      before.push_back(now.now);
    }
  }
  if (before.empty()) return answer;
  const auto limits = band_limits(before, options.balance_bands);
  const auto bands = static_cast<std::int64_t>(options.balance_bands);
  std::vector<std::int64_t> strata;
  for (std::size_t m = 0; m < before.size(); ++m) {
    const auto band = std::upper_bound(limits.begin(), limits.end(), before[m]) - limits.begin();
    strata.push_back(span_of(answer.moments[m].day, options.period_days) * bands + band);
  }
  auto numbers = strata;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  answer.strata = numbers.size();
  for (std::size_t m = 0; m < strata.size(); ++m) {
    answer.moments[m].stratum = static_cast<std::uint32_t>(
        std::lower_bound(numbers.begin(), numbers.end(), strata[m]) - numbers.begin());
  }
  return answer;
}

FoundPaths find_paths(const Journeys& journeys, const Moments& moments,
                      const PathOptions& options) {
  FoundPaths found;
  // Paths of one length, grouped by sorting: (the shorter path's group, the step before it).
  struct End {
    std::size_t group;
    Step step;
    std::uint32_t moment;
  };
  std::vector<End> ends;
  for (std::size_t m = 0; m < moments.moments.size(); ++m)
    ends.push_back({0, journeys.step[moments.moments[m].at], static_cast<std::uint32_t>(m)});
  std::vector<std::vector<Step>> names{{}};
  for (std::size_t length = 1; length <= options.length_max && !ends.empty(); ++length) {
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) {
      return std::tie(a.group, a.step, a.moment) < std::tie(b.group, b.step, b.moment);
    });
    std::vector<std::vector<Step>> next_names;
    std::vector<End> longer;
    for (std::size_t first = 0, after = 0; first < ends.size(); first = after) {
      FoundPath path{.steps = names[ends[first].group], .ends = {}};
      path.steps.insert(path.steps.begin(), ends[first].step);
      std::uint32_t last_customer = 0;
      for (after = first; after < ends.size() && ends[after].group == ends[first].group &&
                          ends[after].step == ends[first].step;
           ++after) {
        const auto& moment = moments.moments[ends[after].moment];
        if (path.ends.empty() || moment.customer != last_customer) ++path.customers;
        last_customer = moment.customer;
        path.ends.push_back(ends[after].moment);
      }
      if (path.ends.size() < options.moments_min || path.customers < options.customers_min)
        continue;
      for (const auto m : path.ends) {
        const auto& moment = moments.moments[m];
        if (moment.at - journeys.starts[moment.customer] < length) continue;
        const auto earlier = moment.at - length;
        if (static_cast<std::int64_t>(journeys.day[earlier + 1]) - journeys.day[earlier] >
            options.gap_days_max)
          continue;
        longer.push_back({next_names.size(), journeys.step[earlier], m});
      }
      next_names.push_back(path.steps);
      found.paths.push_back(std::move(path));
    }
    ends = std::move(longer);
    names = std::move(next_names);
  }
  std::sort(found.paths.begin(), found.paths.end(), [](const FoundPath& a, const FoundPath& b) {
    if (a.ends.size() != b.ends.size()) return a.ends.size() > b.ends.size();
    if (a.steps.size() != b.steps.size()) return a.steps.size() < b.steps.size();
    return a.steps < b.steps;
  });
  if (found.paths.size() > options.paths_max) {
    found.left_out = found.paths.size() - options.paths_max;
    found.paths.resize(options.paths_max);
  }
  return found;
}

}  // namespace holdfast::migration
