#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "models/model.hpp"

namespace holdfast::explanation {

/// Up to rows_max rows at a fixed stride, as the model reads them.
class Sample {
 public:
  Sample(const FittedModel& model, const dataset::Columns& columns, std::size_t rows_max);

  std::size_t rows() const { return rows_; }
  std::span<const forms::Cell> row(std::size_t r) const {
    return std::span(cells_).subspan(r * width_, width_);
  }

 private:
  std::size_t width_, rows_;
  std::vector<forms::Cell> cells_;
};

/// Index of a column of the model. The name must be there.
std::size_t column_index(const FittedModel& model, const std::string& name);

/// Log odds, cut where a probability rounds to 0 or 1.
inline double logit_of(double p) {
  constexpr double kLeast = 1e-9;
  p = p < kLeast ? kLeast : p > 1 - kLeast ? 1 - kLeast : p;
  return std::log(p / (1 - p));
}

}  // namespace holdfast::explanation
