#pragma once

#include <cstddef>
#include <cstring>

/// XᵀX of a block of rows, the inner loop of every Newton pass.
namespace holdfast::logistic {

/// Doubles in one vector register; rows are padded to a multiple of kLane.
constexpr std::size_t kLane = 4;
/// Four doubles in one register (a GCC vector type; plain code on machines without).
typedef double Vector __attribute__((vector_size(kLane * sizeof(double))));

inline Vector load(const double* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);  // Unaligned loads; no aliasing rules broken.
  return v;
}
inline void store(double* to, Vector v) { std::memcpy(to, &v, sizeof v); }

/// Columns of a register tile.
constexpr std::size_t kTileRows = 4;
constexpr std::size_t kTileColumns = 12;

/// Padded width: a multiple of the tile, so that no tile is cut.
std::size_t padded(std::size_t columns);

/// Adds the upper triangle of zᵀz to `gram`.
///
/// Shapes     z: [rows x width] row-major, width = padded(p), zero beyond p; gram: [width x width].
/// Cost       rows × width² / 2 multiplications and additions.
void add_gram(const double* z, std::size_t rows, std::size_t width, double* gram);

}  // namespace holdfast::logistic
