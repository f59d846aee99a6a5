#pragma once

#include <string>
#include <vector>

#include "models/survival_task.hpp"
#include "survival/cox.hpp"

/// Cox's regression of one exit, on the terms that say most of it.
namespace holdfast::cox {

struct ExitOptions {
  survival::Ties ties = survival::Ties::Efron;
  double ridge = 0;
  std::size_t terms_max = 0;       // Those the lasso lets in first; 0: all.
  bool is_penalised = false;       // Coefficients stay those of the path.
  double lambda = 0;               // Of that; 0: by cross-validation.
  double mix = 1;
  std::size_t folds = 5;
};

struct ExitFit {
  std::vector<std::size_t> terms;              // In the model, ascending.
  survival::CoxFit fit;                        // Of them.
  survival::CoxBaseline baseline;              // At their means.
  std::vector<survival::ChiSquared> over_time; // [terms] do the effects change? Empty: not asked.
  survival::ChiSquared over_time_global;
  std::vector<models::LeftOut> left_out;       // Others say the same.
  std::vector<std::size_t> separated;          // Left out or held by a penalty: they ran away.
  double lambda = 0;                           // Penalised: as used.
};

/// Shapes: x [task.train.rows × terms]. Errors: those of fit_cox and cox_path.
Result<ExitFit> fit_exit(const SurvivalTask& task, std::size_t exit, MatrixView x,
                         const dataset::Preparation& preparation, const ExitOptions& options);

}  // namespace holdfast::cox
