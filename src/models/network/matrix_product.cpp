#include "models/network/matrix_product.hpp"

#include "models/forms/lanes.hpp"

namespace holdfast::network {
namespace {

using forms::kLane;
using forms::Lane;
using forms::load;
using forms::store;

/// `kRows` rows of two lanes, held in registers over the whole depth.
template <std::size_t kRows>
void add_tile(Left a, const double* b, std::size_t depth, std::size_t width, double* c) {
  Lane sums[kRows][2];
  for (std::size_t r = 0; r < kRows; ++r) {
    sums[r][0] = load(c + r * width);
    sums[r][1] = load(c + r * width + kLane);
  }
  for (std::size_t k = 0; k < depth; ++k) {
    const Lane b0 = load(b + k * width);
    const Lane b1 = load(b + k * width + kLane);
    for (std::size_t r = 0; r < kRows; ++r) {
      const double left = a.data[r * a.row_step + k * a.depth_step];
      sums[r][0] += left * b0;
      sums[r][1] += left * b1;
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    store(c + r * width, sums[r][0]);
    store(c + r * width + kLane, sums[r][1]);
  }
}

}  // namespace

void add_product(Left a, const double* b, std::size_t rows, std::size_t depth, std::size_t width,
                 double* c) {
  constexpr std::size_t kRows = 4;
  for (std::size_t r = 0; r < rows;) {
    const std::size_t step = r + kRows <= rows ? kRows : 1;
    const Left left{a.data + r * a.row_step, a.row_step, a.depth_step};
    for (std::size_t j = 0; j < width; j += kTileColumns) {
      if (step == kRows) add_tile<kRows>(left, b + j, depth, width, c + r * width + j);
      else add_tile<1>(left, b + j, depth, width, c + r * width + j);
    }
    r += step;
  }
}

}  // namespace holdfast::network
