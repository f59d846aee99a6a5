#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/preparation.hpp"

/// Bins for weight of evidence.
namespace holdfast::dataset {

/// At most options.bins_max bins of about equal weight, the most alike neighbours (chi-squared)
/// joined first; missing cells have a bin of their own. Counts are smoothed by half a row, so that
/// every weight of evidence is finite.
///
/// Source     Kerber (1992), ChiMerge, AAAI-92, 123–128.
std::vector<Bin> numeric_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                              std::span<const double> weight, const PreparationOptions& options);

/// One bin a category, rare ones joined, ordered by event rate and joined like numeric ones.
std::vector<Bin> category_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                               std::span<const double> weight, const PreparationOptions& options);

}  // namespace holdfast::dataset
