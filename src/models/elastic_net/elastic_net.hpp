#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/matrix_view.hpp"

/// Logistic regression under the elastic net: which few columns say most of it?
///
///   minimise  −Σ w ln p(y) / Σ w  +  lambda Σ (mix |b| + (1 − mix)/2 b²)
///
/// over the intercept and b, the coefficients of columns standardised (weighted, by n).
///
/// Source: Friedman, Hastie & Tibshirani (2010), Regularization paths for generalized linear models
/// via coordinate descent, J. Statistical Software 33(1); Tibshirani et al. (2012), Strong rules
/// for discarding predictors in lasso-type problems, J. R. Statist. Soc. B 74, 245–266.
namespace holdfast::elastic_net {

struct Options {
  double mix = 1;                // 1: lasso; 0: ridge.
  std::vector<double> lambdas;   // Falling; empty: from the first that lets nothing in, down.
  int lambdas_count = 100;       // Most, where lambdas is empty.
  double lambda_share_min = 0;   // Last over first; 0: 1e-4, or 1e-2 where rows ≤ columns.
  double tolerance = 1e-7;       // × null deviance: curvature × change² of the last step.
};

/// The solutions along falling lambdas. Ends early where the deviance no longer falls, as glmnet.
struct Path {
  std::vector<double> lambdas;
  std::vector<double> intercepts;          // [lambdas]
  std::vector<double> coefficients;        // [lambdas x p] of the columns as given.
  std::vector<double> deviance_explained;  // [lambdas] share of the null deviance.
  std::vector<int> nonzero;                // [lambdas] coefficients other than zero.
  double null_deviance = 0;                // −2 ln likelihood of the intercept alone, weights as given.
};

/// Shapes     x: [n x p]; y, weight: [n]; y is 0 or 1, weight ≥ 0 and 0 means no row.
/// Errors     kNoRows, kOneClass.
/// Cost       a few passes O(n p) a lambda and some O(n p²) in all: made for more rows than columns.
Result<Path> fit_path(MatrixView x, std::span<const std::uint8_t> y,
                      std::span<const double> weight, const Options& options = {});

/// What rows that did not take part say about each lambda.
struct CrossValidation {
  std::vector<double> deviance;   // [lambdas] mean of a row, over folds by their weight.
  std::vector<double> error;      // [lambdas] standard error of that mean.
  std::size_t smallest = 0;       // Index of the largest lambda of smallest deviance.
  std::size_t one_error = 0;      // Of the largest lambda within one standard error of it.
};

/// Fits every fold's complement at `lambdas` and scores the fold.
///
/// Shapes     fold: [n] below folds_count.
/// Errors     kOneClass where a fold's complement has one outcome only.
Result<CrossValidation> cross_validate(MatrixView x, std::span<const std::uint8_t> y,
                                       std::span<const double> weight,
                                       std::span<const std::uint32_t> fold,
                                       std::size_t folds_count,
                                       const std::vector<double>& lambdas, const Options& options);

/// Folds of whole groups, groups with and without a churner dealt out apart so that every fold has
/// both while there are enough; rows of weight 0 have fold 0 and change nothing. An empty group: each
/// row its own.
struct Folds {
  std::vector<std::uint32_t> of_row;
  std::size_t count = 0;  // Fewer than asked for where groups of an outcome are few; below 2: none.
};
Folds make_folds(std::span<const std::uint8_t> y, std::span<const double> weight,
                 std::span<const std::uint32_t> group, std::size_t count, std::uint64_t seed);

}  // namespace holdfast::elastic_net
