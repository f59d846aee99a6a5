#pragma once

#include <vector>

#include "grouping/refining.hpp"

namespace holdfast::grouping {

/// The steps for 1 … clusters_max clusters. parameters: of one cluster.
std::vector<NumberStep> number_steps(const std::vector<Partition>& partitions, double rows,
                                     double parameters, const TwoStepOptions& options);

/// The number that the steps speak for: where the criterion is least; where it still falls at
/// clusters_max, that of the largest drop in distance.
std::size_t chosen_number(const std::vector<NumberStep>& steps, int clusters_max);

/// Whether there are enough clusters, none too small or too large.
bool is_of_use(const NumberStep& step, const TwoStepOptions& options);

/// Whether clusters, however few or large, are so far apart that no other division tells the truth:
/// the drop in distance is of many times. Crumbs are none.
bool is_sharp(const NumberStep& step, const TwoStepOptions& options);

/// Of the steps of use, that of the largest drop in distance, and as in SPSS the larger of two
/// that are as clear; 0: none is of use.
std::size_t number_of_use(const std::vector<NumberStep>& steps, const TwoStepOptions& options);

}  // namespace holdfast::grouping
