#pragma once

#include <cstdint>
#include <vector>

#include "models/significance/chi_squared.hpp"

/// Merging the categories of a predictor that the outcome does not tell apart.
///
/// Source: Kass (1980), An exploratory technique for investigating large quantities of categorical
/// data, Applied Statistics 29, 119–127; Biggs, de Ville & Suen (1991), A method of choosing multiway
/// partitions for classification and decision trees, Journal of Applied Statistics 18, 49–62.
namespace holdfast::chaid {

using significance::independence;
using significance::Statistic;
using significance::Test;

/// Which categories may come together: neighbours, or any two.
enum class Order : std::uint8_t { Monotonic, Free };

/// A predictor's categories at a node by class. A missing category stands last and may join any
/// other: with Monotonic the predictor is then floating.
struct Predictor {
  Order order = Order::Free;
  bool has_missing = false;
  std::size_t classes_count = 2;
  std::vector<double> counts;       // [categories x classes] weight; no category is empty.
  std::size_t values_count = 0;     // Categories before any were put together; 0: as in counts.

  std::size_t categories_count() const { return counts.size() / classes_count; }
};

struct Options {
  bool is_exhaustive = false;
  Statistic statistic = Statistic::Pearson;
  double alpha_merge = 0.05;
  double alpha_split = 0.05;
  bool is_resplitting = false;      // Merged categories may be parted again.
  double alpha_resplit = 0.05;
  bool is_adjusted = true;          // Bonferroni.
  double leaf_weight_min = 50;
  double split_weight_min = 100;
  int depth_max = 3;
  std::size_t bins_max = 10;        // Of a numeric column.
  std::size_t categories_max = 60;  // Of a category column at a node, before they are put together.
};

struct Merged {
  std::vector<std::vector<std::size_t>> groups;  // Categories of each, ascending; ordered by first.
  Test test;                                     // Of groups against classes.
  double log_adjusted_p = 0;                     // At most 0.
};

/// CHAID: merges the most alike pair while its p-value is above alpha_merge. Exhaustive CHAID: merges
/// down to two and takes the step of least p-value. Then groups below leaf_weight_min join the group
/// most alike. One group: p-value 1.
Merged merged(const Predictor& predictor, const Options& options);

/// log of Bonferroni's multiplier for `from` categories merged into `to`.
double log_multiplier(const Predictor& predictor, std::size_t to, const Options& options);

}  // namespace holdfast::chaid
