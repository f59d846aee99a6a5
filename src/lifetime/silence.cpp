#include "lifetime/silence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lifetime/errors.hpp"

namespace holdfast::lifetime {
namespace {

Result<void> check(const SilenceOptions& options) {
  if (!(options.unit > 0) || !std::isfinite(options.unit) || !std::isfinite(options.end)) {
    return Error(errors::kBadOption, {{"what", "unit must be above 0 and end a number"}});
  }
  if (!(options.at_risk > 0 && options.lost > options.at_risk && options.gone > options.lost) ||
      !std::isfinite(options.gone)) {
    return Error(errors::kBadOption, {{"what", "at_risk, lost and gone must rise from above 0"}});
  }
  return {};
}

// Sorts the intervals.
double own_interval(std::vector<double>& intervals, bool is_mean) {
  const auto count = intervals.size();
  if (is_mean) {
    return std::accumulate(intervals.begin(), intervals.end(), 0.0) / static_cast<double>(count);
  }
  std::ranges::sort(intervals);
  return 0.5 * (intervals[(count - 1) / 2] + intervals[count / 2]);
}

SilenceLevel level_of(double ratio, const SilenceOptions& options) {
  if (ratio > options.gone) return SilenceLevel::Gone;
  if (ratio > options.lost) return SilenceLevel::Lost;
  return ratio > options.at_risk ? SilenceLevel::AtRisk : SilenceLevel::OnTime;
}

// Of one customer's purchases, in order of time and until the end.
Silence silence_of(std::span<const std::pair<std::uint32_t, double>> purchases,
                   const SilenceOptions& options) {
  Silence result;
  result.customer = purchases.front().first;
  result.silent = (options.end - purchases.back().second) / options.unit;
  std::vector<double> intervals;
  for (std::size_t i = 1; i < purchases.size(); ++i) {
    const double interval = (purchases[i].second - purchases[i - 1].second) / options.unit;
    if (interval > 0) intervals.push_back(interval);  // One time is one purchase.
  }
  result.intervals = intervals.size();
  if (intervals.empty()) return result;
  result.interval = own_interval(intervals, options.is_mean);
  result.ratio = result.silent / *result.interval;
  const auto longer =
      std::ranges::count_if(intervals, [&](double interval) { return interval >= result.silent; });
  result.chance = (1 + static_cast<double>(longer)) / (1 + static_cast<double>(intervals.size()));
  result.level = level_of(*result.ratio, options);
  return result;
}

}  // namespace

Result<std::vector<Silence>> silences(std::span<const Transaction> log,
                                      const SilenceOptions& options) {
  HOLDFAST_TRY_VOID(check(options));
  std::vector<std::pair<std::uint32_t, double>> purchases;
  purchases.reserve(log.size());
  for (std::size_t row = 0; row < log.size(); ++row) {
    if (!std::isfinite(log[row].time)) {
      return Error(errors::kBadValue,
                   {{"what", "time"}, {"row", row + 1}, {"value", log[row].time}});
    }
    if (log[row].time <= options.end) purchases.emplace_back(log[row].customer, log[row].time);
  }
  if (purchases.empty()) return Error(errors::kTooFew, {{"found", 0}, {"expected", 1}});
  std::ranges::sort(purchases);
  std::vector<Silence> results;
  for (std::size_t begin = 0; begin < purchases.size();) {
    std::size_t end = begin + 1;
    while (end < purchases.size() && purchases[end].first == purchases[begin].first) ++end;
    results.push_back(silence_of(std::span(purchases).subspan(begin, end - begin), options));
    begin = end;
  }
  return results;
}

double silence_chance(const PurchaseRates& rates, const Customer& customer) {
  const double silent = customer.age - customer.recency;
  return std::exp(-(rates.r + customer.frequency) *
                  std::log1p(silent / (rates.alpha + customer.recency)));
}

double silence_limit(const PurchaseRates& rates, const Customer& customer, double chance) {
  return (rates.alpha + customer.recency) *
         std::expm1(-std::log(chance) / (rates.r + customer.frequency));
}

}  // namespace holdfast::lifetime
