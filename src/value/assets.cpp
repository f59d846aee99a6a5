#include "value/assets.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/net_amount.hpp"
#include "value/errors.hpp"

namespace holdfast::value {
namespace {

// One period's lines by customer, ascending, those counted only.
using Holders = std::vector<std::pair<std::uint32_t, double>>;

AssetPeriod period_of(int number, const Holders& holders) {
  AssetPeriod period;
  period.period = number;
  period.customers = holders.size();
  for (const auto& [customer, amount] : holders) period.assets += amount;
  if (!holders.empty()) period.average = period.assets / static_cast<double>(holders.size());
  return period;
}

void split(AssetChange& change, const AssetPeriod& from, const AssetPeriod& to) {
  if (from.customers == 0 || to.customers == 0) {
    change.by_headcount = change.change;  // There is no second average to compare with.
    return;
  }
  const double before = static_cast<double>(from.customers);
  const double after = static_cast<double>(to.customers);
  change.by_headcount = (after - before) * 0.5 * (from.average + to.average);
  change.by_average = (to.average - from.average) * 0.5 * (before + after);
}

AssetChange change_of(const AssetPeriod& from, const Holders& before, const AssetPeriod& to,
                      const Holders& after) {
  AssetChange change;
  change.from = from.period;
  change.to = to.period;
  change.change = to.assets - from.assets;
  change.customers_change =
      static_cast<std::int64_t>(to.customers) - static_cast<std::int64_t>(from.customers);
  split(change, from, to);
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    if (now == after.end() || (old != before.end() && old->first < now->first)) {
      change.left -= old->second;
      ++change.leavers;
      ++old;
    } else if (old == before.end() || now->first < old->first) {
      change.arrived += now->second;
      ++change.arrivals;
      ++now;
    } else {
      const double difference = now->second - old->second;
      (difference > 0 ? change.grown : change.shrunk) += difference;
      change.growers += difference > 0 ? 1 : 0;
      change.shrinkers += difference < 0 ? 1 : 0;
      ++old;
      ++now;
    }
  }
  change.fewer_assets_more_customers = change.change < 0 && change.customers_change > 0;
  change.more_assets_fewer_customers = change.change > 0 && change.customers_change < 0;
  return change;
}

Result<void> check(std::span<const Holding> holdings, const AssetOptions& options) {
  if (!(options.least >= 0) || !std::isfinite(options.least)) {
    return Error(errors::kBadOption, {{"what", "least must be a number from 0 on"}});
  }
  if (holdings.empty()) return Error(errors::kNoCustomers);
  for (std::size_t row = 0; row < holdings.size(); ++row) {
    if (!std::isfinite(holdings[row].amount)) {
      return Error(errors::kBadValue,
                   {{"what", "amount"}, {"row", row + 1}, {"value", holdings[row].amount}});
    }
  }
  return {};
}

}  // namespace

Result<AssetHistory> assets_against_headcount(std::span<const Holding> holdings,
                                              const AssetOptions& options) {
  HOLDFAST_TRY_VOID(check(holdings, options));
  std::vector<Holding> lines(holdings.begin(), holdings.end());
  std::ranges::stable_sort(lines, [](const Holding& a, const Holding& b) {
    return std::tie(a.period, a.customer) < std::tie(b.period, b.customer);
  });
  AssetHistory history;
  Holders first, before;
  for (std::size_t i = 0; i < lines.size();) {
    const int number = lines[i].period;
    Holders holders;
    while (i < lines.size() && lines[i].period == number) {
      const auto customer = lines[i].customer;
      NetAmount amount;
      for (; i < lines.size() && lines[i].period == number && lines[i].customer == customer; ++i) {
        amount.add(lines[i].amount);
      }
      if (amount.value() > options.least) holders.emplace_back(customer, amount.value());
    }
    const auto period = period_of(number, holders);
    if (history.periods.empty()) {
      first = holders;
    } else {
      history.changes.push_back(change_of(history.periods.back(), before, period, holders));
    }
    history.periods.push_back(period);
    before = std::move(holders);
  }
  if (history.periods.size() < 2) return Error(errors::kOnePeriod);
  history.whole = change_of(history.periods.front(), first, history.periods.back(), before);
  return history;
}

}  // namespace holdfast::value
