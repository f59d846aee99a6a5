#pragma once

#include <nlohmann/json_fwd.hpp>

#include "dataset/preparation.hpp"
#include "models/model.hpp"

/// Parts of saved models and of what is told of them. Readers throw std::runtime_error.
namespace holdfast::models {

nlohmann::ordered_json text_json(const Text& text);
Text text_from(const nlohmann::ordered_json& json);
nlohmann::ordered_json parameters_json(const Parameters& parameters);
Parameters parameters_from(const nlohmann::ordered_json& json);
nlohmann::ordered_json preparation_json(const dataset::Preparation& preparation);
dataset::Preparation preparation_from(const nlohmann::ordered_json& json);

}  // namespace holdfast::models
