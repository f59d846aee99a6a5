#include "survival/outer_sum.hpp"

#include <algorithm>

#include "survival/lanes.hpp"

namespace holdfast::survival {
namespace {

constexpr std::size_t kBatch = 128;  // Rows that stay in the nearest cache for all tiles.
constexpr std::size_t kTileRows = 4;

/// One tile of sums, held in registers over all rows of the batch.
template <std::size_t kVectors>
void add_tile(const double* batch, std::size_t rows, std::size_t width, std::size_t i,
              std::size_t j, double* sum) {
  Vector sums[kTileRows][kVectors] = {};
  for (std::size_t r = 0; r < rows; ++r) {
    const double* row = batch + r * width;
    Vector right[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) right[v] = load(row + j + v * kLane);
#pragma GCC unroll 4  // A loop would keep the sums in memory.
    for (std::size_t a = 0; a < kTileRows; ++a) {
      const double left = row[i + a];
#pragma GCC unroll 2
      for (std::size_t v = 0; v < kVectors; ++v) sums[a][v] += left * right[v];
    }
  }
#pragma GCC unroll 4
  for (std::size_t a = 0; a < kTileRows; ++a) {
    double* out = sum + (i + a) * width + j;
#pragma GCC unroll 2
    for (std::size_t v = 0; v < kVectors; ++v) {
      store(out + v * kLane, load(out + v * kLane) + sums[a][v]);
    }
  }
}

}  // namespace

OuterSum::OuterSum(std::size_t columns)
    : columns_(columns),
      width_((columns + kLane - 1) / kLane * kLane),
      batch_(kBatch * width_),
      sum_(width_ * width_) {}

double* OuterSum::next() {
  if (filled_ == kBatch) flush();
  return batch_.data() + filled_++ * width_;
}

void OuterSum::flush() {
  for (std::size_t j = 0; j < width_;) {
    const bool is_wide = j + 2 * kLane <= width_;
    const auto end = j + (is_wide ? 2 : 1) * kLane;
    for (std::size_t i = 0; i < end; i += kTileRows) {
      if (is_wide) add_tile<2>(batch_.data(), filled_, width_, i, j, sum_.data());
      else add_tile<1>(batch_.data(), filled_, width_, i, j, sum_.data());
    }
    j = end;
  }
  filled_ = 0;
}

std::vector<double> OuterSum::total() {
  flush();
  std::vector<double> whole(columns_ * columns_);
  for (std::size_t a = 0; a < columns_; ++a) {
    for (std::size_t b = a; b < columns_; ++b) {
      whole[a * columns_ + b] = whole[b * columns_ + a] = sum_[a * width_ + b];
    }
  }
  return whole;
}

}  // namespace holdfast::survival
