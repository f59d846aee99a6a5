#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/growing/branch.hpp"

/// What a tree on its way answers for rows of its sample.
namespace holdfast::c50 {

/// Working weights by class of the leaves a row reaches, each leaf as shares; a row of unknown value,
/// or whose value is on `hidden` (-1: none), reaches several in part. Shapes: [classes], sum 1.
std::vector<double> shares_of(const growing::Sample& sample, const growing::Branch& root,
                              std::uint32_t row, std::int32_t hidden = -1);

/// The class of the largest share, the first of equals.
std::size_t answer_of(std::span<const double> shares);

}  // namespace holdfast::c50
