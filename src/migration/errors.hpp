#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::migration::errors {

extern const ErrorKind kNoRows;
extern const ErrorKind kShape;            // {what} {found} {expected}
extern const ErrorKind kBadState;         // {row} {state} {states}
extern const ErrorKind kTwice;            // {customer} {period}
extern const ErrorKind kLeavesAbsorbing;  // {state} {count}
extern const ErrorKind kUnknownRow;       // {state}
extern const ErrorKind kNothingToTest;
extern const ErrorKind kBadAmount;   // {row} {amount}
extern const ErrorKind kNotInOrder;  // {what} {customer}
extern const ErrorKind kNoMoments;   // {moments}
extern const ErrorKind kBadOption;   // {option} {value} {needed}
extern const ErrorKind kTooLarge;    // {cells} {largest}

/// kBadOption of an option that names a state there is not.
Error not_a_state(const char* option, std::size_t value, std::size_t states);

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> migration_kinds();

}  // namespace holdfast::migration::errors
