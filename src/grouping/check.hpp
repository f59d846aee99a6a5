#pragma once

#include <span>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

namespace holdfast::grouping {

/// Every cell a finite number, at least one row and column.
/// Errors: kNoRows, kNoColumns, kAllMissing, kBadValue.
Result<void> check_rows(const MatrixView& rows);

/// Empty (each row counts once), or one finite weight from 0 on a row, not all 0.
/// Errors: kShape, kBadWeight, kNoRows.
Result<void> check_weights(std::span<const double> weight, std::size_t rows);

/// Errors: kBadOption.
Result<void> check_least(std::string_view option, double value, double least);

}  // namespace holdfast::grouping
