#include "models/forms/discrete.hpp"

#include <algorithm>

namespace holdfast::forms {

std::int32_t DiscreteColumn::state_of(const Cell& cell) const {
  if (cell.is_missing) return missing_state;
  if (state_of_category.empty()) {
    return static_cast<std::int32_t>(std::ranges::lower_bound(cuts, cell.value) - cuts.begin());
  }
  const auto code = static_cast<std::size_t>(cell.code);
  if (cell.code < 0 || code >= state_of_category.size() || state_of_category[code] < 0) {
    return missing_state;
  }
  return state_of_category[code];
}

}  // namespace holdfast::forms
