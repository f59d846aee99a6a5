#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::value::errors {

extern const ErrorKind kShape;        // {what} {found} {expected}
extern const ErrorKind kBadValue;     // {what} {row} {value}
extern const ErrorKind kBadCustomer;  // {what} {row} {customer} {customers}
extern const ErrorKind kNoCustomers;
extern const ErrorKind kNoProfit;   // {customers}
extern const ErrorKind kBadPeriod;  // {row} {period} {watched}
extern const ErrorKind kOnePeriod;
extern const ErrorKind kBadStep;          // {row} {step} {steps}
extern const ErrorKind kFewSteps;         // {steps}
extern const ErrorKind kRisingSteps;      // {step} {count} {before}
extern const ErrorKind kOwnReferrer;      // {row}
extern const ErrorKind kReferredEarlier;  // {row}
extern const ErrorKind kReferralCircle;   // {row}
extern const ErrorKind kBadOption;        // {what}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> value_kinds();

}  // namespace holdfast::value::errors
