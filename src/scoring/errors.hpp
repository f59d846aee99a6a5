#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::scoring::errors {

extern const ErrorKind kNothingToScore;     // No row is active on the day.
extern const ErrorKind kAggregateAbsent;    // {aggregate}
extern const ErrorKind kBadProbability;     // {row}
/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> scoring_kinds();

}  // namespace holdfast::scoring::errors
