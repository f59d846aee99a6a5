// Reference: scikit-learn 1.9.1 (tests/reference/grouping/SOURCE.md).
#include "grouping/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "grouping/errors.hpp"
#include "grouping/reference_values.hpp"

namespace holdfast::grouping {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> as_numbers(const std::vector<std::uint32_t>& labels) {
  return {labels.begin(), labels.end()};
}

void expect_case(const std::string& name, std::size_t count, std::size_t cols,
                 std::size_t clusters) {
  const auto made = reference_rows(count, cols);
  const MatrixView rows{made.cells.data(), count, cols};
  KMeansOptions options{.clusters = static_cast<int>(clusters), .tolerance = 0};
  options.initial = std::span(made.cells).first(clusters * cols);
  for (const std::string kind : {"plain", "weighted"}) {
    const std::span<const double> weight =
        kind == "plain" ? std::span<const double>() : std::span<const double>(made.weight);
    const auto fit = fit_kmeans(rows, weight, options);
    ASSERT_TRUE(fit.ok());
    const auto at = name + "." + kind;
    expect_near(as_numbers(fit->labels), at + ".labels", 0);
    expect_near(fit->centers, at + ".centers", 1e-12);
    expect_near({fit->inertia}, at + ".inertia", 1e-9);
    expect_near({static_cast<double>(fit->iterations)}, at + ".iterations", 0);
    EXPECT_TRUE(fit->converged);
    EXPECT_EQ(*inertia(rows, weight, fit->centers, fit->labels), fit->inertia);
  }
  options.tolerance = 0.01;
  const auto loose = fit_kmeans(rows, {}, options);
  expect_near({static_cast<double>(loose->iterations)}, name + ".loose.iterations", 0);
  expect_near({loose->inertia}, name + ".loose.inertia", 1e-9);
}

TEST(KMeansReference, EqualsScikitLearn) {
  expect_case("small", 300, 3, 4);
  expect_case("wide", 400, 7, 20);
}

TEST(KMeansReference, StartsFindNoWorseInertia) {
  for (const auto& [name, count, cols, clusters] :
       {std::tuple{"small", 300U, 3U, 4}, std::tuple{"wide", 400U, 7U, 20}}) {
    const auto made = reference_rows(count, cols);
    const auto fit = fit_kmeans({made.cells.data(), count, cols}, {},
                                {.clusters = clusters, .starts = 50, .tolerance = 0});
    EXPECT_LE(fit->inertia, reference(std::string(name) + ".best.inertia")[0] * (1 + 2e-3)) << name;
  }
}

std::vector<double> random_rows(std::size_t count, std::size_t cols, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> cells;
  for (std::size_t i = 0; i < count * cols; ++i) cells.push_back(random.normal());
  return cells;
}

/// Lloyd's iterations without any pruning.
std::vector<double> brute_force(const std::vector<double>& cells, std::size_t cols,
                                std::vector<double> centers) {
  const auto clusters = centers.size() / cols;
  std::vector<std::size_t> labels(cells.size() / cols, clusters);
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<double> sums(centers.size());
    std::vector<double> count(clusters);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      std::size_t best = 0;
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < clusters; ++k) {
        double d = 0;
        for (std::size_t c = 0; c < cols; ++c) {
          d += (cells[i * cols + c] - centers[k * cols + c]) *
               (cells[i * cols + c] - centers[k * cols + c]);
        }
        if (d < least) {
          least = d;
          best = k;
        }
      }
      changed |= best != labels[i];
      labels[i] = best;
      count[best] += 1;
      for (std::size_t c = 0; c < cols; ++c) sums[best * cols + c] += cells[i * cols + c];
    }
    for (std::size_t i = 0; i < sums.size(); ++i) centers[i] = sums[i] / count[i / cols];
  }
  return centers;
}

