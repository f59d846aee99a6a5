#pragma once

#include "core/random.hpp"
#include "grouping/kmeans.hpp"

namespace holdfast::grouping {

/// Rows per block: fixed, so that sums have the same bits for any thread count.
inline constexpr std::size_t kRowBlock = 8192;

/// Centres to begin with, [clusters x cols]: each the best of 2 + ln(clusters) rows drawn by
/// squared distance to those before. Rows and weights must have been checked. Errors:
/// kTooFewDistinct.
Result<std::vector<double>> seed_centers(const MatrixView& rows, std::span<const double> weight,
                                         std::size_t clusters, Random& random);

/// Moves centres until they rest. move_max: a sum of squared moves that counts as rest.
Result<KMeans> lloyd(const MatrixView& rows, std::span<const double> weight,
                     std::vector<double> centers, int iterations_max, double move_max);

double inertia_of(const MatrixView& rows, std::span<const double> weight,
                  std::span<const double> centers, std::span<const std::uint32_t> labels);

}  // namespace holdfast::grouping
