#pragma once

#include <string>
#include <vector>

#include "automodel/search.hpp"
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

/// What an earlier run fitted from the same rows.
struct Earlier {
  automodel::SearchResult search;
  std::vector<FittedModel> models;
};

/// The models of a study side by side, and how their parameters were found.
struct Trained {
  automodel::SearchResult search;
  std::vector<exchange::ModelResult> models;
};

/// Searches parameters where the study asks for it, fits (or takes from `earlier`, by id) and
/// evaluates all models. A model that cannot be fitted is kept with its message; an error only where
/// none can.
Result<Trained> train_models(const study::Study& study, const dataset::Dataset& data,
                             const Earlier& earlier, Progress& progress);

/// The champion by the study's criterion on the choosing half, and why.
struct Choice {
  std::string id;
  Text because;
};
Choice choose_champion(const study::Study& study,
                       const std::vector<exchange::ModelResult>& models);

/// The champion, one of `specs` or a model over them, fitted again at several origins, each judged on the time after it.
Result<std::vector<exchange::BacktestRow>> backtest(const study::Study& study,
                                                    const dataset::Dataset& dataset,
                                                    const std::vector<study::ModelSpec>& specs,
                                                    const std::string& champion,
                                                    Progress& progress);

/// Mean |contribution| of each input on up to `rows_max` test rows, strongest first.
std::vector<std::pair<std::string, double>> importance_of(const FittedModel& model,
                                                          const dataset::Dataset& dataset,
                                                          std::size_t rows_max = 4000);

}  // namespace holdfast::run
