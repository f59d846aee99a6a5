#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix_view.hpp"

/// The rows of a fit and how their columns are standardised.
namespace holdfast::logistic {

/// Shapes as in `fit`.
struct Sample {
  MatrixView x;
  std::span<const std::uint8_t> y;
  std::span<const double> weight;
  std::vector<double> mean, scale, range;  // [p] weighted; scale 0: a constant column.

  std::size_t rows() const { return x.rows; }
};

/// Every so-many-th row, drawn one from each run of rows, in memory of its own.
class Part {
 public:
  Part(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
       std::size_t one_in);

  /// Standardised as `like` is.
  Sample sample(const Sample& like) const;
  /// Weighted means of the columns; zeros where no row has weight.
  std::vector<double> means() const;
  double total_weight() const;

 private:
  std::size_t columns_;
  std::vector<double> x_;
  std::vector<std::uint8_t> y_;
  std::vector<double> weight_;
};

/// `near`: [p] numbers near the columns' means, from which distances are measured: any row's will
/// do for two passes over the data, the means of a part for one.
Sample standardised(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight,
                    const std::vector<double>& near);
Sample standardised(MatrixView x, std::span<const std::uint8_t> y, std::span<const double> weight);

}  // namespace holdfast::logistic
