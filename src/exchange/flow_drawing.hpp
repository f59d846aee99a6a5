#pragma once

#include <string>

#include "analyses/analysis.hpp"

namespace holdfast::exchange {

/// A Sankey diagram: steps from left to right, nodes as high as what passes them, links as wide as
/// what they carry. Small nodes of a step stand together as "others" by the caller's choice, not here.
std::string draw(const analyses::FlowChart& chart, const std::string& currency);

}  // namespace holdfast::exchange
