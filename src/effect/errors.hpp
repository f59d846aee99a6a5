#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::effect::errors {

extern const ErrorKind kNoRows;
extern const ErrorKind kShape;          // {what} {found} {expected}
extern const ErrorKind kBadValue;       // {what} {row} {value}
extern const ErrorKind kNotBinary;      // {row} {value}
extern const ErrorKind kNoControl;      // {rows}
extern const ErrorKind kNobodyTreated;  // {treatment} {rows}
extern const ErrorKind kDecided;        // {column}
extern const ErrorKind kNoOverlap;      // {column} {from} {to} {rows} {treated}
extern const ErrorKind kPropensity;     // {row} {propensity} {least}
extern const ErrorKind kTooFew;         // {what} {found} {expected}
extern const ErrorKind kBadOption;      // {what}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> effect_kinds();

}  // namespace holdfast::effect::errors
