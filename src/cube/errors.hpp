#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::cube::errors {

extern const ErrorKind kNoRows;
extern const ErrorKind kShape;        // {what} {found} {expected}
extern const ErrorKind kBadCode;      // {dimension} {row} {code} {categories}
extern const ErrorKind kBadNumber;    // {measure} {row} {number}
extern const ErrorKind kUnknownName;  // {what} {name}
extern const ErrorKind kTooLarge;     // {cells} {largest}
extern const ErrorKind kNotAlike;     // {what}
extern const ErrorKind kNoRate;       // {measure} {which}
extern const ErrorKind kBadOption;    // {option} {value} {needed}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> cube_kinds();

}  // namespace holdfast::cube::errors
