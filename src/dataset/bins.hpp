#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/preparation.hpp"

/// Bins for weight of evidence.
namespace holdfast::dataset {

/// At most options.bins_max bins of about equal weight, the most alike neighbours (chi-squared)
/// joined first, and all that differ by less than options.bin_chi_squared_min; missing cells have a bin of their own. Counts are smoothed by half a row, so that
/// every weight of evidence is finite. Monotone bins come of pooling adjacent violators.
///
/// Source     Kerber (1992), ChiMerge, AAAI-92, 123–128; Barlow et al. (1972), Statistical Inference
///            under Order Restrictions, section 1.2.
std::vector<Bin> numeric_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                              std::span<const double> weight, const PreparationOptions& options);

/// Bins that end at `cuts` (ascending) and the one above them; those without rows join the next.
/// Missing cells as above.
std::vector<Bin> numeric_bins_at(const ColumnView& column, std::span<const std::uint8_t> y,
                                 std::span<const double> weight, std::span<const double> cuts);

/// One bin a category, rare ones joined, ordered by event rate and joined like numeric ones.
std::vector<Bin> category_bins(const ColumnView& column, std::span<const std::uint8_t> y,
                               std::span<const double> weight, const PreparationOptions& options);

}  // namespace holdfast::dataset
