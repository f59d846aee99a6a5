#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "explanation/reasons.hpp"
#include "features/program.hpp"
#include "history/store.hpp"
#include "models/model.hpp"
#include "scoring/scores.hpp"
#include "study/study.hpp"

/// Everyone active on a day, scored and explained.
namespace holdfast::run {

/// The study as it runs: the ready-made rules stand beside its own.
study::Study with_ready_made_rules(study::Study study);

/// Scores, reasons and limits of everyone active on a day.
struct TodaysScores {
  features::FeatureMatrix matrix;
  dataset::Frame frame;             // As the model reads it.
  std::vector<features::FeatureInfo> infos;  // [model columns]
  scoring::Scores scores;
  std::vector<std::vector<explanation::Reason>> reasons;
};

/// How much is told of whom: rows of `customers` are explained whatever the model.
struct Told {
  int reasons_max = 5;
  std::vector<std::string> customers;
};

/// Rows of customers, by key.
std::vector<std::uint32_t> rows_of(const features::FeatureMatrix& matrix,
                                   const std::vector<std::string>& customers);

/// Errors: nobody is active on the day; the features are not the model's.
Result<TodaysScores> score_all(const study::Study& study, const features::Program& program,
                               const history::Store& store, const FittedModel& model, Day as_of,
                               const Told& told, Progress& progress);

}  // namespace holdfast::run
