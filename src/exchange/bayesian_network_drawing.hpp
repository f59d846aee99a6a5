#pragma once

#include <functional>
#include <string>

#include "core/language.hpp"
#include "models/model.hpp"

namespace holdfast::exchange {

/// True where the model is a Bayesian network of a size to look at.
bool is_drawable_network(const FittedModel& model);

/// The graph from top to bottom: every variable below its parents, churn set off, arrows as thick as
/// the information they carry (table `arcs`; all alike where the model has none).
std::string draw_network(const FittedModel& model,
                         const std::function<Text(const std::string& feature)>& name_of);

}  // namespace holdfast::exchange
