#pragma once

#include <cstddef>
#include <span>

namespace holdfast::analyses {

/// Cramér's V of a table of counts, without what chance alone gives: 0 to 1. 0 where either side does
/// not vary, or every row is a state of its own, as nothing can be told from chance then.
///
/// Shapes   cells: [rows x columns], row by row.
/// Source   Bergsma (2013), Journal of the Korean Statistical Society 42, 323–328.
double cramers_v(std::span<const double> cells, std::size_t columns);

}  // namespace holdfast::analyses
