#pragma once

#include <vector>

#include "core/error.hpp"

namespace holdfast::exchange::errors {

extern const ErrorKind kNoFormula;    // {model}
extern const ErrorKind kNoSuchExit;   // {exit} {exits}
extern const ErrorKind kNeedsDays;    // {model}
extern const ErrorKind kNoElement;    // {model}
extern const ErrorKind kNotBinary;    // {model} {classes}
extern const ErrorKind kCheckFailed;  // {format} {why}
extern const ErrorKind kDiffers;      // {format} {difference}

/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> portable_kinds();

}  // namespace holdfast::exchange::errors
