#pragma once

#include <pugixml.hpp>

#include "models/model.hpp"

namespace holdfast::exchange {

/// Whether the model's trees can stand as TreeModel: none shares missing values out to several
/// children, which no public engine scores.
bool is_native_tree(const FittedModel& model);

/// The trees as segments whose answers add up; the base is a tree of one leaf.
void add_tree_segments(const FittedModel& model, pugi::xml_node mining_model);

}  // namespace holdfast::exchange
