#pragma once

#include <limits>
#include <vector>

#include "grouping/measure.hpp"

namespace holdfast::grouping {

/// Rows made ready: standardised numbers, and where levels stand among all levels.
struct ReadyRows {
  std::size_t rows = 0;
  std::vector<double> z;             // [rows x numbers]
  std::vector<std::uint32_t> level;  // [rows x categorical]
};

/// A partition of the rows, by number of clusters.
struct Partition {
  std::vector<TwoStepProfile> clusters;
  double cost = 0;      // Of all clusters, with what it takes to say which one a row is in.
  double distance = 0;  // Between the two clusters that are merged next; 0 for one cluster.
};

/// From many clusters down to one: rows move to the cluster where they cost least until they rest,
/// then the two clusters whose merging costs least are merged. Merging alone, as in BIRCH, cannot
/// take back what it joined early: rows of one kind with a stray level each join rows of other
/// kinds with the same stray level. noise_cost: what a row of no cluster costs, infinite if
/// all belong. The result holds at [j − 1] the partition into j, up to the number of clusters that
/// rows were found for. share_min: a cluster of fewer rows is given up, its rows going where they
/// cost least, before any two are merged.
std::vector<Partition> refine(const Measure& measure, const ReadyRows& rows,
                              std::vector<TwoStepProfile> clusters, double noise_cost,
                              double share_min = 0);

/// Rows farther than this from the nearest cluster belong to none: where even noise costs less, or
/// (squared, for TwoStepDistance::Euclidean) at twice the usual distance from a centre.
double noise_distance(const Measure& measure, const std::vector<TwoStepProfile>& clusters,
                      double noise_cost);

/// A slope, and what it takes to say that a row is in this cluster: less in a large one.
struct WeighedSlope {
  Measure::Slope slope;
  double saying = 0;
};
std::vector<WeighedSlope> slopes(const Measure& measure,
                                 const std::vector<TwoStepProfile>& clusters);

struct Nearest {
  std::int32_t cluster = 0;
  double distance = 0;  // The slope there.
};
/// Where one more row costs least. slopes: at least one.
Nearest nearest(const Measure& measure, const std::vector<WeighedSlope>& slopes, const double* z,
                const std::uint32_t* level);

}  // namespace holdfast::grouping
