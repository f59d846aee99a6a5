#pragma once

#include "core/matrix_view.hpp"
#include "survival/spells.hpp"

namespace holdfast::survival {

struct CoxPathOptions {
  double mix = 1;               // 1: lasso; 0: ridge.
  std::vector<double> lambdas;  // Falling; empty: from the first that lets nothing in, down.
  int lambdas_count = 100;      // Most, where lambdas is empty.
  double lambda_share_min = 0;  // Last over first; 0: 1e-4, or 1e-2 where rows < columns.
  double tolerance = 1e-12;     // × null deviance: curvature × change² of the last step.
  std::size_t nonzero_max = 0;  // Ends before more columns than this come in; 0: no limit.
};

/// The solutions along falling lambdas.
struct CoxPath {
  std::vector<double> lambdas;
  std::vector<double> coefficients;        // [lambdas × columns] of the columns as given.
  std::vector<double> deviance_explained;  // [lambdas] share of the null deviance.
  std::vector<int> nonzero;                // [lambdas] coefficients other than 0.
};

/// Which few columns say most of who leaves sooner: Cox's partial likelihood (Breslow's ties) under
/// the elastic net,
///
///   minimise  −log likelihood / Σ w  +  lambda Σ (mix |b| + (1 − mix)/2 b²)
///
/// b the coefficients of columns standardised (weighted, by n). A path of its own choice ends where
/// the deviance no longer falls. Strata, late entries and weights as in fit_cox.
/// Shapes: x rows × columns. Errors: those of check(), kShape, kBadValue, kNoEvents, kBadOption,
/// kNotConverged. Cost: a lambda, a few passes over rows × columns and rows × (columns in play)².
/// Source: Simon, Friedman, Hastie & Tibshirani 2011, J. Statistical Software 39(5); strong rules
/// of Tibshirani et al. 2012.
Result<CoxPath> cox_path(const Spells& spells, MatrixView x, const CoxPathOptions& options = {});

/// What rows that did not take part say about each lambda.
struct CoxFolds {
  std::vector<double> deviance;  // [lambdas] an event, over folds by their events.
  std::vector<double> error;     // [lambdas] standard error of that mean.
  std::size_t smallest = 0;      // Index of the largest lambda of smallest deviance.
  std::size_t one_error = 0;     // Of the largest lambda within one standard error of it.
};

/// Fits every fold's complement at `lambdas`; a fold's deviance is that of all rows less that of
/// the complement, both at the complement's coefficients (Verweij & van Houwelingen 1993).
/// Shapes: fold: [rows] below folds_count. Errors: those of cox_path; kNoEvents for a fold, or the
/// rest, without one.
Result<CoxFolds> cox_path_folds(const Spells& spells, MatrixView x,
                                std::span<const std::uint32_t> fold, std::size_t folds_count,
                                const std::vector<double>& lambdas,
                                const CoxPathOptions& options = {});

}  // namespace holdfast::survival
