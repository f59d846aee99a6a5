#pragma once

#include <string>
#include <vector>

#include "exchange/portable/onnx_graph.hpp"
#include "models/forms/kernel_expansion.hpp"

namespace holdfast::exchange {

/// Adds a support vector machine as products of matrices, some dozen nodes whatever the number of its
/// vectors; `terms` are names of double tensors [N, 1]. Gives the score's name. (The standard's own
/// SVMRegressor compares in float.)
std::string add_kernel_expansion(OnnxGraph& graph, const forms::KernelExpansion& form,
                                 const std::vector<std::string>& terms);

}  // namespace holdfast::exchange
