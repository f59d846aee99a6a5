#include "grouping/silhouette.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "grouping/centers.hpp"
#include "grouping/check.hpp"
#include "grouping/errors.hpp"

namespace holdfast::grouping {
namespace {

constexpr std::size_t kBlock = 64;

Result<std::vector<double>> counted(const MatrixView& rows, std::span<const std::uint32_t> labels,
                                    std::size_t clusters) {
  HOLDFAST_TRY_VOID(check_rows(rows));
  if (labels.size() != rows.rows) {
    return Error(errors::kShape,
                 {{"what", "labels"}, {"found", labels.size()}, {"expected", rows.rows}});
  }
  std::vector<double> count(clusters);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] >= clusters) {
      return Error(errors::kBadLabel,
                   {{"row", row + 1}, {"label", labels[row]}, {"clusters", clusters}});
    }
    count[labels[row]] += 1;
  }
  const auto used = clusters - static_cast<std::size_t>(std::ranges::count(count, 0.0));
  if (used < 2 || used >= rows.rows) {
    return Error(errors::kNoSilhouette, {{"clusters", used}, {"rows", rows.rows}});
  }
  return count;
}

double of_distances(double own, double other) {
  const double larger = std::max(own, other);
  return larger > 0 ? (other - own) / larger : 0;
}

Silhouettes with_means(std::vector<double> each, std::span<const std::uint32_t> labels,
                       std::span<const double> count) {
  Silhouettes found;
  found.cluster.resize(count.size());
  double sum = 0;
  for (std::size_t row = 0; row < each.size(); ++row) {
    found.cluster[labels[row]] += each[row];
    sum += each[row];
  }
  for (std::size_t k = 0; k < count.size(); ++k) {
    if (count[k] > 0) found.cluster[k] /= count[k];
  }
  found.mean = sum / static_cast<double>(each.size());
  found.each = std::move(each);
  return found;
}

}  // namespace

Result<Silhouettes> silhouettes(const MatrixView& rows, std::span<const std::uint32_t> labels) {
  const auto clusters = labels.empty() ? 0 : std::size_t{std::ranges::max(labels)} + 1;
  // A label above the rows would only ask for memory.
  HOLDFAST_TRY(const auto count, counted(rows, labels, std::min(clusters, rows.rows)));
  std::vector<double> each(rows.rows);
  parallel_for(rows.rows, kBlock, [&](std::size_t begin, std::size_t end) {
    std::vector<double> sums(count.size());
    for (std::size_t i = begin; i < end; ++i) {
      std::ranges::fill(sums, 0.0);
      for (std::size_t j = 0; j < rows.rows; ++j) {
        sums[labels[j]] += std::sqrt(
            squared_distance(rows.data + i * rows.cols, rows.data + j * rows.cols, rows.cols));
      }
      const auto own = labels[i];
      if (count[own] < 2) continue;
      double other = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < sums.size(); ++k) {
        if (k != own && count[k] > 0) other = std::min(other, sums[k] / count[k]);
      }
      each[i] = of_distances(sums[own] / (count[own] - 1), other);
    }
  });
  return with_means(std::move(each), labels, count);
}

Result<Silhouettes> simplified_silhouettes(const MatrixView& rows, std::span<const double> centers,
                                           std::span<const std::uint32_t> labels) {
  const auto clusters = rows.cols == 0 ? 0 : centers.size() / rows.cols;
  if (clusters * rows.cols != centers.size()) {
    return Error(
        errors::kShape,
        {{"what", "centers"}, {"found", centers.size()}, {"expected", clusters * rows.cols}});
  }
  HOLDFAST_TRY(const auto count, counted(rows, labels, clusters));
  std::vector<double> each(rows.rows);
  parallel_for(rows.rows, kBlock * kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const auto own = labels[row];
      if (count[own] < 2) continue;
      double a = 0;
      double b = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < clusters; ++k) {
        if (count[k] == 0) continue;
        const double d = squared_distance(rows.data + row * rows.cols,
                                          centers.data() + k * rows.cols, rows.cols);
        (k == own ? a : b) = k == own ? d : std::min(b, d);
      }
      each[row] = of_distances(std::sqrt(a), std::sqrt(b));
    }
  });
  return with_means(std::move(each), labels, count);
}

}  // namespace holdfast::grouping
