#include "models/elastic_net/design.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "core/parallel.hpp"

namespace holdfast::elastic_net {

Design::Design(MatrixView x, std::span<const double> weight)
    : rows_(x.rows), columns_(x.cols), means_(x.cols, 0.0), scales_(x.cols, 0.0) {
  values_.resize(rows_ * columns_);
  parallel_for(blocks(), 1, [&](std::size_t block, std::size_t) {
    const std::size_t count = block_rows(block);
    double* out = values_.data() + block * kBlockRows * columns_;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t r = block * kBlockRows + i;
      const bool is_row = weight[r] > 0;
      for (std::size_t j = 0; j < columns_; ++j) out[j * count + i] = is_row ? x(r, j) : 0;
    }
  });
  standardise(weight);
}

void Design::standardise(std::span<const double> weight) {
  double total = 0;
  for (const double w : weight) total += std::max(w, 0.0);
  parallel_for(columns_, 1, [&](std::size_t j, std::size_t) {
    double sum = 0;
    for (std::size_t r = 0; r < rows_; ++r) {
      if (weight[r] > 0) sum += weight[r] * column(r / kBlockRows, j)[r % kBlockRows];
    }
    const double mean = sum / total;
    double squares = 0;
    for (std::size_t r = 0; r < rows_; ++r) {
      if (!(weight[r] > 0)) continue;
      const double d = column(r / kBlockRows, j)[r % kBlockRows] - mean;
      squares += weight[r] * d * d;
    }
    const double scale = std::sqrt(squares / total);
    means_[j] = mean;
    // Rounding alone makes a constant column look as if it varied.
    scales_[j] = scale > 1e-13 * std::abs(mean) ? scale : 0;
    const double inverse = scales_[j] > 0 ? 1 / scales_[j] : 0;
    for (std::size_t block = 0; block < blocks(); ++block) {
      double* cells = values_.data() + block * kBlockRows * columns_ + j * block_rows(block);
      for (std::size_t i = 0; i < block_rows(block); ++i) {
        const bool is_row = weight[block * kBlockRows + i] > 0;
        cells[i] = is_row ? (cells[i] - mean) * inverse : 0;
      }
    }
  });
}

std::vector<double> deviations_of(const Design& design, std::span<const double> weight) {
  using Values = Eigen::Map<const Eigen::ArrayXd>;
  double total = 0;
  for (const double w : weight) total += std::max(w, 0.0);
  std::vector<double> result(design.columns());
  parallel_for(result.size(), 1, [&](std::size_t j, std::size_t) {
    double sum = 0;
    double squares = 0;
    for (std::size_t block = 0; block < design.blocks(); ++block) {
      const auto count = static_cast<Eigen::Index>(design.block_rows(block));
      const Values x(design.column(block, j), count);
      const Values w(weight.data() + block * Design::kBlockRows, count);
      sum += (w * x).sum();
      squares += (w * x * x).sum();
    }
    const double mean = sum / total;  // Small, as the whole's is 0: nothing cancels.
    const double variance = squares / total - mean * mean;
    result[j] = variance > 1e-20 ? std::sqrt(variance) : 0;
  });
  return result;
}

}  // namespace holdfast::elastic_net