TEST(KMeans, PruningChangesNothing) {
  for (const std::size_t clusters : {1U, 2U, 8U, 9U, 16U, 17U, 40U}) {
    for (const std::size_t cols : {1U, 2U, 6U}) {
      const auto cells = random_rows(3000, cols, 7 + clusters);
      KMeansOptions options{.clusters = static_cast<int>(clusters), .iterations_max = 10000};
      options.tolerance = 0;
      options.initial = std::span(cells).first(clusters * cols);
      const auto fit = fit_kmeans({cells.data(), 3000, cols}, {}, options);
      ASSERT_TRUE(fit.ok());
      const auto wanted =
          brute_force(cells, cols, {options.initial.begin(), options.initial.end()});
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_NEAR(fit->centers[i], wanted[i], 1e-12) << clusters << " " << cols;
      }
    }
  }
}

TEST(KMeans, HasTheSameBitsForAnyThreadCount) {
  const auto cells = random_rows(40'000, 3, 3);
  const KMeansOptions options{.clusters = 20, .starts = 2, .iterations_max = 30};
  set_threads(1);
  const auto one = fit_kmeans({cells.data(), 40'000, 3}, {}, options);
  set_threads(0);
  const auto all = fit_kmeans({cells.data(), 40'000, 3}, {}, options);
  EXPECT_EQ(one->centers, all->centers);
  EXPECT_EQ(one->labels, all->labels);
  EXPECT_EQ(one->inertia, all->inertia);
}

// Many rows: the starts run on a sample; where they end must be as good as from all rows.
TEST(KMeans, StartsOnASampleEndAsWell) {
  constexpr std::size_t kRows = 150'000;
  Random random(17);
  std::vector<double> cells;
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto kind = static_cast<double>(random.below(6));
    for (int c = 0; c < 3; ++c) cells.push_back(4 * std::sin(kind * (c + 1)) + random.normal());
  }
  const MatrixView rows{cells.data(), kRows, 3};
  const KMeansOptions options{.clusters = 6, .starts = 5, .tolerance = 0, .seed = 3};
  const auto fit = fit_kmeans(rows, {}, options);
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(fit->converged);
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t start = 0; start < 5; ++start) {
    KMeansOptions given = options;
    given.initial = std::span(cells).subspan(start * 18, 18);
    best = std::min(best, fit_kmeans(rows, {}, given)->inertia);
  }
  EXPECT_LE(fit->inertia, best * (1 + 1e-4));
  const std::vector<double> ones(kRows, 1.0);
  EXPECT_NEAR(fit_kmeans(rows, ones, options)->inertia, fit->inertia, 1e-9 * fit->inertia);
  set_threads(1);
  const auto one = fit_kmeans(rows, {}, options);
  set_threads(0);
  EXPECT_EQ(one->centers, fit->centers);
  EXPECT_EQ(one->labels, fit->labels);
}

TEST(KMeans, SamplesOfFewDifferentRowsFallBackOnAllRows) {
  std::vector<double> cells(140'000, 1.0);
  cells[77'777] = 5;
  cells[12] = 9;
  const auto fit = fit_kmeans({cells.data(), cells.size(), 1}, {}, {.clusters = 3, .starts = 2});
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->inertia, 0);
}

TEST(KMeans, AWeightCountsAsThatManyRows) {
  const auto cells = random_rows(200, 2, 4);
  Random random(9);
  std::vector<double> weight;
  std::vector<double> repeated;
  for (std::size_t i = 0; i < 200; ++i) {
    weight.push_back(static_cast<double>(random.below(4)));
    for (int n = 0; n < static_cast<int>(weight.back()); ++n) {
      repeated.insert(repeated.end(), {cells[2 * i], cells[2 * i + 1]});
    }
  }
  KMeansOptions options{.clusters = 5, .tolerance = 0};
  options.initial = std::span(cells).first(10);
  const auto weighted = fit_kmeans({cells.data(), 200, 2}, weight, options);
  const auto plain = fit_kmeans({repeated.data(), repeated.size() / 2, 2}, {}, options);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(weighted->centers[i], plain->centers[i], 1e-12);
  EXPECT_NEAR(weighted->inertia, plain->inertia, 1e-9);
}

TEST(KMeans, AnEmptyClusterTakesTheFarthestRow) {
  const std::vector<double> cells = {0, 1, 2, 10, 11, 30};
  const std::vector<double> initial = {1, 1000, 12};  // Nothing is near 1000: it takes the 30.
  KMeansOptions options{.clusters = 3, .tolerance = 0};
  options.initial = initial;
  const auto fit = fit_kmeans({cells.data(), 6, 1}, {}, options);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->centers, (std::vector<double>{1, 30, 10.5}));
  EXPECT_EQ(fit->labels, (std::vector<std::uint32_t>{0, 0, 0, 2, 2, 1}));
  EXPECT_EQ(fit->weight, (std::vector<double>{3, 1, 2}));
}

TEST(KMeans, PlacesNewRows) {
  const auto cells = random_rows(500, 2, 8);
  const auto fit = fit_kmeans({cells.data(), 500, 2}, {}, {.clusters = 4, .tolerance = 0});
  const auto placed = assign(*fit, {cells.data(), 500, 2});
  EXPECT_EQ(placed->labels, fit->labels);
  double sum = 0;
  for (const double d : placed->distance) sum += d * d;
  EXPECT_NEAR(sum, fit->inertia, 1e-9);
  EXPECT_EQ(assign(*fit, {cells.data(), 500, 1}).error().kind, &errors::kShape);
}

const ErrorKind* refusal(const std::vector<double>& cells, std::size_t cols,
                         const KMeansOptions& options, std::span<const double> weight = {}) {
  const auto fit =
      fit_kmeans({cells.data(), cols == 0 ? 0 : cells.size() / cols, cols}, weight, options);
  return fit.ok() ? nullptr : fit.error().kind;
}

TEST(KMeans, RefusesWhatHasNoAnswer) {
  EXPECT_EQ(refusal({}, 1, {}), &errors::kNoRows);
  EXPECT_EQ(fit_kmeans({nullptr, 3, 0}).error().kind, &errors::kNoColumns);
  EXPECT_EQ(refusal({1, kNan, 2, 3}, 2, {.clusters = 1}), &errors::kBadValue);
  EXPECT_EQ(refusal({1, kNan, 2, kNan}, 2, {.clusters = 1}), &errors::kAllMissing);
  EXPECT_EQ(refusal({1, 1e300}, 1, {.clusters = 1}), &errors::kBadValue);
  EXPECT_EQ(refusal({1, 2}, 1, {.clusters = 0}), &errors::kBadOption);
  EXPECT_EQ(refusal({1, 2}, 1, {.clusters = 1, .tolerance = kNan}), &errors::kBadOption);
  EXPECT_EQ(refusal({1, 2}, 1, {.clusters = 3}), &errors::kTooFewDistinct);
  EXPECT_EQ(refusal({1, 2, 1, 2, 1}, 1, {.clusters = 3}), &errors::kTooFewDistinct);
  const std::vector<double> initial = {1, 2, 3};
  EXPECT_EQ(refusal({1, 2, 1, 2, 1}, 1, {.clusters = 3, .initial = initial}),
            &errors::kTooFewDistinct);
  const std::vector<double> nothing = {0, 0};
  EXPECT_EQ(refusal({1, 2}, 1, {.clusters = 1}, nothing), &errors::kNoRows);
  const std::vector<double> negative = {1, -1};
  EXPECT_EQ(refusal({1, 2}, 1, {.clusters = 1}, negative), &errors::kBadWeight);
  const std::vector<double> one_counts = {1, 0};
  EXPECT_EQ(refusal({1, 2}, 1, {.clusters = 2}, one_counts), &errors::kTooFewDistinct);
}

TEST(KMeans, TakesOneCustomerAndConstantColumns) {
  const std::vector<double> one = {3, 4};
  const auto alone = fit_kmeans({one.data(), 1, 2}, {}, {.clusters = 1});
  EXPECT_EQ(alone->centers, one);
  EXPECT_EQ(alone->inertia, 0);
  const std::vector<double> cells = {7, 1, 7, 2, 7, 10, 7, 11};
  const auto fit = fit_kmeans({cells.data(), 4, 2}, {}, {.clusters = 2});
  EXPECT_EQ(fit->inertia, 1);
  const std::vector<double> same = {7, 7, 7};
  EXPECT_EQ(fit_kmeans({same.data(), 3, 1}, {}, {.clusters = 1})->inertia, 0);
}

}  // namespace
}  // namespace holdfast::grouping
