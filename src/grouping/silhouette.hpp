#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

namespace holdfast::grouping {

/// From −1 (in the wrong cluster) to 1 (far from all others). A row alone in its cluster has 0.
struct Silhouettes {
  std::vector<double> each;     // [rows]
  std::vector<double> cluster;  // [clusters] mean of its rows; 0 where it has none.
  double mean = 0;
};

/// How well does each row sit in its cluster? (b − a)/max(a, b), a the mean distance to the others
/// of its cluster, b the least mean distance to another cluster (Rousseeuw 1987).
/// Errors: those of check_rows, kShape, kNoSilhouette. Cost: rows² × cols; see
/// simplified_silhouettes for many rows.
Result<Silhouettes> silhouettes(const MatrixView& rows, std::span<const std::uint32_t> labels);

/// The same with distances to centres instead of mean distances to rows (Hruschka, Campello & de
/// Castro 2004). centers: [clusters x cols]. Cost: rows × clusters × cols.
/// Errors: those of check_rows, kShape, kBadLabel, kNoSilhouette.
Result<Silhouettes> simplified_silhouettes(const MatrixView& rows, std::span<const double> centers,
                                           std::span<const std::uint32_t> labels);

}  // namespace holdfast::grouping
