#pragma once

#include <string>
#include <vector>

#include "analyses/groups_rows.hpp"
#include "grouping/portrait.hpp"

namespace holdfast::analyses {

/// A group of customers, told.
struct Group {
  Text name;                // "high premium, area=urban"; with its number before it.
  Text sentence;            // In what it differs from all others.
  std::size_t customers = 0;
  double share = 0;
  double left = 0;          // Share of its past rows that left; NaN: it has none.
  double value = 0;         // Mean; NaN: unknown.
  double fit = 0;           // Mean of NearestCluster::fit.
};

/// Portraits of the groups and how to say them. label: [today rows] group, below 0: none.
struct Portrayed {
  grouping::Portraits portraits;
  std::vector<bool> is_flag;               // [features] numbers that are only 0 or 1.
  std::vector<std::size_t> order;          // Features, those that part the groups most first.
};
Result<Portrayed> portrayed(const GroupRows& rows, std::span<const std::int32_t> label,
                            std::size_t groups);

Text name_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group);
Text sentence_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group);
/// What stands in the table for a group's value of a feature: the mean, or "urban 62 %".
Text value_of_trait(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait);
/// The level of which a group has most more than the others.
std::size_t level_of(const grouping::Trait& trait);

}  // namespace holdfast::analyses
