#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::value {

/// What one customer holds in one period: a balance, a premium in force. Several lines add up.
struct Holding {
  std::uint32_t customer = 0;
  int period = 0;
  double amount = 0;
};

struct AssetOptions {
  double least = 0;  // Who holds more than this is counted.
};

struct AssetPeriod {
  int period = 0;
  double assets = 0;
  std::size_t customers = 0;
  double average = 0;  // 0 of nobody.
};

/// From one period to a later one. Both splits add up to the change.
struct AssetChange {
  int from = 0, to = 0;
  double change = 0;
  std::int64_t customers_change = 0;
  /// More customers at the mean average, and another average at the mean number.
  double by_headcount = 0, by_average = 0;
  double arrived = 0, left = 0, grown = 0, shrunk = 0;  // `left` and `shrunk` not above 0.
  std::size_t arrivals = 0, leavers = 0, growers = 0, shrinkers = 0;
  bool fewer_assets_more_customers = false;  // 量减人增
  bool more_assets_fewer_customers = false;
};

struct AssetHistory {
  std::vector<AssetPeriod> periods;  // Ascending; those that have lines.
  std::vector<AssetChange> changes;  // From each to the next.
  AssetChange whole;                 // From the first to the last.
};

/// Total assets against headcount: do more customers hide that assets flow out? Errors:
/// kNoCustomers without lines, kBadValue, kOnePeriod, kBadOption. Cost: one sort. Source: the split
/// into number and average at means of both periods (Marshall 1887, Edgeworth 1925), which leaves
/// no rest and does not hang on the order.
Result<AssetHistory> assets_against_headcount(std::span<const Holding> holdings,
                                              const AssetOptions& options = {});

}  // namespace holdfast::value
