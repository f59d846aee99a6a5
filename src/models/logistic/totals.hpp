#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

namespace holdfast::logistic {

/// What the rows of a fit come to.
struct Totals {
  int rows_count = 0;  // With weight above zero.
  double weight = 0, churned = 0;

  double share() const { return churned / weight; }
  /// −2 ln likelihood of the intercept alone.
  double null_deviance() const;
  /// Log odds of the outcome as the only estimate. Shapes: [k].
  std::vector<double> null_beta(std::size_t k) const;
};

/// Errors: kNoRows, kOneClass.
Result<Totals> totals_of(MatrixView x, std::span<const std::uint8_t> y,
                         std::span<const double> weight);

}  // namespace holdfast::logistic
