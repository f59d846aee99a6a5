#pragma once

#include <cstddef>
#include <span>

namespace holdfast {

/// A read-only row-major matrix somebody else owns.
struct MatrixView {
  const double* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;

  double operator()(std::size_t row, std::size_t col) const { return data[row * cols + col]; }
  std::span<const double> row(std::size_t r) const { return {data + r * cols, cols}; }
};

}  // namespace holdfast
