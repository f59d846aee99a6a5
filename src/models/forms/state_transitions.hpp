#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/forms/rows.hpp"

/// How customers move between states from one period to the next.
namespace holdfast::forms {

/// Moves as they were counted; shares follow from them and stand here for whoever reads the
/// envelope. It reads no rows: a customer's state now is a row of `shares`.
struct StateTransitions {
  static constexpr std::string_view kType = "state_transitions";
  static constexpr Input kInput = Input::Nothing;

  std::vector<std::string> states;
  std::vector<std::int32_t> absorbing;   // Places of final states.
  std::vector<std::string> segments;     // At least one.
  std::vector<std::string> periods;      // Moves start in these.
  std::vector<std::uint64_t> counts;     // [periods x segments x states x states], from row to column.
  std::vector<std::uint64_t> triples;    // [states x states x states] two moves on end; or empty.
  std::vector<double> shares;            // [states x states] over all; a row of 0: nothing known.
};

/// Shares of the states after so many periods of those who stand as `start` says.
/// Requires: start [states]; a state nothing is known of keeps its customers.
std::vector<double> shares_after(const StateTransitions& form, std::vector<double> start,
                                 std::size_t periods);

}  // namespace holdfast::forms
