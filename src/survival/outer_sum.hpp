#pragma once

#include <cstddef>
#include <vector>

namespace holdfast::survival {

/// Sums of weighted outer products of rows, some rows at a time.
class OuterSum {
 public:
  explicit OuterSum(std::size_t columns);

  /// Room for the next row, times the root of its weight: fill `columns` numbers.
  double* next();
  /// [columns × columns], both halves.
  std::vector<double> total();

 private:
  void flush();

  std::size_t columns_;
  std::size_t width_;           // Columns filled up to whole vectors, with 0.
  std::size_t filled_ = 0;
  std::vector<double> batch_;   // [rows × width]
  std::vector<double> sum_;     // [width × width], tiles on and above the diagonal.
};

}  // namespace holdfast::survival
