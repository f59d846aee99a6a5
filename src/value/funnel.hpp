#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "value/proportion.hpp"

namespace holdfast::value {

/// One customer did one step of the purchase: 0 looked, 1 asked for a quotation, …
struct StepEvent {
  std::uint32_t customer = 0;
  std::uint32_t step = 0;
  double time = 0;
};

struct FunnelOptions {
  double level = 0.95;           // Of the intervals.
  std::optional<double> window;  // All steps within this time of the first.
};

struct FunnelStep {
  std::size_t customers = 0;  // Who came this far, all steps before it done in order.
  std::size_t lost = 0;       // Who did the step before and not this one.
  /// Of those of the step before, and of the first; nothing of nobody, and of the first step.
  std::optional<Proportion> conversion, overall;
  std::optional<double> median_time;  // From the step before.
};

struct Funnel {
  std::vector<FunnelStep> steps;
  std::optional<std::size_t> worst;  // The step that loses the largest share of those before it.
};

/// The purchase funnel with the loss at each step. A customer who tries again counts once, by his
/// furthest try. Steps at one time are taken in their order. Errors: kFewSteps, kNoCustomers
/// without events, kBadStep, kBadValue, kBadOption. Cost: one sort. Source of the intervals: Wilson
/// 1927.
Result<Funnel> funnel(std::span<const StepEvent> events, std::size_t steps,
                      const FunnelOptions& options = {});

/// The same where only the numbers of each step are known. Errors: kFewSteps, kNoCustomers where
/// the first is 0, kRisingSteps, kBadOption.
Result<Funnel> funnel_of(std::span<const std::size_t> customers, double level = 0.95);

}  // namespace holdfast::value
