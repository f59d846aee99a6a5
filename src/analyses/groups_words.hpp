#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/groups_fare.hpp"
#include "grouping/portrait.hpp"

namespace holdfast::analyses {

/// A group of customers, told.
struct Group {
  Text name;                // "2. payment: half-yearly, high premium".
  Text sentence;            // In what it differs from all others.
  std::size_t customers = 0;
  double share = 0;
  Estimate left, value;
  double worth = 0;         // Value of all its customers.
  double stake = 0;         // Of that what is lost if as many leave as did; 0 where unknown.
  double fit = 0;           // Mean of NearestCluster::fit.
};

/// Portraits of the groups and how to say them. label: [today rows] group, below 0: none.
struct Portrayed {
  grouping::Portraits portraits;
  std::vector<bool> is_flag;               // [features] numbers that are only 0 or 1.
  std::vector<bool> is_in_years;           // [features] days, told in years.
  std::vector<std::size_t> order;          // Features, those that part the groups most first.
};
Result<Portrayed> portrayed(const GroupRows& rows, std::span<const std::int32_t> label,
                            std::size_t groups);

Text name_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group);
Text sentence_of_group(const GroupRows& rows, const Portrayed& portrayed, std::size_t group);
/// What stands in the table for a group's value of a feature: the mean, or "urban 62 %".
Text value_of_trait(const GroupRows& rows, const Portrayed& portrayed, const grouping::Trait& trait);
/// The mean of a number with its unit, or the share of a flag.
Text mean_in_words(const GroupRows& rows, const Portrayed& portrayed, std::size_t feature, double mean);
/// "urban"; "unknown" for what is none of the categories.
Text level_name(const GroupRows& rows, std::size_t feature, std::size_t level);
/// The level of which a group has most more than the others.
std::size_t level_of(const grouping::Trait& trait);

/// "62 %", both languages.
Text percent_of(double share);

}  // namespace holdfast::analyses
