#pragma once

#include "survival/forest.hpp"

namespace holdfast::survival {

/// A column as at most 255 bins in ascending order of its values.
struct ForestColumn {
  std::vector<double> least;  // By bin.
  std::vector<double> most;
};

/// The rows of a fit in order of exit, those of weight 0 left out, columns as bins.
struct ForestSample {
  static constexpr std::uint8_t kMissing = 255;

  std::vector<std::uint32_t> row;     // Of the caller.
  std::vector<std::uint32_t> moment;  // Distinct times of leaving up to the exit.
  std::vector<std::uint16_t> grid;    // First of `times` not before the exit; times.size(): none.
  std::vector<std::uint8_t> exit;     // 0: lost; else 1 + place in `exits`.
  std::vector<double> cumulated;      // Weight up to each row; empty: all equal.
  std::vector<std::uint8_t> bins;     // [rows × columns]
  std::vector<ForestColumn> columns;
  std::vector<double> times;
  std::vector<std::uint8_t> exits;

  std::size_t rows() const { return row.size(); }
  const std::uint8_t* bins_of(std::size_t place) const {
    return bins.data() + place * columns.size();
  }
};

/// Errors: those of fit_forest.
Result<ForestSample> forest_sample(const Spells& spells, MatrixView x,
                                   const ForestOptions& options);

/// Where a split cuts that parts the neighbouring bins `below` and `above` (kMissing: what is known
/// from what is not).
struct ForestCut {
  std::uint8_t last = 0;  // Bin of the first child.
  double threshold = 0;
};
ForestCut forest_cut(const ForestColumn& column, std::uint8_t below, std::uint8_t above);

}  // namespace holdfast::survival
