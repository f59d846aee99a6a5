#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "exchange/results.hpp"
#include "study/study.hpp"

/// Fits every model of the study on the same rows and judges them on later ones.
namespace holdfast::run {

/// Which validation rows tune (early stopping, calibration) and which choose the champion: a
/// customer is wholly in one half, by hash, so the choice is not made on rows a model was tuned to.
struct ValidationHalves {
  std::vector<std::uint32_t> tuning, choosing;
};
ValidationHalves halve_validation(const dataset::Dataset& dataset, std::uint64_t seed);

/// Fits one model on `train`, tunes it on `tuning`.
Result<FittedModel> fit_model(const study::Study& study, const study::ModelSpec& spec,
                                   const dataset::Dataset& dataset,
                                   std::span<const std::uint32_t> train,
                                   std::span<const std::uint32_t> tuning, Progress& progress);

/// The models to compare: the study's, or the usual classifiers of the shelf.
std::vector<study::ModelSpec> models_to_compare(const study::Study& study);

/// Fits (or takes from `earlier`, by id) and evaluates all models. A model that cannot be fitted is
/// kept with its message; an error only where none can.
Result<std::vector<exchange::ModelResult>> train_models(
    const study::Study& study, const dataset::Dataset& dataset,
    const std::vector<FittedModel>& earlier, Progress& progress);

/// The champion by the study's criterion on the choosing half, and why.
struct Choice {
  std::string id;
  Text because;
};
Choice choose_champion(const study::Study& study,
                       const std::vector<exchange::ModelResult>& models);

/// The champion fitted again at several origins, each judged on the time after it.
Result<std::vector<exchange::BacktestRow>> backtest(const study::Study& study,
                                                    const dataset::Dataset& dataset,
                                                    const std::string& champion,
                                                    Progress& progress);

/// Mean |contribution| of each input on up to `rows_max` test rows, strongest first.
std::vector<std::pair<std::string, double>> importance_of(const FittedModel& model,
                                                          const dataset::Dataset& dataset,
                                                          std::size_t rows_max = 4000);

}  // namespace holdfast::run
