#include <algorithm>
#include <cmath>

#include "survival/cox_design.hpp"
#include "survival/cox_path.hpp"
#include "survival/errors.hpp"

namespace holdfast::survival {
namespace {

// The rows of a fold taken out by weight 0, which designs leave out.
Spells without(const Spells& spells, std::span<const std::uint32_t> fold, std::size_t out,
               std::vector<double>& weight) {
  weight.resize(spells.rows());
  for (std::size_t row = 0; row < weight.size(); ++row) {
    weight[row] = fold[row] == out ? 0 : spells.weight_of(row);
  }
  Spells rest = spells;
  rest.weight = weight;
  return rest;
}

// −2 log likelihood, less the least it can be; weights brought to a mean of 1.
double deviance_of(const CoxDesign& design, std::span<const double> coefficients) {
  std::vector<double> scaled(design.cols);
  for (std::size_t c = 0; c < scaled.size(); ++c) scaled[c] = coefficients[c] * design.scale[c];
  double total = 0;
  for (const double w : design.weight) total += w;
  const double factor = static_cast<double>(design.rows) / total;
  const double loglik = slope_of(design, scaled, Ties::Breslow, false).loglik;
  // Weights times f give f × log likelihood less f Σ d log f, and so does the most it can be.
  double saturated = 0;
  for (const auto& group : design.groups) {
    saturated -= group.event_weight * std::log(group.event_weight);
  }
  return 2 * factor * (saturated - loglik);
}

void close(std::span<const double> by_fold, std::span<const double> weight, CoxFolds& folds) {
  const auto count = weight.size();
  const auto lambdas = by_fold.size() / count;
  double total = 0;
  for (const double w : weight) total += w;
  for (std::size_t k = 0; k < lambdas; ++k) {
    double mean = 0;
    for (std::size_t f = 0; f < count; ++f) mean += weight[f] * by_fold[f * lambdas + k] / total;
    double squares = 0;
    for (std::size_t f = 0; f < count; ++f) {
      const double away = by_fold[f * lambdas + k] - mean;
      squares += weight[f] * away * away / total;
    }
    folds.deviance.push_back(mean);
    folds.error.push_back(std::sqrt(squares / static_cast<double>(count - 1)));
  }
  const auto least = std::min_element(folds.deviance.begin(), folds.deviance.end());
  folds.smallest = static_cast<std::size_t>(least - folds.deviance.begin());
  const double bound = *least + folds.error[folds.smallest];
  while (folds.deviance[folds.one_error] > bound) ++folds.one_error;
}

}  // namespace

Result<CoxFolds> cox_path_folds(const Spells& spells, MatrixView x,
                                std::span<const std::uint32_t> fold, std::size_t folds_count,
                                const std::vector<double>& lambdas, const CoxPathOptions& options) {
  if (fold.size() != spells.rows()) {
    return Error(errors::kShape,
                 {{"what", "fold"}, {"found", fold.size()}, {"expected", spells.rows()}});
  }
  if (folds_count < 2 || lambdas.empty() ||
      std::any_of(fold.begin(), fold.end(), [&](std::uint32_t f) { return f >= folds_count; })) {
    return Error(errors::kBadOption, {{"what", "folds are two or more, numbered from 0"}});
  }
  HOLDFAST_TRY(const auto all, design_of(spells, x, {}));
  CoxPathOptions own = options;
  own.lambdas = lambdas;
  std::vector<double> by_fold;
  std::vector<double> events(folds_count);
  for (std::size_t row = 0; row < spells.rows(); ++row) {
    if (spells.event[row] != 0) events[fold[row]] += spells.weight_of(row);
  }
  std::vector<double> weight;
  for (std::size_t f = 0; f < folds_count; ++f) {
    if (!(events[f] > 0)) {
      const auto rows = std::count(fold.begin(), fold.end(), static_cast<std::uint32_t>(f));
      return Error(errors::kNoEvents, {{"rows", rows}});
    }
    const auto rest = without(spells, fold, f, weight);
    HOLDFAST_TRY(const auto path, cox_path(rest, x, own));
    HOLDFAST_TRY(const auto design, design_of(rest, x, {}));
    for (std::size_t k = 0; k < lambdas.size(); ++k) {
      const std::span<const double> coefficients(path.coefficients.data() + k * x.cols, x.cols);
      by_fold.push_back((deviance_of(all, coefficients) - deviance_of(design, coefficients)) /
                        events[f]);
    }
  }
  CoxFolds folds;
  close(by_fold, events, folds);
  return folds;
}

}  // namespace holdfast::survival
