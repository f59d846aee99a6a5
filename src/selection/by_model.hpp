#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/model.hpp"

namespace holdfast::selection {

/// A column and a figure; strongest first in lists.
struct Strength {
  std::string name;
  double value = 0;
};

/// What a linear model makes of columns: Σ |coefficient × deviation of the term| of each column's terms.
/// With a lasso this is its own choice: columns it left out have 0.
/// Shapes     columns: training rows.
std::vector<Strength> linear_strengths(const FittedModel& model, const dataset::Columns& columns);

/// How much the AUC falls when a column's values are dealt out anew among the rows, the mean of
/// `repeats`; below 0 is noise.
///
/// Cost       columns × repeats × a prediction of all rows.
/// Source     Breiman (2001), Machine Learning 45, 5–32, section 10; Fisher, Rudin & Dominici (2019),
///            JMLR 20(177).
std::vector<Strength> permutation_strengths(const FittedModel& model,
                                            const dataset::Columns& columns,
                                            std::span<const std::uint8_t> y, int repeats,
                                            std::uint64_t seed);

/// Contributions by sensitivity of the answer at the mean (models/sensitivity.hpp); they add up to 1.
/// Shapes     columns: training rows; weight: [rows].
std::vector<Strength> sensitivity_strengths(const FittedModel& model,
                                            const dataset::Columns& columns,
                                            std::span<const double> weight);

/// The strongest that together reach `share` of the sum (80/20).
std::vector<std::string> reaching(const std::vector<Strength>& strengths, double share);

}  // namespace holdfast::selection
