#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyses/groups_rows.hpp"

namespace holdfast::analyses {

/// A figure with its 95 % interval; known is false where there is nothing to say it from.
struct Estimate {
  double at = 0, lower = 0, upper = 0;
  bool known = false;
};

/// How groups fared.
struct Fare {
  std::vector<Estimate> left;   // [groups] share of past rows that left.
  std::vector<Estimate> value;  // [groups] mean of today's customers.
  Estimate left_all, value_all, left_none, value_none;  // Of all rows, and of those in no group.
};

/// label: [past rows], [today rows] the group, below 0: none. Rows of one customer count together in
/// the intervals (clustered variance of a share, into Wilson's interval).
Fare fare_of(const GroupRows& rows, std::span<const std::int32_t> past, std::span<const std::int32_t> today,
             std::size_t groups);

}  // namespace holdfast::analyses
