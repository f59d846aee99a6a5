#include <algorithm>
#include <cmath>

#include "warning/watch_list.hpp"

namespace holdfast::warning {
namespace {

constexpr double kRedShareMax = 0.05;
constexpr double kOrangeShareMax = 0.15;
constexpr double kYellowShareMax = 0.35;

/// The probability from which a contact pays for a customer worth `value`: a share of those who would
/// leave accepts and stays, everybody else who would have stayed takes the offer for nothing.
///   p × acceptance × (value − offer) − (1 − p) × offer − contact = 0
double break_even(const study::ProfitSpec& costs, double value) {
  const double acceptance =
      costs.acceptance_alpha / (costs.acceptance_alpha + costs.acceptance_beta);
  const double gain = acceptance * (value - costs.offer_cost) + costs.offer_cost;
  if (!(gain > 0)) return 1;
  return std::clamp((costs.offer_cost + costs.contact_cost) / gain, 0.0, 1.0);
}

bool has_own_limits(const study::WarningSpec& warning) {
  return warning.red > 0 || warning.orange > 0 || warning.yellow > 0;
}

Limits by_profit(const study::Study& study, double empc_threshold, double maximum_profit_threshold,
                 double low_value) {
  Limits limits{.is_by_profit = true};
  limits.yellow = std::clamp(std::min(empc_threshold, maximum_profit_threshold), 0.0, 1.0);
  limits.orange = std::clamp(std::max(empc_threshold, maximum_profit_threshold), 0.0, 1.0);
  limits.red = std::max(limits.orange, break_even(study.profit, low_value));
  return limits;
}

/// The smallest limit that at most `share` of the sorted (falling) probabilities reach; where the
/// very first value is held by more than that, that value: somebody must be on the list.
double limit_for(const std::vector<double>& falling, double share) {
  const auto allowed =
      static_cast<std::size_t>(std::floor(share * static_cast<double>(falling.size())));
  if (allowed >= falling.size()) return 0;
  const double next = falling[allowed];
  // Everything above `next` fits: the limit is the smallest value above it.
  const auto above = std::ranges::lower_bound(falling, next, std::greater<>());
  return above == falling.begin() ? falling.front() : *std::prev(above);
}

}  // namespace

Limits limits_of(const study::Study& study, double empc_threshold,
                 double maximum_profit_threshold) {
  const auto& own = study.warning;
  if (has_own_limits(own)) {
    return {.red = own.red, .orange = own.orange, .yellow = own.yellow};
  }
  // Nothing known of the customers: half the mean value stands for the least valuable quarter.
  return by_profit(study, empc_threshold, maximum_profit_threshold,
                   study.profit.customer_value / 2);
}

Limits limits_of(const study::Study& study, double empc_threshold, double maximum_profit_threshold,
                 std::span<const double> probability, std::span<const std::int64_t> value_cents) {
  if (has_own_limits(study.warning) || probability.empty()) {
    return limits_of(study, empc_threshold, maximum_profit_threshold);
  }
  double low_value = study.profit.customer_value / 2;
  if (!value_cents.empty()) {
    std::vector<std::int64_t> values(value_cents.begin(), value_cents.end());
    const auto quarter = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 4);
    std::ranges::nth_element(values, quarter);
    low_value = static_cast<double>(*quarter) / 100;
  }
  auto limits = by_profit(study, empc_threshold, maximum_profit_threshold, low_value);
  std::vector<double> falling(probability.begin(), probability.end());
  std::ranges::sort(falling, std::greater<>());
  const auto raise = [&](double& limit, double share) {
    const double least = limit_for(falling, share);
    if (least > limit) limit = least, limits.is_capped = true;
  };
  raise(limits.yellow, kYellowShareMax);
  raise(limits.orange, kOrangeShareMax);
  raise(limits.red, kRedShareMax);
  return limits;
}

}  // namespace holdfast::warning
