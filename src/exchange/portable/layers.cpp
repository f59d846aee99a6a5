#include "exchange/portable/layers.hpp"

#include <algorithm>

namespace holdfast::exchange {

std::vector<std::vector<std::int32_t>> layers_of(const Formula& formula) {
  const auto& steps = formula.steps;
  std::vector<std::uint8_t> is_needed(steps.size(), 0);
  is_needed[static_cast<std::size_t>(formula.root)] = 1;
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (is_needed[i] == 0) continue;
    for (const auto argument : steps[i].arguments) is_needed[static_cast<std::size_t>(argument)] = 1;
  }
  std::vector<std::size_t> below(steps.size(), 0);  // Layers a step stands on.
  std::vector<std::vector<std::int32_t>> layers;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_needed[i] == 0) continue;
    for (const auto argument : steps[i].arguments) {
      const auto a = static_cast<std::size_t>(argument);
      below[i] = std::max(below[i], below[a] + (steps[a].name.empty() ? 0 : 1));
    }
    const auto own = static_cast<std::int32_t>(i);
    if (steps[i].name.empty() && own != formula.root) continue;
    if (layers.size() <= below[i]) layers.resize(below[i] + 1);
    layers[below[i]].push_back(own);
  }
  return layers;
}

}  // namespace holdfast::exchange
