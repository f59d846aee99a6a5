#include "models/forms/cluster_profiles.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace holdfast::forms {

void ClusterProfilesScorer::score(const Rows& rows, std::span<double> out) const {
  const std::size_t outputs = form_->outputs_count();
  HOLDFAST_CHECK(out.size() == rows.count * outputs);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const double* x = rows.terms.data() + r * rows.width;
    for (std::size_t k = 0; k < outputs; ++k) {
      const auto& cluster = form_->clusters[k];
      double distance = cluster.base;
      for (std::size_t t = 0; t < rows.width; ++t) {
        const double gap = x[t] - cluster.center[t];
        distance += cluster.weight[t] * gap * gap + cluster.slope[t] * x[t];
      }
      out[r * outputs + k] = distance;
    }
  }
}

NearestCluster nearest_of(const ClusterProfiles& form, std::span<const double> distances) {
  NearestCluster found;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < distances.size(); ++k) {
    const double with_lean = distances[k] + form.clusters[k].lean;
    if (with_lean >= least) continue;
    least = with_lean;
    found.cluster = static_cast<std::int32_t>(k);
    found.distance = distances[k];
  }
  double next = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < distances.size(); ++k) {
    if (static_cast<std::int32_t>(k) != found.cluster) next = std::min(next, distances[k]);
  }
  const double larger = std::max(found.distance, next);
  if (distances.size() > 1 && larger > 0) found.fit = (next - found.distance) / larger;
  if (found.distance > form.far) found.cluster = -1;
  return found;
}

}  // namespace holdfast::forms
