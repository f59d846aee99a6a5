#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix_view.hpp"

namespace holdfast::effect {

/// Columns as small codes. A value's code is how many cuts lie below it.
struct BinnedColumns {
  std::vector<std::vector<double>> cuts;         // [cols], rising; at most bins − 1 each.
  std::vector<std::vector<std::uint8_t>> codes;  // [cols][rows].
};

/// Cuts half way between neighbouring values where there are few, else at quantiles; from a fixed
/// draw of rows where there are more than 30 000. Columns and rows in parallel, same bits always.
/// Requires: finite values, bins from 2 to 256.
BinnedColumns bin(MatrixView x, std::size_t bins);

}  // namespace holdfast::effect
