#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/preparation.hpp"
#include "models/svm/multiples.hpp"
#include "models/svm/svm.hpp"
#include "models/task.hpp"

/// Choosing C and gamma, and the curve from score to probability, on rows a machine has not seen.
namespace holdfast::svm {

/// Everything that is the same for every fit.
struct Setup {
  const ClassifierTask* task = nullptr;
  Multiples multiples;
  Options options;                        // c and gamma are the trial's.
  bool is_linear = false;                 // LIBLINEAR instead of LIBSVM.
  dataset::PreparationOptions preparation;
};

/// One pair of C and gamma, and how it did.
struct Trial {
  double c = 1, gamma = 0;
  double log_loss = 0;                    // Of held-out rows, after Platt scaling.
  double error_share = 0;                 // Of held-out rows, on the wrong side of the surface.
  forms::Calibration platt;
};

/// A machine with the preparation fitted on its own rows.
struct Fitted {
  dataset::Preparation preparation;
  std::vector<double> terms;              // [task rows x terms]
  Machine machine;
};

/// Fits on the rows whose copies are above 0; the preparation too sees them only. Nothing where no
/// term is left.
Result<std::optional<Fitted>> fit_rows(const Setup& setup, const Trial& trial,
                                       std::span<const std::uint32_t> copies);

/// Fills in the trials: every row is scored by the machines of the folds it does not stand in; from
/// kRowsEnough held-out rows on the remaining folds are left out. With one trial only, `whole` is
/// fitted beside.
///
/// Errors     Those of the fits; kCancelled.
struct Search {
  std::vector<Trial> trials;
  std::size_t best = 0;                   // Least log loss; the first of equals.
  std::optional<Fitted> whole;            // The best trial on all rows; nothing: no usable term.
};
Result<Search> search(const Setup& setup, std::vector<Trial> trials,
                      std::span<const std::uint32_t> folds, Progress& progress);

constexpr std::size_t kRowsEnough = 100'000;

}  // namespace holdfast::svm
