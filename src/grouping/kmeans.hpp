#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

namespace holdfast::grouping {

struct KMeansOptions {
  int clusters = 8;
  int starts = 10;  // The one with the least inertia is kept; the first of equals.
  int iterations_max = 300;
  /// Stop when the squared moves of all centres add up to no more than this share of the columns'
  /// mean variance; 0: only when no row changes its cluster.
  double tolerance = 1e-4;
  std::uint64_t seed = 1;
  std::span<const double> initial;  // [clusters x cols] centres to start from once, or empty.
};

struct KMeans {
  std::vector<double> centers;        // [clusters x cols], row-major.
  std::vector<std::uint32_t> labels;  // [rows] the nearest centre, the first of equals.
  std::vector<double> weight;         // [clusters] of its rows together.
  double inertia = 0;                 // Weighted squared distances to the own centre.
  int iterations = 0;                 // Of the start that was kept.
  bool converged = false;
  int start = 0;  // Which was kept.
  std::size_t cols = 0;
};

/// Which rows lie together? Centres that hold the squared distances to them small (Lloyd 1982),
/// begun by greedy k-means++ (Arthur & Vassilvitskii 2007). Distances that the triangle inequality
/// rules out are not computed (Hamerly 2010). Scale columns before: their units decide.
/// A cluster that loses all its rows takes the row farthest from its centre, the first of equals,
/// out of a cluster of two or more.
/// Rows of weight 0 are placed, but move nothing.
/// From 131,072 rows on the starts are made and run on a sample of 65,536 (Bradley & Fayyad 1998), and
/// the best of them goes on with all rows, where it needs few iterations more.
/// The same bits for any thread count.
/// Errors: those of check_rows and check_weights, kBadOption, kShape, kTooFewDistinct.
/// Cost: an iteration reads three numbers a row, and only the cells of rows near a border.
Result<KMeans> fit_kmeans(const MatrixView& rows, std::span<const double> weight = {},
                          const KMeansOptions& options = {});

struct Assignment {
  std::vector<std::uint32_t> labels;  // [rows]
  std::vector<double> distance;       // [rows] to the centre.
};

/// Where do new customers belong? Errors: those of check_rows; kShape where columns differ.
Result<Assignment> assign(const KMeans& kmeans, const MatrixView& rows);

/// Weighted squared distances of rows to the centres their labels name.
/// Errors: those of check_rows and check_weights, kShape, kBadLabel.
Result<double> inertia(const MatrixView& rows, std::span<const double> weight,
                       std::span<const double> centers, std::span<const std::uint32_t> labels);

}  // namespace holdfast::grouping
