#pragma once

#include "exchange/results.hpp"

namespace holdfast::exchange {

/// A plausible run of a motor renewal study: three models, twelve cutoffs, a hundred and twenty
/// warnings. Customer keys, categories and rule names contain what an attacker would put there.
RunResults example_results();

/// What the hostile texts of example_results() must never become.
inline constexpr const char* kHostile = "<script>alert(1)</script>";

}  // namespace holdfast::exchange
