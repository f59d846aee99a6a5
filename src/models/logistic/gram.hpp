#pragma once

#include <cstddef>

/// XᵀX of a block of rows, the inner loop of every Newton pass.
namespace holdfast::logistic {

/// Padded width: a multiple of the tile, so that no tile is cut.
std::size_t padded(std::size_t columns);

/// Adds the upper triangle of zᵀz to `gram`.
///
/// Shapes     z: [rows x width] row-major, width = padded(p), zero beyond p; gram: [width x width].
/// Cost       rows × width² / 2 multiplications and additions.
void add_gram(const double* z, std::size_t rows, std::size_t width, double* gram);

}  // namespace holdfast::logistic
