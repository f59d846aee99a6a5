#include "models/logistic/gram.hpp"

namespace holdfast::logistic {
namespace {

constexpr std::size_t kVectors = kTileColumns / kLane;

/// One tile of 4 x 12 sums, held in registers over all rows.
void add_tile(const double* z, std::size_t rows, std::size_t width, std::size_t i, std::size_t j,
              double* gram) {
  Vector sums[kTileRows][kVectors] = {};
  for (std::size_t r = 0; r < rows; ++r) {
    const double* row = z + r * width;
    const Vector v0 = load(row + j);
    const Vector v1 = load(row + j + kLane);
    const Vector v2 = load(row + j + 2 * kLane);
    for (std::size_t a = 0; a < kTileRows; ++a) {
      const double left = row[i + a];
      sums[a][0] += left * v0;
      sums[a][1] += left * v1;
      sums[a][2] += left * v2;
    }
  }
  for (std::size_t a = 0; a < kTileRows; ++a) {
    double* out = gram + (i + a) * width + j;
    for (std::size_t b = 0; b < kVectors; ++b) {
      store(out + b * kLane, load(out + b * kLane) + sums[a][b]);
    }
  }
}

}  // namespace

std::size_t padded(std::size_t columns) {
  return (columns + kTileColumns - 1) / kTileColumns * kTileColumns;
}

void add_gram(const double* z, std::size_t rows, std::size_t width, double* gram) {
  for (std::size_t j = 0; j < width; j += kTileColumns) {
    for (std::size_t i = 0; i < j + kTileColumns; i += kTileRows) {
      add_tile(z, rows, width, i, j, gram);
    }
  }
}

}  // namespace holdfast::logistic
