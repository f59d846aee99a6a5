#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "dataset/dataset.hpp"
#include "models/model.hpp"
#include "study/study.hpp"

namespace holdfast::automodel {

/// Ids that name a model over the others of the study.
constexpr std::string_view kStack = "stack";
constexpr std::string_view kBlend = "blend";
bool is_combined(std::string_view id);
/// Name of a model of the shelf, or of a combined one.
Text name_of_model(std::string_view id);

/// Rows of the dataset a model learns from, and others that tune it: early stopping, calibration,
/// weights of a blend.
struct FitRows {
  std::span<const std::uint32_t> train, tuning;
};

/// The models a study compares: its own, every classifier of the shelf (`compare = ["all"]`), or the
/// usual ones. Combined models are not among them.
std::vector<study::ModelSpec> models_to_compare(const study::Study& study);

/// Fits one model with the study's seed and costs and calibrates it on the tuning rows. Combined
/// models fit their members (`specs` without those that fail) first.
/// Errors: no such model, a parameter, no estimate; a combined model without two members.
Result<FittedModel> fit(const study::Study& study, const study::ModelSpec& spec,
                        const std::vector<study::ModelSpec>& specs, const dataset::Dataset& data,
                        FitRows rows, Progress& progress);

/// A combined model over members already fitted on the same rows.
Result<FittedModel> combine(const study::Study& study, std::string_view id,
                            const std::vector<study::ModelSpec>& specs,
                            const std::vector<const FittedModel*>& members,
                            const dataset::Dataset& data, FitRows rows, Progress& progress);

}  // namespace holdfast::automodel
