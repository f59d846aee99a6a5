#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

namespace holdfast::forms {

class ClusterProfilesScorer;

/// Clusters, each as the distance of a row from it: base + Σ weight (term − center)² + Σ slope term
/// over the terms of the model's preparation. K-means: squared distances, weight 1. Two-step: what
/// the row costs the cluster's likelihood. One output a cluster: the distance.
struct ClusterProfiles {
  static constexpr std::string_view kType = "cluster_profiles";
  static constexpr Input kInput = Input::Terms;
  using Scorer = ClusterProfilesScorer;

  struct Cluster {
    double rows = 0;  // Of training.
    double base = 0;
    double lean = 0;  // Added where clusters are compared: less for a large one.
    std::vector<double> center, weight, slope;  // [terms]
  };
  std::vector<Cluster> clusters;  // The largest first.
  double far = std::numeric_limits<double>::infinity();  // Rows farther than this are in none.

  std::size_t outputs_count() const { return clusters.size(); }
};

/// Where a row belongs.
struct NearestCluster {
  std::int32_t cluster = -1;  // −1: in none, too far from all.
  double distance = 0;        // From the nearest.
  /// From −1 to 1: how much nearer the nearest is than the next, (b − a)/max(a, b); 0 with one.
  double fit = 0;
};
/// distances: what the form answers of one row.
NearestCluster nearest_of(const ClusterProfiles& form, std::span<const double> distances);

class ClusterProfilesScorer {
 public:
  explicit ClusterProfilesScorer(const ClusterProfiles& form) : form_(&form) {}
  /// Shapes: out [rows x clusters].
  void score(const Rows& rows, std::span<double> out) const;

 private:
  const ClusterProfiles* form_;
};

}  // namespace holdfast::forms
