#include "grouping/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/parallel.hpp"
#include "grouping/centers.hpp"
#include "grouping/check.hpp"
#include "grouping/errors.hpp"
#include "grouping/lloyd.hpp"

namespace holdfast::grouping {
namespace {

// Starts on a sample of so many rows find the optima of all rows; a cluster has some hundred of them.
constexpr std::size_t kSampled = 65'536;
constexpr std::size_t kSampledEach = 256;
constexpr std::size_t kRowsMany = 2 * kSampled;
constexpr double kToleranceOfSample = 1e-5;
constexpr std::uint64_t kSampleStream = 0x73616d706c65;  // Apart from those of the starts.

Error shape(std::string_view what, std::size_t found, std::size_t expected) {
  return {errors::kShape, {{"what", what}, {"found", found}, {"expected", expected}}};
}

/// Mean over columns of their variances, rows counting alike.
double mean_variance(const MatrixView& rows) {
  const auto n = static_cast<double>(rows.rows);
  std::vector<double> means(rows.cols);
  const auto over_rows = [&](const auto& value) {
    const auto blocks = (rows.rows + kRowBlock - 1) / kRowBlock;
    std::vector<double> parts(blocks * rows.cols);
    parallel_for(rows.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
      double* sums = parts.data() + begin / kRowBlock * rows.cols;
      for (std::size_t row = begin; row < end; ++row) {
        for (std::size_t c = 0; c < rows.cols; ++c) sums[c] += value(rows(row, c), c);
      }
    });
    std::vector<double> sums(rows.cols);
    for (std::size_t i = 0; i < parts.size(); ++i) sums[i % rows.cols] += parts[i];
    return sums;
  };
  means = over_rows([](double x, std::size_t) { return x; });
  for (double& mean : means) mean /= n;
  const auto squares =
      over_rows([&](double x, std::size_t c) { return (x - means[c]) * (x - means[c]); });
  double sum = 0;
  for (const double square : squares) sum += square / n;
  return sum / static_cast<double>(rows.cols);
}

Result<void> check_options(const MatrixView& rows, const KMeansOptions& options) {
  HOLDFAST_TRY_VOID(check_least("clusters", options.clusters, 1));
  HOLDFAST_TRY_VOID(check_least("starts", options.starts, 1));
  HOLDFAST_TRY_VOID(check_least("iterations_max", options.iterations_max, 1));
  HOLDFAST_TRY_VOID(check_least("tolerance", options.tolerance, 0));
  const auto clusters = static_cast<std::size_t>(options.clusters);
  if (clusters > rows.rows) {
    return Error(errors::kTooFewDistinct, {{"clusters", clusters}, {"distinct", rows.rows}});
  }
  if (options.initial.empty()) return {};
  if (options.initial.size() != clusters * rows.cols) {
    return shape("initial", options.initial.size(), clusters * rows.cols);
  }
  return check_rows({options.initial.data(), clusters, rows.cols});
}

struct Sample {
  std::vector<double> cells;   // [rows x cols]
  std::vector<double> weight;  // How often each row was drawn.
};

/// Rows drawn by weight, one from each of `count` equal stretches of the summed weight.
Sample drawn(const MatrixView& rows, std::span<const double> weight, std::size_t count,
             Random& random) {
  double all = static_cast<double>(rows.rows);
  if (!weight.empty()) all = std::accumulate(weight.begin(), weight.end(), 0.0);
  const double stretch = all / static_cast<double>(count);
  Sample sample;
  double until = 0;
  double next = random.uniform() * stretch;
  std::size_t found = 0;
  for (std::size_t row = 0; row < rows.rows && found < count; ++row) {
    until += weight.empty() ? 1.0 : weight[row];
    double times = 0;
    while (found < count && next < until) {
      ++times;
      ++found;
      next = (static_cast<double>(found) + random.uniform()) * stretch;
    }
    if (times == 0) continue;
    const auto cells = rows.row(row);
    sample.cells.insert(sample.cells.end(), cells.begin(), cells.end());
    sample.weight.push_back(times);
  }
  return sample;
}

/// The start of the least inertia, run to its end. Each draws from a stream of its own.
Result<KMeans> best_start(const MatrixView& rows, std::span<const double> weight,
                          const KMeansOptions& options, double move_max) {
  std::optional<KMeans> best;
  const Random random(options.seed);
  for (int start = 0; start < options.starts; ++start) {
    auto stream = random.split(static_cast<std::uint64_t>(start));
    HOLDFAST_TRY(auto centers,
                 seed_centers(rows, weight, static_cast<std::size_t>(options.clusters), stream));
    HOLDFAST_TRY(auto fit,
                 lloyd(rows, weight, std::move(centers), options.iterations_max, move_max));
    fit.start = start;
    if (!best || fit.inertia < best->inertia) best = std::move(fit);
  }
  return std::move(*best);
}

bool is_tried_on_a_sample(const MatrixView& rows, const KMeansOptions& options) {
  return rows.rows >= kRowsMany &&
         static_cast<std::size_t>(options.clusters) * kSampledEach <= kSampled;
}

}  // namespace

