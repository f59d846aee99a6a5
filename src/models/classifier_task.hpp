#pragma once

#include <string_view>
#include <vector>

#include "models/model.hpp"

/// What every classifier asks of its rows before it starts.
namespace holdfast::models {

/// Errors: kNoRows, kOneClass, kNoUsableColumn.
Result<void> check_task(std::string_view model_id, const ClassifierTask& task);

/// A fitted classifier with names, categories, parameters and seed filled in.
FittedClassifier started(std::string_view model_id, const ClassifierTask& task,
                         const Parameters& parameters);

}  // namespace holdfast::models
