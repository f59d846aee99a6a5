#include "value/funnel.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "value/errors.hpp"

namespace holdfast::value {
namespace {

// The latest try that has come as far as a step: when it began, and when it did the step.
struct Try {
  double begin = 0;
  double time = 0;
};

// How far one customer came, and how long each step took when he first did it.
struct Journey {
  std::vector<std::optional<Try>> reached;
  std::vector<std::optional<double>> took;
};

// Of one customer's events in order of time. A later beginning is never worse: it leaves more of
// the window.
void follow(std::span<const StepEvent> events, const FunnelOptions& options, Journey& journey) {
  std::ranges::fill(journey.reached, std::nullopt);
  std::ranges::fill(journey.took, std::nullopt);
  for (const auto& event : events) {
    auto& here = journey.reached[event.step];
    if (event.step == 0) {
      here = {event.time, event.time};
      continue;
    }
    const auto& before = journey.reached[event.step - 1];
    if (!before || (options.window && event.time - before->begin > *options.window)) continue;
    if (!journey.took[event.step]) journey.took[event.step] = event.time - before->time;
    here = {before->begin, event.time};
  }
}

double median(std::vector<double>& values) {
  std::ranges::sort(values);
  return 0.5 * (values[(values.size() - 1) / 2] + values[values.size() / 2]);
}

Result<void> check_level(double level) {
  if (level > 0 && level < 1) return {};
  return Error(errors::kBadOption, {{"what", "the level must lie between 0 and 1"}});
}

Result<void> check(std::span<const StepEvent> events, std::size_t steps,
                   const FunnelOptions& options) {
  HOLDFAST_TRY_VOID(check_level(options.level));
  if (options.window && !(*options.window >= 0)) {
    return Error(errors::kBadOption, {{"what", "the window must be a number from 0 on"}});
  }
  if (steps < 2) return Error(errors::kFewSteps, {{"steps", steps}});
  if (events.empty()) return Error(errors::kNoCustomers);
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (events[row].step >= steps) {
      return Error(errors::kBadStep,
                   {{"row", row + 1}, {"step", events[row].step + 1ULL}, {"steps", steps}});
    }
    if (!std::isfinite(events[row].time)) {
      return Error(errors::kBadValue,
                   {{"what", "time"}, {"row", row + 1}, {"value", events[row].time}});
    }
  }
  return {};
}

}  // namespace

Result<Funnel> funnel_of(std::span<const std::size_t> customers, double level) {
  HOLDFAST_TRY_VOID(check_level(level));
  if (customers.size() < 2) return Error(errors::kFewSteps, {{"steps", customers.size()}});
  if (customers[0] == 0) return Error(errors::kNoCustomers);
  Funnel result;
  double worst = 0;
  for (std::size_t step = 0; step < customers.size(); ++step) {
    FunnelStep here;
    here.customers = customers[step];
    if (step > 0) {
      const auto before = customers[step - 1];
      if (here.customers > before) {
        return Error(errors::kRisingSteps,
                     {{"step", step + 1}, {"count", here.customers}, {"before", before}});
      }
      here.lost = before - here.customers;
      here.conversion = proportion(here.customers, before, level);
      here.overall = proportion(here.customers, customers[0], level);
      const double lost = here.conversion ? 1 - here.conversion->share : 0;
      if (lost > worst) {
        worst = lost;
        result.worst = step;
      }
    }
    result.steps.push_back(here);
  }
  return result;
}

Result<Funnel> funnel(std::span<const StepEvent> events, std::size_t steps,
                      const FunnelOptions& options) {
  HOLDFAST_TRY_VOID(check(events, steps, options));
  std::vector<StepEvent> sorted(events.begin(), events.end());
  std::ranges::sort(sorted, [](const StepEvent& a, const StepEvent& b) {
    return std::tie(a.customer, a.time, a.step) < std::tie(b.customer, b.time, b.step);
  });
  std::vector<std::size_t> counts(steps);
  std::vector<std::vector<double>> times(steps);
  Journey journey;
  journey.reached.resize(steps);
  journey.took.resize(steps);
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin + 1;
    while (end < sorted.size() && sorted[end].customer == sorted[begin].customer) ++end;
    follow(std::span(sorted).subspan(begin, end - begin), options, journey);
    for (std::size_t step = 0; step < steps; ++step) {
      counts[step] += journey.reached[step] ? 1 : 0;
      if (journey.took[step]) times[step].push_back(*journey.took[step]);
    }
    begin = end;
  }
  HOLDFAST_TRY(auto result, funnel_of(counts, options.level));
  for (std::size_t step = 1; step < steps; ++step) {
    if (!times[step].empty()) result.steps[step].median_time = median(times[step]);
  }
  return result;
}

}  // namespace holdfast::value
