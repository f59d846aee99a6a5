#pragma once

#include <vector>

#include <pugixml.hpp>

#include "exchange/portable/portable_model.hpp"

namespace holdfast::exchange {

/// Whether the groups are those of the nearest centre, which ClusteringModel says.
bool is_nearest_centre(const forms::ClusterProfiles& form);

/// The field that names the group: needed where the groups stand as classes.
void add_group_target(pugi::xml_node dictionary, const PortableModel& portable);

/// ClusteringModel for nearest centres. Else a RegressionModel whose classes are the groups, "none"
/// for those too far from all: the class of the least distance has the largest value.
void add_group_model(pugi::xml_node root, const PortableModel& portable,
                     const CheckedRows& rows);

/// "3", or "none" of 0.
std::string group_name(double number);

}  // namespace holdfast::exchange
