#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dataset/dataset.hpp"
#include "models/forms/rows.hpp"

/// Contributions for forms whose score cannot be taken apart exactly.
namespace holdfast::models {

/// Scores of rows, [rows], from columns named and coded as the model's own.
using ScoreRows = std::function<std::vector<double>(const dataset::Columns& columns)>;

/// Shapley values of each row against one reference row: the value of a coalition is the score of
/// the row whose other columns are the reference's. Exact over all coalitions where few columns
/// differ from the reference, else the mean over random orders, each with its mirror.
///
/// Shapes     cells: [rows x columns], reference: [columns]. Result: [rows x (columns + 1)], the
///            last being the score of the reference; each row adds up to its score.
/// Cost       Scores of up to 2^8 or 16 × columns rows for each row.
/// Source     Štrumbelj & Kononenko (2014), Knowledge and Information Systems 41, 647–665; mirrored
///            orders: Mitchell et al. (2022), JMLR 23(43).
std::vector<double> model_free_contributions(const ScoreRows& score, const dataset::Columns& like,
                                             std::span<const forms::Cell> cells,
                                             std::span<const forms::Cell> reference,
                                             std::uint64_t seed);

}  // namespace holdfast::models
