#pragma once

#include <vector>

#include "grouping/summary.hpp"

namespace holdfast::grouping {

/// Two summaries that become one.
struct Pair {
  std::size_t kept = 0;
  std::size_t gone = 0;
};

/// all: summaries, one after the other. Merged nearest first, down to one. Cost: entries², mostly.
std::vector<Pair> merge(const Summaries& summaries, std::vector<double> all);

/// The summaries of `clusters` clusters, the one of most rows first.
std::vector<double> merged(const Summaries& summaries, std::vector<double> all,
                           const std::vector<Pair>& pairs, std::size_t clusters);

}  // namespace holdfast::grouping
