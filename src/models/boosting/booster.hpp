#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "models/forms/forms.hpp"

/// XGBoost's C library behind one function. NaN stands for a missing cell here and nowhere else.
namespace holdfast::boosting {

/// Row-major floats somebody else owns, cut to forms::kFloatLargest; categories as whole numbers
/// from 0.
struct FloatMatrix {
  std::span<const float> cells;  // [rows x cols]
  std::size_t rows = 0, cols = 0;
};

struct Labelled {
  FloatMatrix x;
  std::span<const std::uint8_t> y;     // [rows]
  std::span<const double> weight;      // [rows]
};

struct Options {
  std::vector<std::pair<std::string, std::string>> parameters;  // XGBoost's own names.
  int rounds = 100;
  int patience = 0;                    // Rounds without a better validation loss; 0: all rounds.
  float base_score = 0.5F;             // Probability to start from.
  std::vector<std::int32_t> codes;     // [cols] Number of codes of a column of categories, 0: a column
                                       // of numbers; empty: all are numbers. Not by "exact".
  std::vector<std::int32_t> monotone;  // [cols] 1: margins may only rise with it, −1: only fall, 0:
                                       // both; empty: both everywhere.
};

struct Booster {
  forms::TreeEnsemble trees;           // Columns and categories are those of the matrix.
  std::vector<std::vector<double>> gains;  // [trees][nodes] loss saved by each split.
  std::vector<double> validation_loss; // By round; empty without validation rows.
  std::vector<float> margins;          // XGBoost's own of the training rows, by the kept trees.
};

/// Trains; keeps the trees up to the round of the least validation loss.
/// Errors: kLibraryFailed, kCancelled.
Result<Booster> train(const Labelled& training, const Labelled& validation,
                      const Options& options, Progress& progress);

}  // namespace holdfast::boosting
