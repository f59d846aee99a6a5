#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::grouping::errors {

extern const ErrorKind kNoRows;
extern const ErrorKind kNoColumns;
extern const ErrorKind kShape;           // {what} {found} {expected}
extern const ErrorKind kAllMissing;      // {column}
extern const ErrorKind kBadValue;        // {row} {column} {value}
extern const ErrorKind kBadWeight;       // {row} {value}
extern const ErrorKind kBadLabel;        // {row} {label} {clusters}
extern const ErrorKind kBadLevel;        // {row} {column} {level} {levels}
extern const ErrorKind kBadOption;       // {option} {value} {least}
extern const ErrorKind kTooFewDistinct;  // {clusters} {distinct}
extern const ErrorKind kNoSilhouette;    // {clusters} {rows}
extern const ErrorKind kNothingVaries;   // {rows}
extern const ErrorKind kNeedsNumbers;    // {columns}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> grouping_kinds();

}  // namespace holdfast::grouping::errors
