#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/language.hpp"
#include "features/matrix.hpp"
#include "study/study.hpp"

namespace holdfast::dataset {

/// Which matrix columns models may use, judged on training rows: marks respected; constants,
/// columns without a value, copies of the outcome and columns with too many categories left out and
/// noted.
std::vector<std::uint32_t> modelled_columns(const features::FeatureMatrix& matrix,
                                            std::span<const std::uint32_t> train,
                                            std::span<const std::uint8_t> y,
                                            const study::Study& study, std::vector<Text>& notes);

}  // namespace holdfast::dataset
