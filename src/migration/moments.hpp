#pragma once

#include <cstdint>
#include <vector>

#include "migration/paths.hpp"

namespace holdfast::migration {

/// One step with what came after it.
struct Moment {
  std::uint32_t customer = 0;
  std::uint32_t stratum = 0;
  std::int32_t day = 0;
  std::uint32_t at = 0;  // Place of the step in the journeys.
  double fallen = 0;     // Balance at the end of the day less that at the end of the watch.
  double falls = 0;      // 1 where that reaches the share.
};

struct Moments {
  std::vector<Moment> moments;  // In order of the journeys.
  std::size_t strata = 0;
  std::size_t unwatched = 0;
};

/// Requires: checked journeys, balances and options.
Moments moments_of(const Journeys& journeys, const Balances& balances, const PathOptions& options);

/// The moments that end one path: places in Moments::moments, ascending.
struct FoundPath {
  std::vector<Step> steps;
  std::vector<std::uint32_t> ends;
  std::size_t customers = 0;
};

struct FoundPaths {
  std::vector<FoundPath> paths;  // From the most frequent on, then by length and steps.
  std::size_t left_out = 0;
};

FoundPaths find_paths(const Journeys& journeys, const Moments& moments, const PathOptions& options);

}  // namespace holdfast::migration
