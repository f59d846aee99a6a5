#pragma once

#include "models/elastic_net/design.hpp"
#include "models/elastic_net/elastic_net.hpp"

/// What the path of all rows and those of the folds share.
namespace holdfast::elastic_net {

/// Errors: kNoRows, kOneClass.
Result<void> check_outcomes(std::span<const std::uint8_t> y, std::span<const double> weight);

/// `scales`: deviations of the design's columns under `weight`.
Path solved_path(const Design& design, std::span<const std::uint8_t> y,
                 std::span<const double> weight, std::vector<double> scales,
                 const Options& options);

}  // namespace holdfast::elastic_net
