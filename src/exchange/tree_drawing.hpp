#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/language.hpp"
#include "models/model.hpp"

namespace holdfast::exchange {

/// True where the model is one tree of moderate use to look at.
bool is_drawable_tree(const FittedModel& model);

/// The tree from left to right, branches as thick as the customers that take them, leaves shaded by
/// churn rate. The largest branches are unfolded until the drawing is full; the rest say how many
/// leaves they hold.
std::string draw_tree(const FittedModel& model,
                      const std::function<Text(const std::string& feature)>& name_of);

}  // namespace holdfast::exchange
