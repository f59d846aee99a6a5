#pragma once

#include "cli/command.hpp"
#include "run/run.hpp"

namespace holdfast::cli {

/// Runs the steps and says what came of them; the body of run, import, features, … , report.
Result<int> run_until(const Invocation& invocation, run::Step until);

}  // namespace holdfast::cli
