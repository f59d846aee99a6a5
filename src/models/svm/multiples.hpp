#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"

namespace holdfast::svm {

/// Case weights as whole numbers: weight i = copies[i] × unit[y[i]].
struct Multiples {
  std::vector<std::uint32_t> copies;  // [rows] 0: no row.
  double unit[2] = {1, 1};
  std::size_t total = 0;              // Copies in all.
};

/// LIBSVM and LIBLINEAR know weights of classes, not of rows. A row of weight w has w × C in the
/// objective, which is what w copies of it have, and what C × unit and w / unit copies have. So
/// weights that are whole multiples of one number, a number for each class, are met exactly; others
/// are refused, as drawing rows by weight would fit another sample.
///
/// Errors     kFractionalWeights, also where copies would be more than kCopiesPerRow × rows.
Result<Multiples> multiples_of(std::span<const double> weight, std::span<const std::uint8_t> y);

constexpr std::size_t kCopiesPerRow = 20;

}  // namespace holdfast::svm
