#include "models/cox/cox_exit.hpp"

#include <algorithm>
#include <cmath>

#include "survival/cox_path.hpp"
#include "survival/errors.hpp"

namespace holdfast::cox {
namespace {

using survival::CoxOptions;
using survival::Spells;

constexpr double kHeldRidge = 1;               // Of terms that would run away, in s.d.

std::vector<std::size_t> nonzero(const std::vector<double>& coefficients, std::size_t cols,
                                 std::size_t at) {
  std::vector<std::size_t> terms;
  for (std::size_t c = 0; c < cols; ++c) {
    if (coefficients[at * cols + c] != 0) terms.push_back(c);
  }
  return terms;
}

std::vector<std::uint32_t> folds_of(const SurvivalTask& task, const Spells& spells,
                                    std::size_t count) {
  // Dealt out one after the other, those who leave apart, whole customers together.
  std::vector<std::uint32_t> fold(spells.rows());
  std::vector<std::int64_t> of_group;
  std::uint32_t next[2] = {0, 0};
  for (std::size_t r = 0; r < fold.size(); ++r) {
    const std::size_t group = task.group.empty() ? r : task.group[r];
    if (group >= of_group.size()) of_group.resize(group + 1, -1);
    if (of_group[group] < 0) {
      auto& turn = next[spells.event[r] != 0 ? 1 : 0];
      of_group[group] = turn++ % static_cast<std::uint32_t>(count);
    }
    fold[r] = static_cast<std::uint32_t>(of_group[group]);
  }
  return fold;
}

/// Coefficients of a point of the path, as a fit without errors.
Result<ExitFit> penalised(const SurvivalTask& task, const Spells& spells, MatrixView x,
                          const ExitOptions& options) {
  survival::CoxPathOptions path_options{.mix = options.mix, .tolerance = 1e-9};
  if (options.lambda > 0) path_options.lambdas = {options.lambda};
  HOLDFAST_TRY(const auto path, survival::cox_path(spells, x, path_options));
  std::size_t at = path.lambdas.size() - 1;
  if (!(options.lambda > 0)) {
    const auto fold = folds_of(task, spells, options.folds);
    HOLDFAST_TRY(const auto folds, survival::cox_path_folds(spells, x, fold, options.folds,
                                                            path.lambdas, path_options));
    at = folds.smallest;
  }
  ExitFit exit;
  exit.lambda = path.lambdas[at];
  exit.terms = nonzero(path.coefficients, x.cols, at);
  const auto part = models::gathered_terms(x, exit.terms);
  exit.fit.ties = survival::Ties::Breslow;
  exit.fit.means.assign(exit.terms.size(), 0);
  for (std::size_t k = 0; k < exit.terms.size(); ++k) {
    exit.fit.coefficients.push_back(path.coefficients[at * x.cols + exit.terms[k]]);
    for (std::size_t r = 0; r < x.rows; ++r) {
      exit.fit.means[k] += part[r * exit.terms.size() + k] / static_cast<double>(x.rows);
    }
  }
  for (std::size_t r = 0; r < spells.rows(); ++r) {
    if (!(spells.weight_of(r) > 0)) continue;
    ++exit.fit.rows;
    exit.fit.events += spells.event[r] != 0 ? 1 : 0;
  }
  HOLDFAST_TRY(exit.baseline,
               survival::cox_baseline(spells, {part.data(), x.rows, exit.terms.size()}, exit.fit));
  return exit;
}

}  // namespace

Result<ExitFit> fit_exit(const SurvivalTask& task, std::size_t exit, MatrixView x,
                         const dataset::Preparation& preparation, const ExitOptions& options) {
  const auto events = models::events_of(task, exit);
  Spells spells = task.spells();
  spells.event = events;
  if (options.is_penalised) return penalised(task, spells, x, options);
  ExitFit result;
  HOLDFAST_TRY(result.terms, models::chosen_terms(spells, x, preparation, options.terms_max, result.left_out));
  CoxOptions cox{.ties = options.ties, .ridge = options.ridge};
  std::vector<std::int32_t> cluster(task.group.begin(), task.group.end());
  cox.cluster = cluster;
  // What others say already leaves one by one; what separates perfectly is held by a penalty.
  for (;;) {
    const auto part = models::gathered_terms(x, result.terms);
    const MatrixView view{part.data(), x.rows, result.terms.size()};
    auto fit = survival::fit_cox(spells, view, cox);
    if (fit.ok()) {
      result.fit = std::move(*fit);
      HOLDFAST_TRY(result.baseline, survival::cox_baseline(spells, view, result.fit, cox));
      const auto tested = survival::test_proportional(spells, view, result.fit, cox);
      if (tested.ok()) {
        result.over_time = tested->columns;
        result.over_time_global = tested->global;
      }
      return result;
    }
    const auto& error = fit.error();
    const auto at = models::column_of(error);
    if (error.kind == &survival::errors::kCollinear && at < result.terms.size()) {
      result.left_out.push_back({.term = result.terms[at]});
      result.terms.erase(result.terms.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (error.kind == &survival::errors::kRunsAway && cox.ridge < kHeldRidge) {
      result.separated.push_back(result.terms[at]);
      cox.ridge = kHeldRidge;
    } else {
      return error;
    }
  }
}

}  // namespace holdfast::cox
