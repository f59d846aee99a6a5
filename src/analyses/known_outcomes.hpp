#pragma once

#include <cstdint>
#include <vector>

#include "features/matrix.hpp"

namespace holdfast::analyses {

/// Rows of which it is known what became of them, whatever models may learn from: those a rate is of.
/// Who went by a competing exit was active and is in it; he did not churn.
inline std::vector<std::uint32_t> rows_with_outcome(const features::FeatureMatrix& matrix) {
  using features::OutcomeState;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    const auto outcome = matrix.outcome[row];
    if (outcome != OutcomeState::Immature && outcome != OutcomeState::Unknown) rows.push_back(row);
  }
  return rows;
}

}  // namespace holdfast::analyses
