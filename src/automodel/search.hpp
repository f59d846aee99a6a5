#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "models/model.hpp"
#include "study/study.hpp"

namespace holdfast::automodel {

/// One parameter set that was tried.
struct Tried {
  std::string model_id;
  study::ModelSpec spec;           // What differs from the defaults.
  double mean = 0, deviation = 0;  // Criterion over the folds, as people know it.
  bool is_chosen = false;          // The best of its model.
  std::string failed;              // Message where it could not be fitted.
};

struct SearchResult {
  std::vector<study::ModelSpec> specs;  // Best parameters of each model, in the order asked.
  std::vector<Tried> tried;             // In the order tried.
  bool is_out_of_time = false;
};

/// Parameter sets of a model: the given one first, then others drawn without repetition from the
/// values its rows name (`ParameterRow::tries`), all of them where they are few. A parameter the
/// study sets is not searched.
std::vector<study::ModelSpec> candidates(const ModelDescriptor& model, const study::ModelSpec& given,
                                         int tries, std::uint64_t seed);

/// Tries parameter sets of every model in turn, the first of each, then the second, each judged by the
/// study's criterion on folds of the training customers, until all are done or the time budget is.
/// A size is not searched for: models are then searched by profit.
///
/// Cost       tries × folds fits of each model.
Result<SearchResult> search(const study::Study& study, const dataset::Dataset& data,
                            std::span<const std::uint32_t> train,
                            std::span<const std::uint32_t> tuning, Progress& progress);

}  // namespace holdfast::automodel
