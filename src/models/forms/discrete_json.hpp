#pragma once

#include <nlohmann/json_fwd.hpp>

#include "models/forms/discrete.hpp"
#include "models/forms/json.hpp"

/// Columns as states, as they stand in the forms made of them.
namespace holdfast::forms {

nlohmann::ordered_json states_json(const DiscreteColumn& states);
/// `is_class`: no column of the rows but the outcome.
DiscreteColumn states_from(const nlohmann::ordered_json& json, const FormShape& shape,
                           bool is_class = false);

}  // namespace holdfast::forms
