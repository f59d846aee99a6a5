#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::warning::errors {

extern const ErrorKind kRuleNotCondition;   // {rule} {type}
extern const ErrorKind kRuleUnusable;       // {rule} {why}
/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> warning_kinds();

}  // namespace holdfast::warning::errors
