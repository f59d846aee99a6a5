#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Cut points that make states of a number: state i where cuts[i−1] < value <= cuts[i].
namespace holdfast::dataset {

/// One numeric column with its classes; missing cells left out by the caller.
struct Labelled1d {
  std::vector<double> values;
  std::vector<std::uint8_t> y;
  std::vector<double> weight;
};

/// Supervised cuts by recursive entropy minimisation under the minimum description length principle.
/// No cut where none pays for itself.
///
/// Source     Fayyad & Irani (1993), Multi-interval discretization of continuous-valued attributes
///            for classification learning, IJCAI-93, 1022–1027.
std::vector<double> mdlp_cuts(const Labelled1d& column, std::size_t classes_count);

/// At most `bins - 1` cuts that part the weight about evenly, each between two values that occur.
std::vector<double> equal_frequency_cuts(const Labelled1d& column, int bins);

/// `bins - 1` cuts at even distances between the least and the greatest value.
std::vector<double> equal_width_cuts(const Labelled1d& column, int bins);

/// ChiMerge: starts from every value and joins the neighbours most alike by chi-squared until all
/// differ by more than `chi_squared_min` and there are at most `bins`. Columns of more values start
/// from kChiMergeStarts states of even weight. Expected counts below 0.5 count as 0.5.
///
/// Cost       O(n log n + states²).
/// Source     Kerber (1992), ChiMerge: discretization of numeric attributes, AAAI-92, 123–128.
constexpr std::size_t kChiMergeStarts = 2048;
std::vector<double> chi_merge_cuts(const Labelled1d& column, std::size_t classes_count, int bins,
                                   double chi_squared_min);

/// Cuts of the binary tree that grows best first by Gini impurity: at most `bins` leaves, each with
/// at least `share_min` of the weight.
///
/// Source     Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, ch. 4.
std::vector<double> tree_cuts(const Labelled1d& column, std::size_t classes_count, int bins,
                              double share_min);

/// Which state a value is in.
std::size_t state_of(std::span<const double> cuts, double value);

}  // namespace holdfast::dataset
