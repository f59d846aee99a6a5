#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::lifetime::errors {

extern const ErrorKind kShape;        // {what} {found} {expected}
extern const ErrorKind kTooFew;       // {found} {expected}
extern const ErrorKind kBadValue;     // {what} {row} {value}
extern const ErrorKind kBadRecency;   // {row} {recency} {age} {frequency}
extern const ErrorKind kBadSpend;     // {row} {value}
extern const ErrorKind kNoRepeat;     // {customers}
extern const ErrorKind kNobodyLost;   // {customers}
extern const ErrorKind kNobodyStays;  // {customers}
extern const ErrorKind kRatesAlike;
extern const ErrorKind kNobodyLeaves;
extern const ErrorKind kLeavingAlike;
extern const ErrorKind kLeavingApart;
extern const ErrorKind kRunsAway;      // {parameter} {value}
extern const ErrorKind kNotConverged;  // {iterations}
extern const ErrorKind kNoMean;        // {parameter} {value}
extern const ErrorKind kBadOption;     // {what}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> lifetime_kinds();

}  // namespace holdfast::lifetime::errors
