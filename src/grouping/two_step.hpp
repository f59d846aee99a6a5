#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

namespace holdfast::grouping {

/// Rows of numbers and of levels; either part may have no columns.
struct MixedRows {
  std::size_t rows = 0;
  MatrixView numbers;                             // [rows x numbers]
  std::span<const std::uint32_t> levels;          // [rows x categorical], counted from 0.
  std::span<const std::uint32_t> levels_count{};  // [categorical]
};

enum class TwoStepDistance { LogLikelihood, Euclidean };
enum class Criterion { Bic, Aic };

struct TwoStepOptions {
  TwoStepDistance distance = TwoStepDistance::LogLikelihood;
  Criterion criterion = Criterion::Bic;
  int clusters = 0;  // 0: found by the criterion and the ratios of distances.
  int clusters_max = 15;
  /// What is of use: no fewer clusters, none with a smaller or larger share of the rows. Where the
  /// criterion finds something else (one large kind and crumbs, or no kinds at all), the rows are
  /// divided without leaning to large clusters, and of the divisions of use that with the largest
  /// drop in distance is taken. Of no account where the number is asked for, or where the clusters
  /// found lie so far apart that the drop in distance is fourfold.
  int clusters_min = 1;
  double share_min = 0;
  double share_max = 1;
  /// A category counts no more than a flag of two even levels: its part of the distance is taken
  /// times ln 2 ÷ entropy where that is below 1. Else ten regions outweigh three numbers.
  bool balances = false;
  /// Entries of the tree with fewer rows than this share of the largest are set aside as outliers;
  /// 0: none. SPSS offers 0.25.
  double noise_share = 0;
  std::uint64_t seed = 1;  // Rows enter the tree in this order, as it depends on the order.
};

/// Why a number of clusters was chosen; a row per number tried, from 1.
struct NumberStep {
  int clusters = 0;
  double criterion = 0;       // BIC or AIC of the rows sampled.
  double change = 0;          // Less the criterion of one cluster more; 0 in the last step.
  double change_ratio = 0;    // To the change from one cluster; 0 in the last step.
  double distance = 0;        // Between the two nearest clusters; 0 for one cluster.
  double distance_ratio = 0;  // To the distance with one cluster more; 0 where there is none.
  double smallest = 0, largest = 0;  // Shares of the rows in clusters.
};

/// A cluster as its sums. Numbers are standardised over all rows; constant ones are left at 0.
struct TwoStepProfile {
  double rows = 0;
  std::vector<double> sum;
  std::vector<double> squares;
  std::vector<double> counts;  // All levels of the first categorical column, then of the next.
};

inline constexpr std::int32_t kNoise = -1;

struct TwoStep {
  TwoStepDistance distance = TwoStepDistance::LogLikelihood;
  std::vector<double> mean;   // [numbers]
  std::vector<double> scale;  // [numbers] standard deviation; 0: constant.
  std::vector<double> pull;   // [numbers] overall variance added to a cluster's; see Measure.
  std::vector<std::uint32_t> levels_count;
  std::vector<double> level_weight;  // [categorical] what it counts; 1 unless balanced.
  std::vector<double> share;  // Of all levels over all rows, as TwoStepProfile::counts; none is 0.
  bool by_size = true;  // Rows lean to large clusters: where kinds were found, not asked for.
  bool is_division = false;  // No kinds of use were found: a division of what runs into each other.
  std::vector<TwoStepProfile> clusters;  // The largest first; what rows are compared with.
  double noise_distance = 0;  // Rows of a larger distance are noise; infinity without noise.
  std::vector<std::int32_t> labels;      // [rows] cluster or kNoise.
  std::vector<std::size_t> sizes;        // [clusters] rows placed in it.
  std::size_t noise = 0;                 // Rows placed in none.
  std::vector<NumberStep> steps;
  std::size_t entries = 0;  // Of the tree.
  double threshold = 0;     // Rows nearer than this shared an entry.
};

/// Which customers, by numbers and categories together, are alike, and how many kinds are there?
/// A tree of summaries (BIRCH, Zhang, Ramakrishnan & Livny 1996; 8 branches, 3 levels) holds the
/// rows in at most 512 entries, which are merged nearest first (Chiu et al. 2001; SPSS Statistics
/// Algorithms, "TWOSTEP CLUSTER") down to twice clusters_max. From there rows of a sample of
/// 16,384 move to where they cost least (classification EM, Celeux & Govaert 1992) before each
/// further merging, and the criterion counts what it takes to say which cluster a row is in
/// (Symons 1981): without it a split by any column looks like a gain, and rows with stray levels
/// make clusters of their own. The number: where the criterion is least; if it still falls at
/// clusters_max, as in SPSS, that of the largest drop in distance. So too among divisions of use.
/// Errors: kNoRows, kNoColumns, kShape, those of check_rows, kBadLevel, kBadOption,
/// kNothingVaries, kNeedsNumbers, kTooFewDistinct. Cost: linear in rows.
Result<TwoStep> fit_two_step(const MixedRows& rows, const TwoStepOptions& options = {});

struct TwoStepAssignment {
  std::vector<std::int32_t> labels;  // [rows] the nearest cluster, or kNoise.
  std::vector<double> distance;      // [rows] what one more such row costs its cluster (≥ 0), or
                                     // for TwoStepDistance::Euclidean squared, to its centre.
};

/// Where do new customers belong? Errors: kNoRows, kShape, those of check_rows, kBadLevel.
Result<TwoStepAssignment> assign(const TwoStep& fit, const MixedRows& rows);

/// A cluster as what a row costs there, in the caller's numbers: base + Σ weight (x − center)² +
/// Σ level. The row belongs where that and `lean` are least, unless it is above noise_distance.
struct TwoStepCost {
  double base = 0;
  double lean = 0;             // Less for a large cluster.
  std::vector<double> center;  // [numbers]
  std::vector<double> weight;  // [numbers]
  std::vector<double> level;   // All levels of the first categorical column, then of the next.
};
/// What `assign` compares, for those who save the clusters or draw them.
std::vector<TwoStepCost> costs(const TwoStep& fit);

/// ξ_a + ξ_b − ξ_ab of two profiles of a fit's shape: how much likelihood their merging costs.
double log_likelihood_distance(const TwoStep& fit, const TwoStepProfile& a,
                               const TwoStepProfile& b);

}  // namespace holdfast::grouping
