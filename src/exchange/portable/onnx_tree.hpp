#pragma once

#include <functional>
#include <string>
#include <vector>

#include "exchange/portable/onnx_graph.hpp"
#include "models/model.hpp"

namespace holdfast::exchange {

/// Whether the trees can stand as TreeEnsembleRegressor: missing values go one way at every split.
bool is_regressor_tree(const FittedModel& model);

/// What the regressor asks of a column: its number, or whether its category is one of some.
struct TreeInput {
  std::size_t column = 0;
  std::vector<std::string> categories;  // Empty: the number.
  bool operator==(const TreeInput&) const = default;
};

/// Adds the regressor; `input` gives the name of a double tensor [N, 1]. Gives the score's name.
std::string add_regressor(OnnxGraph& graph, const FittedModel& model,
                          const std::function<std::string(const TreeInput&)>& input);

}  // namespace holdfast::exchange
