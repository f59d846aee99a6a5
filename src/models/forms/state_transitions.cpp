#include "models/forms/state_transitions.hpp"

#include <numeric>

#include "core/check.hpp"

namespace holdfast::forms {

std::vector<double> shares_after(const StateTransitions& form, std::vector<double> start,
                                 std::size_t periods) {
  const auto k = form.states.size();
  HOLDFAST_CHECK(start.size() == k);
  for (std::size_t period = 0; period < periods; ++period) {
    std::vector<double> next(k);
    for (std::size_t from = 0; from < k; ++from) {
      const auto* row = form.shares.data() + from * k;
      const bool is_known = std::accumulate(row, row + k, 0.0) > 0;
      if (!is_known) next[from] += start[from];
      for (std::size_t to = 0; to < k; ++to) next[to] += start[from] * row[to];
    }
    start = std::move(next);
  }
  return start;
}

}  // namespace holdfast::forms
