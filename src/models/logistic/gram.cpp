#include "models/logistic/gram.hpp"

#include "models/logistic/lanes.hpp"

namespace holdfast::logistic {
namespace {

// Columns of a tile: its sums, one row's values and a product fill the sixteen registers of AVX2
// without spilling.
constexpr std::size_t kTileRows = 4;
constexpr std::size_t kTileColumns = 8;
constexpr std::size_t kVectors = kTileColumns / kLane;

/// One tile of sums, held in registers over all rows.
void add_tile(const double* z, std::size_t rows, std::size_t width, std::size_t i, std::size_t j,
              double* gram) {
  Vector sums[kTileRows][kVectors] = {};
  for (std::size_t r = 0; r < rows; ++r) {
    const double* row = z + r * width;
    const Vector v0 = load(row + j);
    const Vector v1 = load(row + j + kLane);
    for (std::size_t a = 0; a < kTileRows; ++a) {
      const double left = row[i + a];
      sums[a][0] += left * v0;
      sums[a][1] += left * v1;
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
