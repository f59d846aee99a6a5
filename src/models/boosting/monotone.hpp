#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "models/boosting/encoding.hpp"

/// Columns with which the score may only rise or only fall.
namespace holdfast::boosting {

/// "+name": may only rise with the column, "-name": only fall. Shapes: [features] 1, −1, 0: both;
/// empty where nothing is asked for.
/// Errors: kNoSuchColumn; kParameterRange for a column of categories, a name without its sign or
/// one that stands there with both.
Result<std::vector<std::int32_t>> monotone_of(const std::vector<std::string>& signed_names,
                                              const dataset::Columns& columns,
                                              const std::vector<Feature>& features);

}  // namespace holdfast::boosting
