#pragma once

#include <cstddef>

#include "cli/command.hpp"
#include "run/analyse.hpp"

namespace holdfast::cli {

/// An analysis as words or JSON, and where its files are.
void print(const run::Analysed& done, const Invocation& invocation, std::size_t rows_max = 12);

}  // namespace holdfast::cli
