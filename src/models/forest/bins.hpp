#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/forest/forest.hpp"

/// Training rows as bins.
namespace holdfast::forest {

/// Bins in a byte, or in two for small data, where every value may have its own.
template <typename Bin>
struct Coding;
template <>
struct Coding<std::uint8_t> {
  static constexpr std::uint32_t kMissing = 255;
};
template <>
struct Coding<std::uint16_t> {
  static constexpr std::uint32_t kMissing = 4095;
};

/// The rows of a fit, row-major, those of weight 0 left out.
struct Sample {
  std::vector<std::uint32_t> rows;      // Rows of the caller.
  std::vector<std::uint8_t> y;          // [rows]
  std::vector<double> weight;           // [rows]
  std::vector<BinnedColumn> columns;    // Those that vary.
  bool is_wide = false;                 // Which of the two is filled.
  std::vector<std::uint8_t> narrow;     // [rows x columns]
  std::vector<std::uint16_t> wide;

  template <typename Bin>
  const Bin* cells() const {
    if constexpr (sizeof(Bin) == 1) return narrow.data();
    else return wide.data();
  }
};

/// Numeric columns: every distinct value its own bin where there is room, else about the same
/// number of rows in each. Categories: every one its own bin where there is room, else neighbours in
/// the order of their share of the rarest class share a bin. Columns that do not vary are left out.
Sample sample_of(const dataset::Columns& columns, std::span<const std::uint8_t> y,
                 std::span<const double> weight, std::size_t classes, const Options& options);

/// Where a numeric split cuts: midway between the values that it parts, or at the next border
/// between bins where midway lies inside one.
struct Cut {
  std::uint32_t last_bin = 0;  // Of the first child.
  double threshold = 0;        // Largest value of the first child.
};
/// `below`, `above`: neighbouring bins of the node's rows; above == bins: the split asks whether a
/// value is known.
Cut cut_between(const BinnedColumn& column, std::uint32_t below, std::uint32_t above);

}  // namespace holdfast::forest
