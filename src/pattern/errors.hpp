#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::pattern::errors {

extern const ErrorKind kNoBaskets;
extern const ErrorKind kShape;         // {what} {items}
extern const ErrorKind kItemTooLarge;  // {item} {largest}
extern const ErrorKind kBadOption;     // {option} {value} {needed}
extern const ErrorKind kTooMany;       // {limit} {count_min}
extern const ErrorKind kSubsetMissing;
extern const ErrorKind kNotInOrder;  // {sequence}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> pattern_kinds();

}  // namespace holdfast::pattern::errors
