#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/matrix_view.hpp"

/// Other shares of churners in training, and the way back. Resampling towards one half is rarely
/// best (Burez & Van den Poel 2009): it is here to be compared, and whatever is resampled is
/// corrected back.
namespace holdfast::dataset {

enum class Sampling : std::uint8_t { None, Over, Under };

/// Weights that change the share of churners to `share` without a row drawn: over-sampling makes the
/// rarer class heavier, under-sampling draws the larger one down at random by seed, its rows left
/// out having weight 0.
///
/// Shapes     y, weight: [n]. Result: [n].
std::vector<double> resampled_weights(Sampling sampling, std::span<const std::uint8_t> y,
                                      std::span<const double> weight, double share,
                                      std::uint64_t seed);

/// Rows made between churners and one of their nearest neighbours among churners, so that churners
/// reach `share` of all.
///
/// Shapes     x: [n x p] comparable columns; the result's rows are [made x p], row-major.
/// Cost       O(churners² × p).
/// Source     Chawla, Bowyer, Hall & Kegelmeyer (2002), SMOTE, JAIR 16, 321–357.
struct Smote {
  std::vector<double> rows;             // [made x p]
  std::vector<std::uint32_t> from;      // [made] the churner a row was made from.
  std::size_t made = 0;
};
Smote smote(MatrixView x, std::span<const std::uint8_t> y, double share, int neighbours,
            std::uint64_t seed);

/// A probability learned where churners were `sampled_share`, in a population where they are
/// `true_share`.
///
/// Source     Elkan (2001), The foundations of cost-sensitive learning, IJCAI, theorem 2.
double corrected(double probability, double sampled_share, double true_share);

}  // namespace holdfast::dataset