Result<KMeans> fit_kmeans(const MatrixView& rows, std::span<const double> weight,
                          const KMeansOptions& options) {
  HOLDFAST_TRY_VOID(check_rows(rows));
  HOLDFAST_TRY_VOID(check_weights(weight, rows.rows));
  HOLDFAST_TRY_VOID(check_options(rows, options));
  const double move_max = options.tolerance > 0 ? options.tolerance * mean_variance(rows) : 0;
  if (!options.initial.empty()) {
    return lloyd(rows, weight, {options.initial.begin(), options.initial.end()},
                 options.iterations_max, move_max);
  }
  if (!is_tried_on_a_sample(rows, options)) return best_start(rows, weight, options, move_max);
  auto random = Random(options.seed).split(kSampleStream);
  const auto sample = drawn(rows, weight, kSampled, random);
  const MatrixView some{sample.cells.data(), sample.weight.size(), rows.cols};
  const auto tried = best_start(some, sample.weight, options,
                                std::max(options.tolerance, kToleranceOfSample) * mean_variance(some));
  // Hardly ever: so many rows are alike that the sample has fewer kinds than clusters.
  if (!tried.ok()) return best_start(rows, weight, options, move_max);
  HOLDFAST_TRY(auto fit, lloyd(rows, weight, tried->centers, options.iterations_max, move_max));
  fit.start = tried->start;
  return fit;
}

Result<Assignment> assign(const KMeans& kmeans, const MatrixView& rows) {
  if (rows.cols != kmeans.cols) return shape("a row", rows.cols, kmeans.cols);
  HOLDFAST_TRY_VOID(check_rows(rows));
  const Centers centers(kmeans.centers, kmeans.weight.size(), rows.cols);
  Assignment found{std::vector<std::uint32_t>(rows.rows), std::vector<double>(rows.rows)};
  parallel_for(rows.rows, kRowBlock, [&](std::size_t begin, std::size_t end) {
    NearestOfMany near(centers, rows, [&](std::size_t row, const Centers::Nearest& nearest) {
      found.labels[row] = nearest.center;
      found.distance[row] = std::sqrt(nearest.squared);
    });
    for (std::size_t row = begin; row < end; ++row) near.ask(row);
    near.finish();
  });
  return found;
}

Result<double> inertia(const MatrixView& rows, std::span<const double> weight,
                       std::span<const double> centers, std::span<const std::uint32_t> labels) {
  HOLDFAST_TRY_VOID(check_rows(rows));
  HOLDFAST_TRY_VOID(check_weights(weight, rows.rows));
  if (labels.size() != rows.rows) return shape("labels", labels.size(), rows.rows);
  const auto clusters = centers.size() / rows.cols;
  if (centers.empty() || clusters * rows.cols != centers.size()) {
    return shape("centers", centers.size(), std::max<std::size_t>(clusters, 1) * rows.cols);
  }
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] >= clusters) {
      return Error(errors::kBadLabel,
                   {{"row", row + 1}, {"label", labels[row]}, {"clusters", clusters}});
    }
  }
  return inertia_of(rows, weight, centers, labels);
}

}  // namespace holdfast::grouping
