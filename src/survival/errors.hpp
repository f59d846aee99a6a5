#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::survival::errors {

extern const ErrorKind kNoRows;
extern const ErrorKind kShape;         // {what} {found} {expected}
extern const ErrorKind kBadDuration;   // {row} {exit}
extern const ErrorKind kBadEntry;      // {row} {entry} {exit}
extern const ErrorKind kBadWeight;     // {row} {value}
extern const ErrorKind kBadValue;      // {what} {row} {value}
extern const ErrorKind kNoEvents;      // {rows}
extern const ErrorKind kRunsAway;      // {column} {coefficient}
extern const ErrorKind kCollinear;     // {column}
extern const ErrorKind kNotConverged;  // {iterations}
extern const ErrorKind kTiesTooMany;   // {events} {at_risk}
extern const ErrorKind kOneGroup;
extern const ErrorKind kBadOption;  // {what}
extern const ErrorKind kNoPairs;

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> survival_kinds();

}  // namespace holdfast::survival::errors
