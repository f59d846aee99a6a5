#pragma once

#include <vector>

#include "analyses/survival_rows.hpp"
#include "models/model.hpp"
#include "survival/horizon.hpp"

/// Models of when customers leave, fitted on some customers and judged on the others.
namespace holdfast::analyses {

/// Times at which models are judged, and what was seen until then.
struct JudgedTimes {
  std::vector<double> days;   // Ascending.
  double main = 0;            // Of calibration and of scores.
};

struct JudgedModel {
  FittedModel model;
  Text name;
  double concordance = 0;                // Any exit.
  double concordance_ipcw = 0;           // Uno's: not moved by when customers were lost from sight.
  std::vector<double> by_exit;           // [exits]; NaN where the test rows cannot say.
  bool is_on_clock = true;               // Time as `since` of the rows says; else from the cutoff.
  double integrated_brier = 0;
  double reference_brier = 0;            // Of one curve for everybody.
  std::vector<double> auc;               // [times]
  double expected = 0, observed = 0;     // Rows that leave until `main` while they are watched.
  std::vector<survival::HorizonBin> calibration;
};

/// Horizons the rows reach; from the beginning: times that quarters of the customers reach.
JudgedTimes judged_times(const FollowedRows& rows, const study::SurvivalSpec& spec);

/// The best by integrated Brier score first. Errors: of the models; no such model, or of another
/// kind.
Result<std::vector<JudgedModel>> judged_models(const FollowedRows& rows,
                                               const study::SurvivalSpec& spec,
                                               const JudgedTimes& times, std::uint64_t seed,
                                               Progress& progress);

}  // namespace holdfast::analyses
