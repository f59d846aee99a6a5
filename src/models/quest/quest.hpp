#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/binary_tree/grower.hpp"
#include "models/significance/variance_analysis.hpp"

/// QUEST: a binary tree that first chooses the column by tests, so that columns with many values
/// have no advantage, and then the place of the split by discriminant analysis.
///
/// Source: Loh & Shih (1997), Split selection methods for classification trees, Statistica Sinica 7,
/// 815–840.
namespace holdfast::quest {

struct Options {
  double alpha = 0.05;
  std::size_t leaf_rows_min = 7;
};

/// The finder of QUEST's splits for rows that weigh as `scales` says; both outlive it.
std::unique_ptr<binary_tree::SplitFinder> finder(const binary_tree::Sample& sample,
                                                 const binary_tree::Scales& scales,
                                                 const Options& options);

/// p-values of one column at a node, as natural logarithms.
struct ColumnTest {
  bool is_usable = false;    // It varies here.
  bool is_category = false;
  double log_p = 0;          // Numeric: F of means. Category: chi-squared.
  double log_p_spread = 0;   // Numeric: Levene's F, of distances from the class means.
};

/// The column that is split: the least p-value where it is significant after Bonferroni, else the
/// least of Levene's where that is, else the least of the first again. −1: none is usable.
/// Source: Loh & Shih (1997), algorithm 1.
std::int32_t chosen_column(std::span<const ColumnTest> tests, double alpha);

/// Which classes stand together on one side: two groups by their means.
/// Shapes: [classes]; empty classes false. Source: Loh & Shih (1997), algorithm 2.
std::vector<bool> superclass_of(std::span<const significance::Moments> classes);

/// Where two normal distributions of unlike spread, weighed by their weight, are equally likely: of
/// two such places the one between the means, else the nearer to the mean of a; the middle of the
/// means where there is none.
/// Source: Loh & Shih (1997), section 2.2.
double discriminant_cut(const significance::Moments& a, const significance::Moments& b);

/// Scores of the rows of a table that tell its columns apart best: the largest discriminant
/// coordinate (CRIMCOORD) of the categories' indicators.
/// Shapes: counts [categories x classes], no empty category. Result: [categories].
/// Source: Loh & Shih (1997), section 2.1.2; Gnanadesikan (1977).
std::vector<double> discriminant_scores(std::span<const double> counts, std::size_t classes);

}  // namespace holdfast::quest
