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

/// Which state a value is in.
std::size_t state_of(std::span<const double> cuts, double value);

}  // namespace holdfast::dataset
