#include "models/svm/multiples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/errors.hpp"

namespace holdfast::svm {
namespace {

constexpr int kDivisorsMax = 12;     // Unit: the least weight, or a half, a third, … of it.
constexpr double kTolerance = 1e-9;  // Relative, for weights such as 0.1 × 3.
constexpr double kCopiesMax = 1e6;

/// The largest unit of which all weights of class k are whole multiples; 0: none.
double unit_of(std::span<const double> weight, std::span<const std::uint8_t> y, std::uint8_t k) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (y[r] == k && weight[r] > 0) least = std::min(least, weight[r]);
  }
  for (int divisor = 1; divisor <= kDivisorsMax; ++divisor) {
    const double unit = least / divisor;
    bool fits = true;
    for (std::size_t r = 0; fits && r < weight.size(); ++r) {
      if (y[r] != k || !(weight[r] > 0)) continue;
      const double copies = weight[r] / unit;
      fits = copies <= kCopiesMax && std::abs(copies - std::round(copies)) <= kTolerance * copies;
    }
    if (fits) return unit;
  }
  return 0;
}

}  // namespace

Result<Multiples> multiples_of(std::span<const double> weight, std::span<const std::uint8_t> y) {
  Multiples result{.copies = std::vector<std::uint32_t>(weight.size())};
  for (const std::uint8_t k : {std::uint8_t{0}, std::uint8_t{1}}) {
    result.unit[k] = unit_of(weight, y, k);
  }
  std::size_t rows = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    if (!(weight[r] > 0)) continue;
    const double unit = result.unit[y[r]];
    if (unit == 0) return Error{models::errors::kFractionalWeights, {{"model", "svm"}}};
    result.copies[r] = static_cast<std::uint32_t>(std::lround(weight[r] / unit));
    result.total += result.copies[r];
    ++rows;
  }
  if (result.total > kCopiesPerRow * rows) {
    return Error{models::errors::kFractionalWeights, {{"model", "svm"}}};
  }
  return result;
}

}  // namespace holdfast::svm
