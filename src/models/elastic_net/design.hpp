#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/matrix_view.hpp"

/// The columns as coordinate descent reads them.
namespace holdfast::elastic_net {

/// A standardised copy, column by column inside blocks of rows, so that a pass reads only the columns
/// it needs and finds a block again in the second-level cache.
class Design {
 public:
  static constexpr std::size_t kBlockRows = 512;

  Design(MatrixView x, std::span<const double> weight);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::size_t blocks() const { return (rows_ + kBlockRows - 1) / kBlockRows; }
  std::size_t block_rows(std::size_t block) const {
    return block + 1 < blocks() ? kBlockRows : rows_ - block * kBlockRows;
  }
  /// [block_rows(block)]
  const double* column(std::size_t block, std::size_t j) const {
    return values_.data() + block * kBlockRows * columns_ + j * block_rows(block);
  }
  /// Weighted means and deviations (by n) of the columns as given; 0: constant, all cells are 0.
  const std::vector<double>& means() const { return means_; }
  const std::vector<double>& scales() const { return scales_; }

  /// Blocks that one worker takes at once: fixed by the rows, so that sums are the same for any
  /// thread count. `parts` is the most there may be.
  std::size_t blocks_at_once(std::size_t parts) const { return (blocks() + parts - 1) / parts; }

 private:
  void standardise(std::span<const double> weight);

  std::size_t rows_, columns_;
  std::vector<double> values_, means_, scales_;
};

/// Deviations of the standardised columns under other weights.
std::vector<double> deviations_of(const Design& design, std::span<const double> weight);

}  // namespace holdfast::elastic_net
