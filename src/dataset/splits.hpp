#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/day.hpp"
#include "core/error.hpp"
#include "dataset/dataset.hpp"
#include "study/study.hpp"

/// Which rows train, validate and test.
namespace holdfast::dataset {

/// Days from a row's cutoff to the end of its outcome window, or split.embargo_days where given.
/// Contract-relative cutoffs: the largest offset plus the grace.
int embargo_days_of(const study::Study& study);

/// Rows whose outcome is known, in matrix order, seen through what a split needs.
struct Labelled {
  std::vector<std::uint32_t> rows;       // Of the matrix.
  std::vector<std::int32_t> cutoff_day;  // [rows]
  std::vector<std::uint8_t> y;           // [rows]
};

/// Fills `split` of the labelled rows; the others keep what they have. Says in `notes` what it
/// chose.
Result<void> assign_splits(const features::FeatureMatrix& matrix, const Labelled& labelled,
                           const study::Study& study, std::vector<Split>& split,
                           std::vector<Text>& notes);

}  // namespace holdfast::dataset
