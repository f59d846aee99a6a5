#include "analyses/groups_fare.hpp"

#include <algorithm>
#include <cmath>

#include "core/distributions.hpp"

namespace holdfast::analyses {
namespace {

constexpr double kLevel = 0.95;
constexpr double kDeviations = 1.959963984540054;

/// `is_in(row)`: whether a row counts.
template <typename IsIn>
Estimate share_left(const GroupRows& rows, std::size_t customers, const IsIn& is_in) {
  double all = 0, left = 0;
  for (std::size_t r = 0; r < rows.left.size(); ++r) {
    if (!is_in(r)) continue;
    all += 1;
    left += rows.left[r];
  }
  if (all == 0) return {};
  const double share = left / all;
  std::vector<double> gap(customers);
  for (std::size_t r = 0; r < rows.left.size(); ++r) {
    if (is_in(r)) gap[rows.past_customer[r]] += rows.left[r] - share;
  }
  double squares = 0;
  for (const double g : gap) squares += g * g;
  // As many independent rows as give this variance; never more than there are.
  const double worth = squares > 0 ? std::min(all, share * (1 - share) * all * all / squares) : all;
  const auto interval = wilson_interval(share * worth, worth, kLevel);
  return {share, interval.lower, interval.upper, true};
}

template <typename IsIn>
Estimate mean_value(const GroupRows& rows, const IsIn& is_in) {
  double all = 0, mean = 0, squares = 0;
  for (std::size_t r = 0; r < rows.value.size(); ++r) {
    if (!is_in(r)) continue;
    all += 1;
    const double gap = rows.value[r] - mean;
    mean += gap / all;
    squares += gap * (rows.value[r] - mean);
  }
  if (all == 0) return {};
  const double error = all > 1 ? kDeviations * std::sqrt(squares / (all - 1) / all) : 0;
  return {mean, mean - error, mean + error, true};
}

}  // namespace

Fare fare_of(const GroupRows& rows, std::span<const std::int32_t> past, std::span<const std::int32_t> today,
             std::size_t groups) {
  const std::size_t customers =
      rows.past_customer.empty() ? 0 : std::size_t{1} + *std::ranges::max_element(rows.past_customer);
  Fare fare;
  for (std::size_t k = 0; k < groups; ++k) {
    const auto is_in = [k](std::span<const std::int32_t> label) {
      return [label, k](std::size_t r) { return label[r] == static_cast<std::int32_t>(k); };
    };
    fare.left.push_back(share_left(rows, customers, is_in(past)));
    fare.value.push_back(mean_value(rows, is_in(today)));
  }
  const auto any = [](std::size_t) { return true; };
  fare.left_all = share_left(rows, customers, any);
  fare.value_all = mean_value(rows, any);
  fare.left_none = share_left(rows, customers, [&](std::size_t r) { return past[r] < 0; });
  fare.value_none = mean_value(rows, [&](std::size_t r) { return today[r] < 0; });
  return fare;
}

}  // namespace holdfast::analyses
