#pragma once

#include <vector>

#include "grouping/summary.hpp"

namespace holdfast::grouping {

/// Summaries merged nearest first, down to one.
struct Merging {
  struct Pair {
    std::size_t kept = 0;
    std::size_t gone = 0;
    double distance = 0;
    double likelihood = 0;  // What the merging cost: the log-likelihood distance.
  };
  std::vector<Pair> pairs;   // In order; the last leaves one cluster.
  std::vector<double> cost;  // By clusters left, from 1: −Σ ξ.
};

/// all: summaries, one after the other. Cost: entries², mostly.
Merging merge(const Summaries& summaries, std::vector<double> all);

/// The summaries of `clusters` clusters, the one of most rows first.
std::vector<double> merged(const Summaries& summaries, std::vector<double> all,
                           const Merging& merging, std::size_t clusters);

/// The steps for 1 … clusters_max clusters.
std::vector<NumberStep> number_steps(const Merging& merging, double rows, double parameters,
                                     const TwoStepOptions& options);

/// The number that the steps speak for.
std::size_t chosen_number(const std::vector<NumberStep>& steps);

}  // namespace holdfast::grouping
