#pragma once

#include <cstddef>

namespace holdfast::network {

/// Widths are multiples of this.
constexpr std::size_t kTileColumns = 8;

/// c += a b. Each element is added up in the order of the depth, wherever it stands and on whatever
/// machine: the same bits.
///
/// Shapes     a: [rows x depth], element (r, k) at a[r × row_step + k × depth_step]; b: [depth x
///            width]; c: [rows x width]; b and c row-major, width a multiple of kTileColumns.
struct Left {
  const double* data;
  std::size_t row_step, depth_step;
};
void add_product(Left a, const double* b, std::size_t rows, std::size_t depth, std::size_t width,
                 double* c);

}  // namespace holdfast::network
