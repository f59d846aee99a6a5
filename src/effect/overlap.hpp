#pragma once

#include <span>
#include <string>

#include "core/error.hpp"
#include "core/matrix_view.hpp"
#include "effect/trial.hpp"

namespace holdfast::effect {

/// Refuses columns that decide the treatment, so that nobody can be compared.
///
/// A run is a range of a column's values where all rows are of one group. kDecided: runs hold every
/// row, and random treatment would give so few runs, or such agreement within equal values, once in
/// ten thousand times at most. kNoOverlap: a run so long that, had the absent group there a
/// chance of 5 % (or a quarter of its share of all rows, if that is less), such a run would stand
/// anywhere once in a million times at most.
/// Shapes: names has x.cols entries. Errors: those of check(), kShape, kBadValue, kDecided,
/// kNoOverlap. Cost: a sort of each column, columns in parallel.
Result<void> check_overlap(const Trial& trial, MatrixView x, std::span<const std::string> names);

/// Refuses probabilities of being treated within `least` of 0 or 1. Errors: kPropensity, kShape.
Result<void> check_propensities(std::span<const double> propensity, std::size_t rows, double least);

/// Shapes and finite values of a matrix for a trial, and check(). Errors: kShape, kBadValue.
Result<void> check_columns(const Trial& trial, MatrixView x, std::span<const std::string> names);

}  // namespace holdfast::effect
